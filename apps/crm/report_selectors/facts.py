"""What the key figures of sales count: the facts of many periods in a few queries, read by ranges of an
index and never a whole table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from django.db.models import Count, F, Q, QuerySet, Subquery, Sum, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.core.periods import Period
from apps.core.reporting.daily import Daily, Row, daily, total
from apps.crm.choices import OPEN, LeadSource, LeadStatus
from apps.crm.models import Activity, Customer, LeadTally
from apps.crm.querysets import STALE_AFTER
from apps.crm.report_selectors.house import contacts_between, counted_for, counts_whole_house

if TYPE_CHECKING:
    from apps.accounts.models import User

#: Where marketing finds leads; the others find us, or come through people.
MARKETED = (LeadSource.WEBSITE, LeadSource.EVENT, LeadSource.LINKEDIN)
#: Leads that were open for a while: others never count as open.
_LASTED = Q(closed_at__gte=F("created_at"))

Money = dict[str, Decimal]


@dataclass(frozen=True)
class LeadFacts:
    """Leads of one period: how many came in, at all and by marketing; how many were won and lost during it
    and are not open again. `won_values` and `open_values` (of leads open when it ended) are by currency.
    """

    came_in: int
    marketed: int
    won: int
    lost: int
    won_values: Money
    open_values: Money


@dataclass(frozen=True)
class ContactFacts:
    """Calls, mails, meetings and messages of one period: how many different leads were spoken to, and how
    many were with companies and people, apart from leads.
    """

    leads: int
    with_customers: int


def lead_facts(periods: Sequence[Period], user: User) -> list[LeadFacts]:
    """Found by the days on which leads came in and were closed, and the running totals of now."""
    leads = counted_for(user)
    # Open at a moment: what is open now, without what came in since, and with what was closed since.
    stood = Sum("value", filter=Q(status__in=OPEN) | _LASTED)
    came = daily(leads, "created_at", periods, "source", "currency", leads=Count("pk"), stood=stood)
    ended = daily(
        leads.filter(closed_at__isnull=False),
        "closed_at",
        periods,
        "status",
        "currency",
        leads=Count("pk"),
        worth=Sum("value"),
        stood=Sum("value", filter=_LASTED),
    )
    tallies = _tallies(user).filter(status__in=OPEN)
    now = tallies.order_by().values("currency").annotate(stood=Sum("value"))
    return [_facts(period, came, ended, list(now)) for period in periods]


def _facts(period: Period, came: Daily, ended: Daily, now: Iterable[Row]) -> LeadFacts:
    new, closed = list(came.during(period)), list(ended.during(period))
    won = [row for row in closed if row["status"] == LeadStatus.CLOSED_WON]
    open_then = _by_currency(now, "stood")
    for sign, rows in ((-1, came.since(period.end)), (1, ended.since(period.end))):
        for currency, value in _by_currency(rows, "stood").items():
            open_then[currency] = open_then.get(currency, Decimal(0)) + sign * value
    return LeadFacts(
        came_in=total(new, "leads"),
        marketed=total((row for row in new if row["source"] in MARKETED), "leads"),
        won=total(won, "leads"),
        lost=total(closed, "leads") - total(won, "leads"),
        won_values=_by_currency(won, "worth"),
        open_values={currency: value for currency, value in open_then.items() if value},
    )


def _by_currency(rows: Iterable[Row], name: str) -> Money:
    found: Money = {}
    for row in rows:
        if row[name]:
            found[row["currency"]] = found.get(row["currency"], Decimal(0)) + row[name]
    return found


def as_of(period: Period) -> datetime:
    """The moment at which a period is looked back on: its end, or now while it is running."""
    return min(period.ends_at, timezone.now())


def stale_leads(periods: Sequence[Period], user: User) -> list[int]:
    """How many leads were open when each period ended (or are now), had come in 14 days before or earlier,
    and had no contact in those days.
    """
    ends = [as_of(period) for period in periods]
    counts: dict[str, Combinable] = {}
    for place, end in enumerate(ends):
        counts |= {f"{name}{place}": count for name, count in _stale_counts(user, end).items()}
    open_now = Sum("leads", filter=Q(status__in=OPEN), default=0)
    whole = _tallies(user).values(whole=Value(1)).annotate(now=open_now).order_by("whole")
    found = cast("Mapping[str, int] | None", whole.annotate(**counts).first())
    if found is None:  # there are no leads
        return [0 for _period in periods]
    return [
        found["now"] - found[f"new{place}"] + found[f"closed{place}"] - found[f"spoken{place}"]
        for place in range(len(ends))
    ]


def _stale_counts(user: User, end: datetime) -> dict[str, Combinable]:
    """What makes the open leads of now the stale ones of then."""
    since = end - STALE_AFTER
    leads, contacts = counted_for(user), _contacts(user, since, end)
    was_open = Q(lead__status__in=OPEN) | Q(lead__closed_at__gte=end)
    return {
        "new": _count(leads.filter(status__in=OPEN, created_at__gte=since)),
        "closed": _count(leads.filter(closed_at__gte=end, created_at__lt=since)),
        "spoken": _count(contacts.filter(was_open, lead__created_at__lt=since), "lead"),
    }


def _count(rows: QuerySet[Any], different: str = "pk") -> Combinable:
    """How many different values there are, as a part of another query."""
    counted = rows.order_by().values(whole=Value(1)).annotate(count=Count(different, distinct=True))
    return Coalesce(Subquery(counted.values("count")), 0)


def contact_facts(periods: Sequence[Period], user: User) -> list[ContactFacts]:
    """Found in one pass over the contacts of all periods."""
    spans = [(period.starts_at, period.ends_at) for period in periods]
    seen = _contacts(user, min(first for first, _end in spans), max(end for _first, end in spans))
    leads = {
        f"leads{place}": Count("lead", distinct=True, filter=_during(*span))
        for place, span in enumerate(spans)
    }
    others = {
        f"others{place}": Count("pk", filter=_during(*span) & Q(lead__isnull=True))
        for place, span in enumerate(spans)
    }
    found = seen.aggregate(**leads, **others)
    return [ContactFacts(found[f"leads{place}"], found[f"others{place}"]) for place in range(len(periods))]


def new_customers(periods: Sequence[Period], user: User) -> list[int]:
    """How many companies became customers during each period."""
    seen = Customer.objects.all() if counts_whole_house(user) else Customer.objects.visible_to(user)
    found = daily(seen, "since", periods, customers=Count("pk"))
    return [total(found.during(period), "customers") for period in periods]


def _tallies(user: User) -> QuerySet[LeadTally]:
    return LeadTally.objects.all() if counts_whole_house(user) else LeadTally.objects.visible_to(user)


def _contacts(user: User, first: datetime, end: datetime) -> QuerySet[Activity]:
    found = contacts_between(first, end)
    if counts_whole_house(user):
        return found
    apart = Q(lead__isnull=True, pk__in=Activity.objects.visible_to(user).order_by().values("pk"))
    return found.filter(apart | Q(lead__in=counted_for(user)))


def _during(first: datetime, end: datetime) -> Q:
    return Q(occurred_at__gte=first, occurred_at__lt=end)
