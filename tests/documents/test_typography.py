"""Where lines break."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.documents.typography import fit, shorten, width, wrap

TEXT = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=120
)


@given(text=TEXT, limit=st.floats(40, 400))
@settings(max_examples=150, deadline=None)
def test_no_line_is_wider_than_the_limit_and_no_letter_is_lost(text: str, limit: float) -> None:
    lines = wrap(text, limit, 12)
    assert all(width(line, 12) <= limit for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_words_are_kept_whole_when_they_fit() -> None:
    assert wrap("one two three", width("one two", 12), 12) == ["one two", "three"]


def test_chinese_breaks_between_letters_but_not_before_a_full_stop() -> None:
    lines = wrap("欢迎光临我们的餐厅。再来", 12 * 9, 12)
    assert all(not line.startswith("。") for line in lines)
    assert len(lines) == 2


def test_bold_is_wider() -> None:
    assert width("Mezzofy", 12, bold=True) > width("Mezzofy", 12)


@given(text=TEXT, limit=st.floats(40, 400), most=st.integers(1, 4))
@settings(max_examples=100, deadline=None)
def test_fitted_text_has_no_more_lines_than_allowed(text: str, limit: float, most: int) -> None:
    fitted = fit(text, limit, most, (20, 16, 12))
    assert len(wrap(fitted.text, limit, fitted.size)) <= most


@pytest.mark.parametrize("text", ["short", "much too long to stand on a single line of this width"])
def test_what_was_cut_off_is_shown(text: str) -> None:
    shown = shorten(text, 100, 12)
    assert width(shown, 12) <= 100
    assert shown.endswith("…") == (shown != text)
