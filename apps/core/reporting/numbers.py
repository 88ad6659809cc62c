"""Numbers as reports give them: exact, rounded once (a half goes up), None where there is nothing to say."""

from __future__ import annotations

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

TENTH = Decimal("0.1")
_DAY = Decimal(int(timedelta(days=1).total_seconds()))


def percent(part: int | Decimal, whole: int | Decimal) -> Decimal | None:
    """What share of `whole` is `part`, to a tenth of a per cent; None of nothing."""
    return (Decimal(100) * part / whole).quantize(TENTH, ROUND_HALF_UP) if whole else None


def days(seconds: float | Decimal | None) -> Decimal | None:
    """Seconds as days, to a tenth."""
    return None if seconds is None else (Decimal(seconds) / _DAY).quantize(TENTH, ROUND_HALF_UP)
