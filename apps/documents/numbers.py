"""Numbers and dates as readers see them: grouped digits, a unit, never more precision than the value has."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

Number = int | float | Decimal
Value = str | int | float | Decimal | date | datetime | None

_STEPS = ((Decimal(1_000_000_000), "bn"), (Decimal(1_000_000), "m"), (Decimal(1_000), "k"))


def rounded(value: Number, places: int) -> Decimal:
    """`value` with `places` decimals, halves away from zero (as invoices round)."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def plain(value: Number, places: int | None = None) -> str:
    """Grouped digits: `12,345.50`. Without `places`: none for whole numbers, otherwise at most two."""
    exact = Decimal(str(value))
    if places is None:
        text = f"{rounded(exact, 2):,f}".rstrip("0").rstrip(".")
    else:
        text = f"{rounded(exact, places):,f}"
    return text.replace("-", "−")


def compact(value: Number) -> str:
    """Short form for axes and labels: `950`, `12.3k`, `1.4m`."""
    exact = Decimal(str(value))
    for size, suffix in _STEPS:
        if abs(exact) >= size:
            # Below ten thousand a second decimal still tells neighbours apart (1.25k, 1.34k).
            places = 2 if abs(exact) < size * 10 else 1
            return f"{rounded(exact / size, places):f}".rstrip("0").rstrip(".").replace("-", "−") + suffix
    return plain(exact, 0 if abs(exact) >= 100 else None)


def with_unit(value: Number, unit: str, *, short: bool = False) -> str:
    """`unit` is `%`, an ISO currency code (set before the number) or a word (after it); or empty."""
    number = compact(value) if short else plain(value, _places(value, unit))
    if unit == "%":
        return f"{number} %"
    if len(unit) == 3 and unit.isupper():
        return f"{unit} {number}"
    return f"{number} {unit}".strip()


def _places(value: Number, unit: str) -> int | None:
    if len(unit) == 3 and unit.isupper():
        exact = Decimal(str(value))
        if exact == exact.to_integral_value():
            return 0
        return 4 if abs(exact) < 10 and exact != rounded(exact, 2) else 2
    if unit == "%":
        return 0 if Decimal(str(value)) == Decimal(str(value)).to_integral_value() else 1
    return None


def duration(seconds: Number) -> str:
    """A span of time in the unit that reads best: `45 s`, `12 min`, `5.5 h`, `3.2 days`."""
    exact = Decimal(str(seconds))
    for size, limit, unit in ((1, 120, _("s")), (60, 7_200, _("min")), (3_600, 172_800, _("h"))):
        if abs(exact) < limit:
            amount = exact / size
            return f"{plain(rounded(amount, 0 if abs(amount) >= 10 else 1))} {unit}"
    return _("%(count)s days") % {"count": plain(rounded(exact / 86_400, 1))}


def amount(value: Number) -> str:
    """Money without its currency: two decimals, four below ten when there are that many (`0.0123`)."""
    exact = Decimal(str(value))
    is_fine = abs(exact) < 10 and exact != rounded(exact, 2)
    return plain(exact, 4 if is_fine else 2)


def day(value: date) -> str:
    """`3 November 2026`."""
    return date_format(value, "j F Y")
