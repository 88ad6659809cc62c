"""Key figures: each app declares its own, reports compose them, and the engine knows no app by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from apps.core.periods import Period
from apps.core.registry import Registry

if TYPE_CHECKING:
    from apps.accounts.models import User

Unit = Literal["count", "money", "percent", "seconds", "tokens"]
Better = Literal["up", "down", "none"]
Compute = Callable[[Period, "User"], Decimal | int]
RowsUrl = Callable[[Period, "User"], str]
Note = Callable[[Period, "User"], str]


@dataclass(frozen=True)
class Figure:
    """One number of one department over a period, and which direction is good news.

    `compute(period, user)` counts only what `user` may see. `series` says whether the figure is worth a
    chart over the weeks before. `rows_url(period, user)` is the path of the rows behind the number, "" when
    that user may not see them. `note(period, user)` says what the number leaves out; "" when it is whole.
    """

    key: str
    label: str
    unit: Unit
    department: str
    better: Better
    compute: Compute
    definition: str = ""
    currency: str = ""
    series: bool = False
    rows_url: RowsUrl | None = None
    note: Note | None = None


figures: Registry[Figure] = Registry("figures")


def figure(
    *,
    key: str,
    label: str,
    unit: Unit,
    department: str,
    better: Better = "up",
    currency: str = "",
    series: bool = False,
    rows_url: RowsUrl | None = None,
    note: Note | None = None,
) -> Callable[[Compute], Compute]:
    """Declare a figure. The docstring of the function is the definition that readers see."""

    def register(compute: Compute) -> Compute:
        definition = (compute.__doc__ or "").strip()
        figures.register(
            key,
            Figure(
                key, label, unit, department, better, compute, definition, currency, series, rows_url, note
            ),
        )
        return compute

    return register
