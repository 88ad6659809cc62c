"""The numbers at the top, and the sentences about them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.reporting import Tile
from apps.core.reporting.findings import Better
from apps.core.reporting.numbers import days, percent
from apps.crm.choices import CLOSED, LeadStatus
from apps.crm.models import HOUSE_CURRENCY
from apps.crm.report_selectors import closing, cohort
from apps.crm.report_selectors.cohort import BEFORE, DURING
from apps.crm.reports.money import Purse
from apps.crm.reports.pipeline.facts import Facts
from apps.crm.reports.pipeline.now import sums_by_stage

WON, LOST = LeadStatus.CLOSED_WON, LeadStatus.CLOSED_LOST


def tiles(facts: Facts) -> tuple[Tile, ...]:
    """What is open now; then what the period brought, compared with the one before."""
    return (*_open_tiles(facts), *_flow_tiles(facts), *_won_value_tiles(facts))


def _open_tiles(facts: Facts) -> Iterator[Tile]:
    whole, links = sums_by_stage(facts)[""], facts.links
    yield Tile("open", _("Open leads"), whole.leads, url=links.open(), note=_("As of now."))
    for currency in facts.currencies:
        url = links.open(currency__exact=currency)
        yield Tile(
            f"open_value_{currency}",
            _("Open value"),
            whole.value.amount(currency),
            "money",
            currency,
            url=url,
        )
        yield Tile(
            f"forecast_{currency}",
            _("Weighted forecast"),
            whole.weighted.amount(currency),
            "money",
            currency,
            url=url,
            note=_("Each value times the chance to win of its stage."),
        )


def _flow_tiles(facts: Facts) -> Iterator[Tile]:
    links = facts.links
    yield Tile(
        "new", _("New leads"), new(facts), previous=new(facts, part=BEFORE), better="up", url=links.new()
    )
    yield _outcome_tile(facts, "won", _("Won"), WON, "up")
    yield _outcome_tile(facts, "lost", _("Lost"), LOST, "down")
    yield Tile(
        "win_rate",
        _("Win rate"),
        win_rate(facts),
        "percent",
        previous=win_rate(facts, part=BEFORE),
        better="up",
        url=links.closed(status__in=",".join(CLOSED)),
        note=_("Won of all won or lost."),
    )
    took, before = facts.lifetimes.get((DURING, WON)), facts.lifetimes.get((BEFORE, WON))
    yield Tile(
        "days_to_win",
        _("Mean days to win"),
        days(took.mean) if took else None,
        "number",
        previous=days(before.mean) if before else None,
        better="down",
        url=links.closed(status__exact=WON.value),
    )


def _outcome_tile(facts: Facts, key: str, label: str, status: LeadStatus, better: Better) -> Tile:
    before = count(facts, status, part=BEFORE)
    url = facts.links.closed(status__exact=status.value)
    return Tile(key, label, count(facts, status), previous=before, better=better, url=url)


def _won_value_tiles(facts: Facts) -> Iterator[Tile]:
    now, before = won_value(facts), won_value(facts, part=BEFORE)
    for currency in facts.currencies:
        if currency != HOUSE_CURRENCY and not (now.amount(currency) or before.amount(currency)):
            continue
        yield Tile(
            f"won_value_{currency}",
            _("Won value"),
            now.amount(currency),
            "money",
            currency,
            previous=before.amount(currency),
            better="up",
            url=facts.links.closed(status__exact=WON.value, currency__exact=currency),
        )


def highlights(facts: Facts) -> tuple[str, ...]:
    """What a reader should know when there is time for two sentences."""
    won, lost = count(facts, WON), count(facts, LOST)
    whole = sums_by_stage(facts)[""]
    said = [
        ngettext("%(count)s lead is open", "%(count)s leads are open", whole.leads)
        % {"count": number_format(whole.leads, force_grouping=True)}
        + _in_money(whole.value, facts)
        + "."
    ]
    if rate := win_rate(facts):
        said.append(
            _("%(won)s of %(closed)s closed leads were won (%(rate)s %%)%(worth)s.")
            % {
                "won": number_format(won, force_grouping=True),
                "closed": number_format(won + lost, force_grouping=True),
                "rate": number_format(rate, 1),
                "worth": _in_money(won_value(facts), facts),
            }
        )
    return tuple(said)


def new(facts: Facts, *, part: int = DURING) -> int:
    """How many leads came in."""
    return sum(total["leads"] for total in facts.came_in(cohort.BY_SOURCE, part=part))


def count(facts: Facts, status: str, *, part: int = DURING) -> int:
    """How many leads were closed like this."""
    return sum(total["leads"] for total in facts.outcomes(closing.BY_CURRENCY, status=status, part=part))


def won_value(facts: Facts, *, part: int = DURING) -> Purse:
    """What was won, by currency."""
    purse = Purse()
    for total in facts.outcomes(closing.BY_CURRENCY, status=WON, part=part):
        purse[total["currency"]] += total["value"]
    return purse


def win_rate(facts: Facts, *, part: int = DURING) -> Decimal | None:
    """Won of all closed, in per cent; None when none was closed."""
    won = count(facts, WON, part=part)
    return percent(won, won + count(facts, LOST, part=part))


def _in_money(purse: Purse, facts: Facts) -> str:
    amounts = [
        f"{currency} {number_format(purse.amount(currency), 0, force_grouping=True)}"
        for currency in facts.currencies
        if purse.get(currency)
    ]
    return _(", worth %(amounts)s") % {"amounts": " + ".join(amounts)} if amounts else ""
