"""Everything that the report on the pipeline reads from the database, read once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from apps.core.periods import Period
from apps.core.reporting import Ask
from apps.core.reporting.grouping import Group, Total
from apps.crm.report_selectors import closing, cohort
from apps.crm.report_selectors.pipeline import Pipeline, pipeline_now
from apps.crm.report_selectors.scope import LeadScope, owner_names
from apps.crm.reports.links import PeriodLinks
from apps.crm.reports.money import ordered
from apps.crm.reports.pipeline.filters import PipelineFilters


@dataclass(frozen=True)
class Facts:
    """What was found. `currencies` are those of the leads that are open or were closed."""

    period: Period
    today: date
    links: PeriodLinks
    pipeline: Pipeline
    new: Mapping[Group, list[Total]]
    closed: Mapping[Group, list[Total]]
    lifetimes: Mapping[tuple[int, str], closing.Lifetime]
    reached: Mapping[str, int]
    stays: Mapping[str, cohort.Stay]
    owners: Mapping[UUID, str]
    currencies: list[str]

    @classmethod
    def of(cls, ask: Ask[PipelineFilters]) -> Self:
        """Ask the database; eight questions whatever the number of leads."""
        wanted, period, before = ask.filters, ask.period, ask.before
        scope = LeadScope(ask.user, wanted.owner, wanted.source, wanted.industry)
        today = ask.now.astimezone(ZoneInfo(ask.tz)).date()
        pipeline = pipeline_now(scope, today=today)
        ask.progress(_("Counting the leads of the period …"))
        new, closed = cohort.came_in(scope, period, before), closing.closed(scope, period, before)
        ask.progress(_("Following them through the stages …"))
        return cls(
            period=period,
            today=today,
            links=PeriodLinks(scope, period),
            pipeline=pipeline,
            new=new,
            closed=closed,
            lifetimes=closing.lifetimes(scope, period, before),
            reached=cohort.reached(scope, period),
            stays=cohort.stays(scope, period),
            owners=owner_names(ask.user),
            currencies=ordered(_currencies(pipeline, closed)),
        )

    def outcomes(self, group: Group, *, status: str, part: int = cohort.DURING) -> Iterator[Total]:
        """The totals of the closed leads of one outcome."""
        for total in self.closed[group]:
            if total["part"] == part and total["status"] == status:
                yield total

    def came_in(self, group: Group, *, part: int = cohort.DURING) -> Iterator[Total]:
        """The totals of the leads that came in."""
        return (total for total in self.new[group] if total["part"] == part)


def _currencies(pipeline: Pipeline, closed: Mapping[Group, list[Total]]) -> set[str]:
    return {group.currency for group in pipeline.groups} | {
        total["currency"] for total in closed[closing.BY_CURRENCY]
    }
