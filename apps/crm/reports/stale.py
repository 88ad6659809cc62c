"""The report on open leads that nobody speaks to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext
from pydantic import Field

from apps.core.reporting import (
    Ask,
    ChartSpec,
    Column,
    Dataset,
    Filters,
    Findings,
    Options,
    Row,
    Tile,
    report,
)
from apps.core.reporting.grouping import Group, Total
from apps.core.reporting.links import Condition
from apps.crm.choices import OPEN, LeadStatus
from apps.crm.querysets import STALE_AFTER
from apps.crm.report_selectors import staleness
from apps.crm.report_selectors.scope import LeadScope, owned_by, owner_choices, owner_names
from apps.crm.report_selectors.staleness import Silence, StaleLead
from apps.crm.reports.links import LeadLinks
from apps.crm.reports.money import Purse, money_columns, money_key, ordered
from apps.crm.reports.pipeline.filters import OWNER

MAX_ROWS = 5_000


class StaleFilters(Filters):
    """How long is too long, and whose leads."""

    days: int = Field(
        STALE_AFTER.days,
        ge=1,
        le=1000,
        title=gettext_noop("More than days"),
        description=gettext_noop("Days without a call, mail, meeting or message."),
    )
    owner: Annotated[str, Options(owner_choices)] = Field(
        "", title=gettext_noop("Representative"), pattern=OWNER
    )


@dataclass
class Quiet:
    """Leads, their value, and since when the quietest is quiet."""

    leads: int = 0
    value: Purse = field(default_factory=Purse)
    since: datetime | None = None

    def add(self, total: Total) -> None:
        """Take in a group."""
        self.leads += total["leads"]
        self.value[total["currency"]] += total["value"]
        self.since = min(self.since or total["longest"], total["longest"])


@dataclass(frozen=True)
class Facts:
    """What was found."""

    now: datetime
    days: int
    links: LeadLinks
    totals: Mapping[Group, list[Total]]
    currencies: list[str]

    def quiet(self, group: Group) -> dict[Any, Quiet]:
        """By the first column of `group`."""
        found: dict[Any, Quiet] = defaultdict(Quiet)
        for total in self.totals[group]:
            found[total[group[0]]].add(total)
        return found

    def whole(self) -> Quiet:
        """All of them."""
        quiet = Quiet()
        for total in self.totals[staleness.BY_STAGE]:
            quiet.add(total)
        return quiet


@report(
    key="stale_leads",
    title=gettext_lazy("Stale leads"),
    permissions=("crm.view_lead_summary", "crm.view_all_leads", "crm.view_lead"),
    department="sales",
    filters=StaleFilters,
)
def stale_leads(ask: Ask[StaleFilters]) -> Findings:
    """Open leads that nobody spoke or wrote to for more than so many days: by length of the silence, by
    stage, by representative, and one by one for those who may see them.
    """
    wanted = ask.filters
    scope, spans = LeadScope(ask.user, wanted.owner), staleness.silences(wanted.days)
    totals = staleness.stale_totals(scope, now=ask.now, spans=spans)
    currencies = ordered(total["currency"] for total in totals[staleness.BY_STAGE])
    facts = Facts(ask.now, wanted.days, LeadLinks(scope), totals, currencies)
    datasets = [_by_silence(facts, spans), _by_stage(facts), _by_owner(facts)]
    if scope.sees_rows:
        after = timedelta(days=wanted.days)
        found = staleness.stale_rows(scope, now=ask.now, after=after, limit=MAX_ROWS)
        datasets.append(_one_by_one(facts, found))
    return Findings(
        tiles=tuple(_tiles(facts)),
        datasets=tuple(datasets),
        highlights=_highlights(facts),
        notes=(
            _("A lead that was never contacted counts from the day it came in."),
            _("Values are never added up across currencies."),
        ),
    )


def _tiles(facts: Facts) -> Iterable[Tile]:
    whole = facts.whole()
    yield Tile("stale", _("Stale leads"), whole.leads, better="down", url=_link(facts))
    for currency in facts.currencies:
        url = _link(facts, currency__exact=currency)
        amount = whole.value.amount(currency)
        yield Tile(f"value_{currency}", _("Value at risk"), amount, "money", currency, url=url)


def _highlights(facts: Facts) -> tuple[str, ...]:
    whole = facts.whole()
    if not whole.leads or whole.since is None:
        return ()
    text = ngettext(
        "%(count)d open lead has waited for more than %(days)d days; it has waited for %(most)d.",
        "%(count)d open leads have waited for more than %(days)d days; the longest for %(most)d.",
        whole.leads,
    )
    return (text % {"count": whole.leads, "days": facts.days, "most": (facts.now - whole.since).days},)


def _by_silence(facts: Facts, spans: list[Silence]) -> Dataset:
    quiet = facts.quiet(staleness.BY_SILENCE)
    rows = [
        _row(facts, _span_label(span), quiet[place], {"quiet": _span_value(span)})
        for place, span in enumerate(spans)
        if place in quiet
    ]
    return _dataset(facts, "silence", _("By length of the silence"), _("Days"), rows)


def _by_stage(facts: Facts) -> Dataset:
    quiet = facts.quiet(staleness.BY_STAGE)
    rows = [
        _row(facts, str(status.label), quiet[status], {"status__exact": status.value})
        for status in OPEN
        if status in quiet
    ]
    return _dataset(facts, "stages", _("By stage"), _("Stage"), rows)


def _by_owner(facts: Facts) -> Dataset:
    quiet = facts.quiet(staleness.BY_OWNER)
    names = owner_names(facts.links.scope.user)
    rows = [
        _row(facts, names.get(owner, _("Nobody")), quiet[owner], owned_by(owner))
        for owner in sorted(
            quiet, key=lambda owner: (owner is None, -quiet[owner].leads, names.get(owner, ""))
        )
    ]
    return _dataset(facts, "owners", _("By representative"), _("Representative"), rows)


def _one_by_one(facts: Facts, found: list[StaleLead]) -> Dataset:
    rows = [
        Row(
            (
                lead.company,
                lead.contact,
                str(LeadStatus(lead.status).label),
                lead.owner,
                lead.value,
                lead.currency,
                None if lead.never_contacted else lead.quiet_since,
                (facts.now - lead.quiet_since).days,
            ),
            url=reverse("admin:crm_lead_change", args=[lead.id]),
        )
        for lead in found
    ]
    return Dataset(
        key="leads",
        title=_("One by one"),
        columns=(
            Column("company", _("Company")),
            Column("contact", _("Contact")),
            Column("stage", _("Stage")),
            Column("owner", _("Representative")),
            Column("value", _("Value"), "money"),
            Column("currency", _("Currency")),
            Column("last_contact", _("Last contact"), "moment"),
            Column("days", _("Days"), "count"),
        ),
        rows=tuple(rows),
        note=_("The longest silence first; %(most)s leads at most.")
        % {"most": number_format(MAX_ROWS, force_grouping=True)},
        empty=_("Nobody waits: every open lead has been spoken to lately."),
    )


def _row(facts: Facts, label: str, quiet: Quiet, conditions: dict[str, Condition]) -> Row:
    longest = (facts.now - quiet.since).days if quiet.since else None
    urls = {"leads": _link(facts, **conditions), "longest": _link(facts, **conditions)}
    for currency in facts.currencies:
        urls[money_key("value", currency)] = _link(facts, currency__exact=currency, **conditions)
    values = (label, quiet.leads, *quiet.value.values_in(facts.currencies), longest)
    return Row(values, url=urls["leads"], urls=urls)


def _dataset(facts: Facts, key: str, title: str, label: str, rows: list[Row]) -> Dataset:
    return Dataset(
        key=key,
        title=title,
        columns=(
            Column("name", label),
            Column("leads", _("Leads"), "count"),
            *money_columns("value", _("Value"), facts.currencies),
            Column("longest", _("Longest, days"), "count"),
        ),
        rows=tuple(rows),
        total=_row(facts, _("Total"), facts.whole(), {}) if rows else None,
        chart=ChartSpec("bar", "name", ("leads",), title=title),
        note=_("Open leads only; leads without a value add nothing to the values."),
        empty=_("Nobody waits: every open lead has been spoken to lately."),
    )


def _link(facts: Facts, **conditions: Condition) -> str:
    return facts.links.open(**({"quiet": str(facts.days)} | conditions))


def _span_value(span: Silence) -> str:
    return str(span.least) if span.most is None else f"{span.least}..{span.most}"


def _span_label(span: Silence) -> str:
    if span.most is None:
        return _("over %(days)d") % {"days": span.least}
    return _("%(least)d to %(most)d") % {"least": span.least, "most": span.most}
