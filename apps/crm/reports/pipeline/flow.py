"""How far leads come, how long they stay in a stage, and how they end."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.core.reporting import ChartSpec, Column, Dataset, Row
from apps.core.reporting.numbers import days, percent
from apps.crm.choices import CLOSED, OPEN, LeadStatus, LostReason
from apps.crm.report_selectors import closing
from apps.crm.report_selectors.cohort import BY_SOURCE, DURING, WAY
from apps.crm.reports.money import Purse, money_columns, money_key
from apps.crm.reports.pipeline.facts import Facts


def funnel(facts: Facts) -> Dataset:
    """Of the leads that came in, how many got how far."""
    came_in = sum(total["leads"] for total in facts.came_in(BY_SOURCE))
    rows = [Row((_("Came in"), came_in, percent(came_in, came_in), None), url=facts.links.new())]
    before = came_in
    for status in WAY[1:]:
        reached = facts.reached[status]
        values = (str(status.label), reached, percent(reached, came_in), percent(reached, before))
        rows.append(Row(values, url=facts.links.reached(status)))
        before = reached
    return Dataset(
        key="funnel",
        title=_("How far the leads of the period came"),
        columns=(
            Column("stage", _("Stage")),
            Column("leads", _("Leads"), "count"),
            Column("of_all", _("Of all that came in"), "percent"),
            Column("of_before", _("Of the stage before"), "percent"),
        ),
        rows=tuple(rows) if came_in else (),
        chart=ChartSpec("funnel", "stage", ("leads",), title=_("How far the leads of the period came")),
        note=_(
            "The leads that came in during the period, and the furthest stage that each of them has reached "
            "until now; a lost lead counts as far as it had come. Young leads may still move on."
        ),
        empty=_("No leads came in during the period."),
    )


def time_in_stage(facts: Facts) -> Dataset:
    """How long leads had been in the stages that they left."""
    rows = [
        Row(
            (str(status.label), stay.times, days(stay.median), days(stay.mean)),
            url=facts.links.left(status),
        )
        for status in (*OPEN, LeadStatus.CLOSED_LOST)
        if (stay := facts.stays.get(status))
    ]
    return Dataset(
        key="time_in_stage",
        title=_("Time in stage"),
        columns=(
            Column("stage", _("Stage that was left")),
            Column("times", _("Times"), "count"),
            Column("median", _("Median days"), "number"),
            Column("mean", _("Mean days"), "number"),
        ),
        rows=tuple(rows),
        chart=ChartSpec("bar", "stage", ("median", "mean"), title=_("Days in stage")),
        note=_(
            "Stays that ended during the period, for whatever stage came next. Half of the stays were "
            "shorter than the median. Leads that are still in a stage are not counted; a lead that left a "
            "stage twice counts twice."
        ),
        empty=_("No lead changed its stage during the period."),
    )


def outcomes(facts: Facts) -> Dataset:
    """What was won and lost."""
    rows = []
    for status in CLOSED:
        leads, worth = _worth(facts, status)
        took = facts.lifetimes.get((DURING, status))
        times = (days(took.median), days(took.mean)) if took else (None, None)
        values = (str(status.label), leads, *worth.values_in(facts.currencies), *times)
        rows.append(Row(values, url=(urls := _urls(facts, status__exact=status.value))["leads"], urls=urls))
    return Dataset(
        key="outcomes",
        title=_("Won and lost"),
        columns=(
            Column("outcome", _("Outcome")),
            Column("leads", _("Leads"), "count"),
            *money_columns("value", _("Value"), facts.currencies),
            Column("median", _("Median days to close"), "number"),
            Column("mean", _("Mean days to close"), "number"),
        ),
        rows=tuple(rows) if any(row.values[1] for row in rows) else (),
        chart=ChartSpec("donut", "outcome", ("leads",), title=_("Won and lost")),
        note=_(
            "Leads that were closed during the period. A lead that was lost and is open again is not "
            "counted. Days are counted from the moment a lead came in."
        ),
        empty=_("No lead was closed during the period."),
    )


def lost_reasons(facts: Facts) -> Dataset:
    """Why leads were lost, the most frequent reason first."""
    leads: dict[str, int] = {}
    worth: dict[str, Purse] = {}
    for total in facts.outcomes(closing.BY_REASON, status=LeadStatus.CLOSED_LOST):
        reason = total["lost_reason"]
        leads[reason] = leads.get(reason, 0) + total["leads"]
        worth.setdefault(reason, Purse())[total["currency"]] += total["value"]
    whole = sum(leads.values())
    rows = []
    for reason, count in sorted(leads.items(), key=lambda item: (-item[1], item[0])):
        urls = _urls(facts, status__exact=LeadStatus.CLOSED_LOST.value, lost_reason__exact=reason)
        amounts = worth[reason].values_in(facts.currencies)
        values = (str(LostReason(reason).label), count, percent(count, whole), *amounts)
        rows.append(Row(values, url=urls["leads"], urls=urls))
    return Dataset(
        key="lost_reasons",
        title=_("Why leads were lost"),
        columns=(
            Column("reason", _("Reason")),
            Column("leads", _("Leads"), "count"),
            Column("share", _("Share"), "percent"),
            *money_columns("value", _("Value"), facts.currencies),
        ),
        rows=tuple(rows),
        chart=ChartSpec("donut", "reason", ("leads",), title=_("Why leads were lost")),
        note=_("Leads that were lost during the period and are not open again."),
        empty=_("No lead was lost during the period."),
    )


def _worth(facts: Facts, status: str) -> tuple[int, Purse]:
    """How many leads ended like this, and what they are worth."""
    leads, worth = 0, Purse()
    for total in facts.outcomes(closing.BY_CURRENCY, status=status):
        leads += total["leads"]
        worth[total["currency"]] += total["value"]
    return leads, worth


def _urls(facts: Facts, **conditions: str) -> dict[str, str]:
    urls = {"leads": facts.links.closed(**conditions)}
    for currency in facts.currencies:
        urls[money_key("value", currency)] = facts.links.closed(currency__exact=currency, **conditions)
    return urls
