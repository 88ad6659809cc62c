"""The period that somebody wants a statement for, in three languages."""

from __future__ import annotations

from datetime import date

import pytest

from apps.finance.words.periods import statement_period

TODAY = date(2026, 11, 22)
WINTER = date(2026, 2, 10)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("上个月的财务报表", "2026-10-01", "2026-10-31"),
        ("第三季度", "2026-07-01", "2026-09-30"),
        ("去年第三季度的损益表", "2025-07-01", "2025-09-30"),
        ("今年", "2026-01-01", "2026-12-31"),
        ("2025年", "2025-01-01", "2025-12-31"),
        ("2025年下半年", "2025-07-01", "2025-12-31"),
        ("去年十月", "2025-10-01", "2025-10-31"),
        ("一月到三月", "2026-01-01", "2026-03-31"),
        ("penyata kewangan bulan lepas", "2026-10-01", "2026-10-31"),
        ("suku ketiga", "2026-07-01", "2026-09-30"),
        ("suku ketiga tahun lepas", "2025-07-01", "2025-09-30"),
        ("suku tahun lepas", "2026-07-01", "2026-09-30"),
        ("untung rugi tahun 2025", "2025-01-01", "2025-12-31"),
        ("Januari hingga Mac", "2026-01-01", "2026-03-31"),
        ("P&L for the third quarter of 2025", "2025-07-01", "2025-09-30"),
        ("Q3 last year", "2025-07-01", "2025-09-30"),
        ("October last year", "2025-10-01", "2025-10-31"),
        ("profit and loss 2025", "2025-01-01", "2025-12-31"),
        ("first half of 2026", "2026-01-01", "2026-06-30"),
        ("from January to March", "2026-01-01", "2026-03-31"),
        ("Nov 2025 - Jan 2026", "2025-11-01", "2026-01-31"),
        ("November to January", "2025-11-01", "2026-01-31"),
        ("cash summary from 1 Oct to 15 Oct", "2026-10-01", "2026-10-15"),
        ("compare Q3 with Q2", "2026-07-01", "2026-09-30"),
    ],
)
def test_a_period_is_understood(words: str, first: str, last: str) -> None:
    assert statement_period(words, TODAY) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize("words", ["第四季度", "suku keempat", "Q4", "fourth quarter", "十月至十二月"])
def test_without_a_year_it_is_the_latest_that_has_begun(words: str) -> None:
    assert statement_period(words, WINTER) == (date(2025, 10, 1), date(2025, 12, 31))


@pytest.mark.parametrize("words", ["how did we do?", "compare our expenses with the month before"])
def test_no_period_is_none(words: str) -> None:
    assert statement_period(words, TODAY) is None
