"""Composing the figures that the apps declare. This engine knows no app by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from apps.accounts.models import Department, User
from apps.core.errors import Forbidden
from apps.core.figures import Figure, figures
from apps.core.periods import Period

#: How many weeks a chart looks back, the last week of the report among them.
SERIES_WEEKS = 12


@dataclass(frozen=True)
class FigureValue:
    """A figure over a period and the period before. `series` has the weeks up to it, oldest first."""

    figure: Figure
    value: Decimal
    previous: Decimal
    series: tuple[tuple[Period, Decimal], ...] = ()

    @property
    def change(self) -> Decimal:
        """By how much it moved, in its own unit."""
        return self.value - self.previous

    @property
    def change_percent(self) -> Decimal | None:
        """By how much it moved, in per cent of the period before; None when that was zero."""
        if not self.previous:
            return None
        return (100 * self.change / abs(self.previous)).quantize(Decimal("0.1"))

    @property
    def is_good(self) -> bool | None:
        """Whether the change is good news; None when there is none, or it is neither."""
        if not self.change or self.figure.better == "none":
            return None
        return (self.change > 0) == (self.figure.better == "up")


@dataclass(frozen=True)
class DepartmentFigures:
    """The figures of one department. `name` is what people call it."""

    slug: str
    name: str
    figures: tuple[FigureValue, ...]


@dataclass(frozen=True)
class KpiReport:
    """All figures over a period; departments and figures by name."""

    period: Period
    previous: Period
    departments: tuple[DepartmentFigures, ...]


def kpi_report(*, period: Period, user: User, department: str = "") -> KpiReport:
    """The key figures of the house, or of one department (its slug).

    Raises `Forbidden` for users without `reports.view_kpis`.
    """
    if not (user.is_active and user.has_perm("reports.view_kpis")):
        raise Forbidden("You may not read the key figures.")
    names = dict(Department.objects.values_list("slug", "name"))
    chosen = [figure for figure in figures if department in ("", figure.department)]
    ordered = sorted(chosen, key=lambda figure: (names.get(figure.department, figure.department), figure.key))
    departments = tuple(
        DepartmentFigures(slug, names.get(slug, slug.capitalize()), tuple(_values(group, period, user)))
        for slug, group in groupby(ordered, key=lambda figure: figure.department)
    )
    return KpiReport(period, period.previous(), departments)


def _values(group: Iterator[Figure], period: Period, user: User) -> Iterator[FigureValue]:
    for figure in group:
        yield FigureValue(
            figure=figure,
            value=Decimal(figure.compute(period, user)),
            previous=Decimal(figure.compute(period.previous(), user)),
            series=_series(figure, period, user) if figure.series else (),
        )


def _series(figure: Figure, period: Period, user: User) -> tuple[tuple[Period, Decimal], ...]:
    week = Period.week_of(period.last_day, period.tz)
    weeks = [week]
    while len(weeks) < SERIES_WEEKS:
        weeks.insert(0, weeks[0].previous())
    return tuple((span, Decimal(figure.compute(span, user))) for span in weeks)
