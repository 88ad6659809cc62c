"""Bold words beside Chinese are bold, and everything else is what CommonMark says."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from apps.core.markdown import plain, rendered


@pytest.mark.parametrize(
    ("text", "bold"),
    [
        ("**下一步，12月2日（星期三）：**用您自己的门店", "下一步，12月2日（星期三）："),
        ("这是**重要。**请看", "重要。"),
        ("见**“好”**的", "“好”"),
        ("价格**（含税）**为", "（含税）"),
        ("**SGD 890.**每年", "SGD 890."),
        ("**下一步：12月2日（星期三）**\n用您自己的门店", "下一步：12月2日（星期三）"),
    ],
)
def test_words_between_chinese_letters_are_bold(text: str, bold: str) -> None:
    assert f"<strong>{bold}</strong>" in rendered(text)
    assert "**" not in rendered(text)
    assert "*" not in plain(text)


@pytest.mark.parametrize(
    "text",
    [
        "a **b** c **d.** e",
        "foo**bar.**baz",
        "2*3*4",
        "** not **",
        "snake_case_name",
        "**a**b *c* __d__",
        "* item",
    ],
)
def test_what_has_no_chinese_reads_as_everywhere(text: str) -> None:
    usual = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
    assert rendered(text) == usual.render(text)


def test_an_escaped_asterisk_stays_one() -> None:
    assert rendered(r"中文\*\*不是\*\*粗体") == "<p>中文**不是**粗体</p>\n"
