"""The half of a mail that has no tables has columns."""

from __future__ import annotations

from apps.integrations.letters import unmarked
from apps.integrations.text_tables import aligned


def test_a_table_of_markdown_is_columns_of_text() -> None:
    text = "**Growth**\n\n| | |\n|---|--:|\n| Growth, 12 months | SGD 2,490 |\n| Set-up | SGD 500 |\n\nBye"
    assert unmarked(text) == (
        "Growth\n\nGrowth, 12 months   SGD 2,490\nSet-up                SGD 500\n\nBye\n"
    )


def test_headings_stand_above_their_columns_and_chinese_letters_count_two() -> None:
    text = "| 项目 | Amount |\n| --- | --: |\n| 优惠券 | 1 |\n| A | 20 |"
    assert aligned(text) == "项目     Amount\n优惠券        1\nA            20"


def test_other_lines_with_bars_stay_and_an_escaped_bar_is_no_border() -> None:
    assert aligned("| just a line |\nnext") == "| just a line |\nnext"
    assert unmarked("| a | b |\n|---|---|\n| x \\| y | **z** |") == "a       b\nx | y   z\n"
