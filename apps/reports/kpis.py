"""Composing the figures that the apps declare. This engine knows no app by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from apps.accounts.models import User
from apps.core.errors import Forbidden
from apps.core.figures import Figure, Survey, figures
from apps.core.periods import Period

#: How many weeks a chart looks back, the last week of the report among them.
SERIES_WEEKS = 12


@dataclass(frozen=True)
class FigureValue:
    """A figure over a period and what it is compared with. `series` has the weeks up to it, oldest first;
    `note` says what the number leaves out.
    """

    figure: Figure[Any]
    value: Decimal
    previous: Decimal
    series: tuple[tuple[Period, Decimal], ...] = ()
    note: str = ""

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


@dataclass(frozen=True)
class DepartmentFigures:
    """The figures of one department. `name` is what people call it."""

    slug: str
    name: str
    figures: tuple[FigureValue, ...]


def key_figures(
    *, period: Period, before: Period, user: User, departments: Mapping[str, str]
) -> tuple[DepartmentFigures, ...]:
    """The key figures of `departments` (names by slug) over `period` and over `before`.

    In the order of the departments, the figures by name. Raises `Forbidden` for users without
    `reports.view_kpis`.
    """
    if not (user.is_active and user.has_perm("reports.view_kpis")):
        raise Forbidden("You may not read the key figures.")
    chosen = [figure for figure in figures if figure.department in departments and figure.allowed(user)]
    chosen.sort(key=lambda figure: (list(departments).index(figure.department), figure.key))
    weeks = _weeks(period)
    survey = Survey(chosen, user, periods=(period, before), series=weeks)
    values = [
        FigureValue(
            figure=figure,
            value=survey.value(figure, period),
            previous=survey.value(figure, before),
            series=tuple((week, survey.value(figure, week)) for week in weeks) if figure.series else (),
            note=figure.note(survey.facts(figure, period), user) if figure.note else "",
        )
        for figure in chosen
    ]
    return tuple(
        DepartmentFigures(slug, departments[slug], tuple(group))
        for slug, group in groupby(values, key=lambda value: value.figure.department)
    )


def _weeks(period: Period) -> list[Period]:
    """The last weeks, oldest first."""
    weeks = [Period.week_of(period.last_day, period.tz)]
    while len(weeks) < SERIES_WEEKS:
        weeks.insert(0, weeks[0].previous())
    return weeks
