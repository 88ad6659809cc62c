"""Key figures: each app declares its own, reports compose them, and the engine knows no app by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from apps.core.periods import Period
from apps.core.registry import Registry

if TYPE_CHECKING:
    from apps.accounts.models import User

F = TypeVar("F")
Unit = Literal["count", "money", "percent", "seconds", "tokens"]
Better = Literal["up", "down", "none"]
#: The facts of each of the periods, in their order, as far as the user may see them.
Read = Callable[[Sequence[Period], "User"], Sequence[F]]
Compute = Callable[[F], Decimal | int]
RowsUrl = Callable[[Period, "User"], str]
Note = Callable[[F, "User"], str]


@dataclass(frozen=True)
class Figure(Generic[F]):
    """One number of one department over a period, and which direction is good news.

    `read(periods, user)` finds the facts of many periods in a few queries; figures with the same one share
    what it finds. `compute(facts)` makes the number of one period of them. `series` says whether the figure
    is worth a chart over the weeks before. `rows_url(period, user)` is the path of the rows behind the
    number, "" when that user may not see them. `note(facts, user)` says what the number leaves out; "" when
    it is whole. `permission` is the right that a reader needs besides; "" for figures of the whole house.
    """

    key: str
    label: str
    unit: Unit
    department: str
    better: Better
    read: Read[F]
    compute: Compute[F]
    definition: str = ""
    currency: str = ""
    series: bool = False
    rows_url: RowsUrl | None = None
    note: Note[F] | None = None
    permission: str = ""

    def allowed(self, user: User) -> bool:
        """Whether `user` may read it."""
        return not self.permission or user.has_perm(self.permission)

    def value(self, period: Period, user: User) -> Decimal:
        """The number of one period."""
        return Decimal(self.compute(self.read((period,), user)[0]))


figures: Registry[Figure[Any]] = Registry("figures")


def figure(
    *,
    key: str,
    label: str,
    unit: Unit,
    department: str,
    read: Read[F],
    better: Better = "up",
    currency: str = "",
    series: bool = False,
    rows_url: RowsUrl | None = None,
    note: Note[F] | None = None,
    permission: str = "",
) -> Callable[[Compute[F]], Compute[F]]:
    """Declare a figure. The docstring of the function is the definition that readers see."""

    def register(compute: Compute[F]) -> Compute[F]:
        figures.register(
            key,
            Figure(
                key=key,
                label=label,
                unit=unit,
                department=department,
                better=better,
                read=read,
                compute=compute,
                definition=(compute.__doc__ or "").strip(),
                currency=currency,
                series=series,
                rows_url=rows_url,
                note=note,
                permission=permission,
            ),
        )
        return compute

    return register


class Survey:
    """The facts behind several figures: each source is read once, for all periods that anything asks of it.

    `periods` are those of every figure, `series` those of the figures that are charted besides.
    """

    def __init__(
        self,
        chosen: Iterable[Figure[Any]],
        user: User,
        periods: Sequence[Period],
        series: Sequence[Period] = (),
    ) -> None:
        wanted: dict[Read[Any], list[Period]] = {}
        for figure in chosen:
            asked = wanted.setdefault(figure.read, [])
            more = (*periods, *series) if figure.series else periods
            asked.extend(period for period in more if period not in asked)
        self._facts = {
            read: dict(zip(asked, read(asked, user), strict=True)) for read, asked in wanted.items()
        }

    def facts(self, figure: Figure[F], period: Period) -> F:
        """What was found of a period. Raises KeyError for one that was not asked for."""
        found: F = self._facts[figure.read][period]
        return found

    def value(self, figure: Figure[Any], period: Period) -> Decimal:
        """The number of a period."""
        return Decimal(figure.compute(self.facts(figure, period)))
