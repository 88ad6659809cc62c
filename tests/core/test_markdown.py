"""Markdown as one line to read."""

from __future__ import annotations

import random
import time

import pytest

from apps.core.markdown import escape, plain, rendered, table


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", ""),
        ("Just words.", "Just words."),
        (
            "**ABC** [1] is at the stage **Contacted**.\n\n- Contact: John\n- Phone: +65 6123",
            "ABC is at the stage Contacted. Contact: John · Phone: +65 6123",
        ),
        ("## Leads\n\nTwo of *them*\nare __new__.", "Leads · Two of them are new."),
        ("Leads\n-----\nTwo", "Leads · Two"),
        ("1. First\n2) Second\n   goes on\n* Third\n\nEnd", "First · Second goes on · Third · End"),
        ("- [ ] Ring\n- [x] Write", "Ring · Write"),
        ("| Name | Value |\n| --- | --: |\n| ABC | 1 |", "Name, Value · ABC, 1"),
        ('[Menu](https://abc.sg/a_(b) "Title") and ![chart](/c.png)', "Menu and chart"),
        ("<https://abc.sg/a_b_c>", "https://abc.sg/a_b_c"),
        ("So says the page.[^1] And this [2, 3].", "So says the page. And this."),
        ("**all *of* it** and ~~not~~ this", "all of it and not this"),
        ("> Quoted\n> twice", "Quoted twice"),
        ("```python\nprint(1)\n```\nDone", "print(1) Done"),
        ("Use `**kwargs` and ``[1]``", "Use **kwargs and [1]"),
        (r"5 \* 3 \[1\] \_x\_ a\\b C:\new", r"5 * 3 [1] _x_ a\b C:\new"),
        (r"\# no heading", "# no heading"),
        ("2 * 3 * 4, snake_case_name, it's 5 < 6 | 7", "2 * 3 * 4, snake_case_name, it's 5 < 6 | 7"),
        ("Before\n\n---\n\nAfter", "Before After"),
    ],
)
def test_marks_go_and_words_stay(text: str, line: str) -> None:
    assert plain(text) == line


@pytest.mark.parametrize("seed", range(20))
def test_what_was_escaped_reads_as_it_was_written(seed: int) -> None:
    dice = random.Random(seed)
    foreign = "x" + "".join(dice.choice("ab *_`[]()<>|#\\1^-é") for _ in range(60)) + "x"
    assert plain(escape(foreign)) == " ".join(foreign.split())


def test_a_table_reads_row_by_row() -> None:
    written = table([("Lead", "left"), ("Value", "right")], [[escape("A|B *c*"), "1"], ["**D**", ""]])
    assert plain(written) == "Lead, Value · A|B *c*, 1 · D, –"


@pytest.mark.parametrize(
    "piece",
    [
        "*",
        "**a",
        "_",
        "_a_a ",
        "[",
        "[a](",
        "`",
        "``a",
        "\\",
        "|",
        "> ",
        "~~",
        "[1",
        "<http://",
        "-",
        " ",
        "\n",
    ],
)
def test_odd_texts_take_no_time(piece: str) -> None:
    started = time.process_time()
    plain(f"{piece * 20_000}x")
    plain(f"{piece}\n" * 20_000)
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("![the *plan*](https://a.example/p.png)", '<a href="https://a.example/p.png">the *plan*</a>'),
        ("![](http://a.example/p.png)", '<a href="http://a.example/p.png">http://a.example/p.png</a>'),
        ("[![seen](https://a.example/p.png)](https://b.example)", '<a href="https://b.example">seen</a>'),
        ("![x](//a.example/p.png)", "x"),
        ("![x](data:image/png;base64,AAAA)", "x"),
        ('![<b>"](https://a.example/?"><script>)', None),
    ],
)
def test_a_picture_is_a_link_so_that_nobody_learns_who_reads(text: str, html: str | None) -> None:
    shown = rendered(text)
    assert html is None or shown == f"<p>{html}</p>\n"
    assert "<img" not in shown
    assert "<script" not in shown
    assert "<b>" not in shown
