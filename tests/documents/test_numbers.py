"""Numbers for readers."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from apps.documents.content import Column, cell_text
from apps.documents.numbers import Value, compact, plain, with_unit


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (12345, "12,345"), (Decimal("2.40"), "2.4"), (-3, "−3"), (100, "100"), (1.005, "1.01")],
)
def test_plain(value: float, text: str) -> None:
    assert plain(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (950, "950"),
        (1340, "1.34k"),
        (12300, "12.3k"),
        (1_400_000, "1.4m"),
        (-4000, "−4k"),
        (2.5, "2.5"),
        (3e9, "3bn"),
    ],
)
def test_compact(value: float, text: str) -> None:
    assert compact(value) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (249, "SGD", "SGD 249"),
        (Decimal("12.407"), "SGD", "SGD 12.41"),
        (Decimal("24.55"), "%", "24.6 %"),
        (42, "%", "42 %"),
        (3, "visits", "3 visits"),
        (7, "", "7"),
    ],
)
def test_with_unit(value: float, unit: str, text: str) -> None:
    assert with_unit(value, unit) == text


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        (Column("A"), None, "–"),
        (Column("A"), "x", "x"),
        (Column("A", "money", "SGD"), Decimal("5"), "SGD 5.00"),
        (Column("A", "percent"), 12.5, "12.5 %"),
        (Column("A", "date"), date(2026, 11, 2), "2 November 2026"),
        (Column("A", "date"), datetime(2026, 11, 2, 9, 5), "2 November 2026, 09:05"),
    ],
)
def test_cells(column: Column, value: Value, text: str) -> None:
    assert cell_text(column, value) == text
