"""The same answers by plain Python: no DuckDB, no floats, nothing of `apps.analysis`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction


@dataclass(frozen=True)
class Line:
    """One row of a table; None where the cell is empty."""

    group: str | None
    day: date | None
    amount: Decimal | None


def to_csv(lines: Iterable[Line]) -> str:
    """The table as a file, with ISO dates and plain numbers. A last column keeps rows from being blank."""
    rows = ["Group,Day,Amount,Beside"]
    rows += [
        f"{line.group or ''},{line.day or ''},{'' if line.amount is None else line.amount},x"
        for line in lines
    ]
    return "\n".join(rows)


def grouped(lines: Iterable[Line], key: Callable[[Line], object]) -> dict[object, list[Decimal]]:
    """The amounts of each group; empty cells count for nothing, but their group is there."""
    found: dict[object, list[Decimal]] = {}
    for line in lines:
        amounts = found.setdefault(key(line), [])
        if line.amount is not None:
            amounts.append(line.amount)
    return found


def total(amounts: list[Decimal]) -> Decimal | None:
    """The sum; None of nothing."""
    return exact_sum(amounts) if amounts else None


def exact_sum(amounts: Iterable[Decimal]) -> Decimal:
    """Without rounding, however many digits."""
    with localcontext() as context:
        context.prec = 200
        return sum(amounts, Decimal(0))


def rounded(value: Fraction, places: int) -> Decimal:
    """Half to even, as banks do."""
    whole = round(value * 10**places)
    with localcontext() as context:
        context.prec = 200
        return Decimal(whole).scaleb(-places)


def average(amounts: list[Decimal], places: int) -> Decimal | None:
    """The mean, rounded."""
    return rounded(Fraction(exact_sum(amounts)) / len(amounts), places) if amounts else None


def median(amounts: list[Decimal]) -> Fraction | None:
    """The middle, or the middle of the two middle ones."""
    if not amounts:
        return None
    ordered = sorted(map(Fraction, amounts))
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def bucket(day: date | None, size: str) -> date | None:
    """The first day of the week, month, quarter or year."""
    if day is None or size == "day":
        return day
    if size == "week":
        return day - timedelta(days=day.weekday())
    if size == "year":
        return date(day.year, 1, 1)
    return date(day.year, day.month if size == "month" else day.month - (day.month - 1) % 3, 1)
