"""The pipeline by representative, by source and by industry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from apps.core.reporting import ChartSpec, Column, Dataset, Row
from apps.core.reporting.grouping import Group
from apps.core.reporting.links import Condition
from apps.core.reporting.numbers import percent
from apps.crm.choices import LeadSource, LeadStatus
from apps.crm.report_selectors import closing, cohort
from apps.crm.report_selectors.pipeline import IndustryGroup, OpenGroup
from apps.crm.report_selectors.scope import owned_by
from apps.crm.reports.money import Purse, money_columns, money_key
from apps.crm.reports.pipeline.facts import Facts

#: Industries are free text: the largest are shown, the rest together.
TOP_INDUSTRIES = 15
#: So many names fit into an address; more than these cannot be opened together.
LINKED_INDUSTRIES = 60
Key = Any


@dataclass
class Share:
    """What one representative, source or industry has."""

    new: int = 0
    open: int = 0
    won: int = 0
    lost: int = 0
    open_value: Purse = field(default_factory=Purse)
    won_value: Purse = field(default_factory=Purse)

    def absorb(self, other: Share) -> None:
        """Add another one."""
        self.new += other.new
        self.open += other.open
        self.won += other.won
        self.lost += other.lost
        for mine, theirs in ((self.open_value, other.open_value), (self.won_value, other.won_value)):
            for currency, value in theirs.items():
                mine[currency] += value


def by_owner(facts: Facts) -> Dataset:
    """By representative, by name; nobody's leads last."""
    shares = _shares(
        facts, "assigned_to_id", cohort.BY_OWNER, closing.BY_OWNER, _opened(facts.pipeline.groups, "owner")
    )
    named = sorted(shares, key=lambda owner: (owner is None, facts.owners.get(owner, "")))
    rows = [
        _row(facts, facts.owners.get(owner, "") if owner else _("Nobody"), shares[owner], owned_by(owner))
        for owner in named
    ]
    return _dataset(facts, "owners", _("By representative"), _("Representative"), rows, shares)


def by_source(facts: Facts) -> Dataset:
    """By source, the most open and new leads first."""
    shares = _shares(
        facts, "source", cohort.BY_SOURCE, closing.BY_SOURCE, _opened(facts.pipeline.groups, "source")
    )
    rows = [
        _row(facts, str(LeadSource(source).label), shares[source], {"source__exact": source})
        for source in _largest(shares)
    ]
    return _dataset(facts, "sources", _("By source"), _("Source"), rows, shares)


def by_industry(facts: Facts) -> Dataset:
    """By industry: the largest, and the others together."""
    opened = _opened(facts.pipeline.industries, "industry")
    shares = _shares(facts, "industry", cohort.BY_INDUSTRY, closing.BY_INDUSTRY, opened)
    names = _largest(shares)
    shown, others = names[:TOP_INDUSTRIES], names[TOP_INDUSTRIES:]
    rows = [_row(facts, name or _("Not known"), shares[name], {"industry__exact": name}) for name in shown]
    if others:
        rest = Share()
        for name in others:
            rest.absorb(shares[name])
        rows.append(_row(facts, _("Other (%(count)d)") % {"count": len(others)}, rest, _any_of(others)))
    return _dataset(facts, "industries", _("By industry"), _("Industry"), rows, shares)


def _any_of(industries: list[str]) -> dict[str, Condition] | None:
    return {"industry__exact": industries} if len(industries) <= LINKED_INDUSTRIES else None


def _opened(groups: Iterable[OpenGroup | IndustryGroup], name: str) -> dict[Key, Share]:
    found: dict[Key, Share] = defaultdict(Share)
    for group in groups:
        share = found[getattr(group, name)]
        share.open += group.leads
        share.open_value[group.currency] += group.value
    return found


def _shares(
    facts: Facts, column: str, new: Group, closed: Group, opened: Mapping[Key, Share]
) -> dict[Key, Share]:
    found: dict[Key, Share] = defaultdict(Share, opened)
    for total in facts.came_in(new):
        found[total[column]].new += total["leads"]
    for total in facts.outcomes(closed, status=LeadStatus.CLOSED_WON):
        found[total[column]].won += total["leads"]
        found[total[column]].won_value[total["currency"]] += total["value"]
    for total in facts.outcomes(closed, status=LeadStatus.CLOSED_LOST):
        found[total[column]].lost += total["leads"]
    return found


def _largest(shares: Mapping[str, Share]) -> list[str]:
    return sorted(shares, key=lambda name: (-shares[name].open - shares[name].new, name))


def _row(facts: Facts, label: str, share: Share, conditions: dict[str, Condition] | None) -> Row:
    values = (
        label,
        share.new,
        share.open,
        share.won,
        share.lost,
        percent(share.won, share.won + share.lost),
        *share.open_value.values_in(facts.currencies),
        *share.won_value.values_in(facts.currencies),
    )
    return Row(values, urls={} if conditions is None else _urls(facts, conditions))


def _urls(facts: Facts, conditions: dict[str, Condition]) -> dict[str, str]:
    links = facts.links
    won: dict[str, Condition] = {"status__exact": LeadStatus.CLOSED_WON.value, **conditions}
    lost: dict[str, Condition] = {"status__exact": LeadStatus.CLOSED_LOST.value, **conditions}
    urls = {
        "new": links.new(**conditions),
        "open": links.open(**conditions),
        "won": links.closed(**won),
        "lost": links.closed(**lost),
        "win_rate": links.closed(**conditions),
    }
    for currency in facts.currencies:
        urls[money_key("open", currency)] = links.open(currency__exact=currency, **conditions)
        urls[money_key("won", currency)] = links.closed(currency__exact=currency, **won)
    return urls


def _dataset(
    facts: Facts, key: str, title: str, label: str, rows: list[Row], shares: Mapping[Key, Share]
) -> Dataset:
    whole = Share()
    for share in shares.values():
        whole.absorb(share)
    return Dataset(
        key=key,
        title=title,
        columns=(
            Column("name", label),
            Column("new", _("New"), "count"),
            Column("open", _("Open now"), "count"),
            Column("won", _("Won"), "count"),
            Column("lost", _("Lost"), "count"),
            Column("win_rate", _("Win rate"), "percent"),
            *money_columns("open", _("Open value"), facts.currencies),
            *money_columns("won", _("Won value"), facts.currencies),
        ),
        rows=tuple(rows),
        total=_row(facts, _("Total"), whole, {}) if rows else None,
        chart=ChartSpec("bar", "name", ("open", "won", "lost"), title=title),
        note=_(
            "New, won and lost: during the period. Open: now. The win rate is the share of the won leads "
            "among those that were closed."
        ),
        empty=_("There are no open leads, and none came in or was closed during the period."),
    )
