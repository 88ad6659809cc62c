"""The report on the sales pipeline."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.reporting import Ask, Findings, report
from apps.crm.reports.pipeline import flow, groups, now
from apps.crm.reports.pipeline.facts import Facts
from apps.crm.reports.pipeline.filters import PipelineFilters
from apps.crm.reports.pipeline.tiles import highlights, tiles


@report(
    key="sales_pipeline",
    title=gettext_lazy("Sales pipeline and forecast"),
    permissions=("crm.view_lead_summary", "crm.view_all_leads", "crm.view_lead"),
    department="sales",
    filters=PipelineFilters,
)
def sales_pipeline(ask: Ask[PipelineFilters]) -> Findings:
    """What is open and what it may bring, how far the leads of the period came, how long they stay in a
    stage, what was won and lost and why; by representative, source and industry.
    """
    facts = Facts.of(ask)
    datasets = (
        now.stages_now(facts),
        now.forecast(facts),
        flow.funnel(facts),
        flow.time_in_stage(facts),
        flow.outcomes(facts),
        flow.lost_reasons(facts),
        groups.by_owner(facts),
        groups.by_source(facts),
        groups.by_industry(facts),
    )
    return Findings(
        tiles=tiles(facts), datasets=datasets, highlights=highlights(facts), notes=_notes(ask, facts)
    )


def _notes(ask: Ask[PipelineFilters], facts: Facts) -> tuple[str, ...]:
    scope = facts.links.scope
    notes = [_("Values are never added up across currencies.")]
    if not scope.sees_rows:
        notes.append(_("You read sums of all leads; the leads themselves are open to sales only."))
    elif not ask.user.has_perm("crm.view_all_leads"):
        notes.append(_("Only your own leads are counted."))
    return tuple(notes)
