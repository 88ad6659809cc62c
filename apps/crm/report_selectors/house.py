"""What the key figures of sales count. Everything is read by ranges of an index, never a whole table."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from apps.core.periods import Period
from apps.crm.choices import CONTACTS, OPEN
from apps.crm.models import Activity, Customer, Lead, LeadTally
from apps.crm.querysets import STALE_AFTER

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.crm.querysets import LeadQuerySet


def counts_whole_house(user: User) -> bool:
    """Readers of key figures read those of the whole house, whoever they are."""
    return user.is_active and user.has_perm("reports.view_kpis")


def counted_for(user: User) -> LeadQuerySet:
    """The leads behind the figures that `user` reads."""
    return Lead.objects.all() if counts_whole_house(user) else Lead.objects.summarised_for(user)


def may_open(user: User) -> bool:
    """Whether `user` may see each of the leads that were counted."""
    if counts_whole_house(user):
        return user.has_perm("crm.view_all_leads")
    return user.is_active and user.has_perm("crm.view_lead")


def closed_in(user: User, period: Period) -> LeadQuerySet:
    """Leads that were won or lost during the period, and are not open again."""
    return counted_for(user).filter(closed_at__gte=period.starts_at, closed_at__lt=period.ends_at)


def contacted_in(user: User, period: Period) -> int:
    """Different leads that somebody spoke or wrote to during the period."""
    return _different_leads(_contacts(user, period.starts_at, period.ends_at))


def open_values_at(user: User, moment: datetime) -> dict[str, Decimal]:
    """The values of the leads that were there and neither won nor lost at `moment`, by currency.

    From the running totals of now: without what came in since, and with what was closed since.
    """
    found: dict[str, Decimal] = {}
    leads = counted_for(user).order_by()
    parts: tuple[tuple[int, QuerySet[Any]], ...] = (
        (1, _tallies(user).filter(status__in=OPEN)),
        (-1, leads.filter(status__in=OPEN, created_at__gte=moment)),
        (1, leads.filter(closed_at__gte=moment, created_at__lt=moment)),
    )
    for sign, rows in parts:
        for currency, value in rows.values_list("currency").annotate(Sum("value")):
            found[currency] = found.get(currency, Decimal(0)) + sign * (value or Decimal(0))
    return {currency: value for currency, value in found.items() if value}


def stale_at(user: User, moment: datetime) -> int:
    """Leads open at `moment` that had come in 14 days before or earlier, without contact in those days."""
    since = moment - STALE_AFTER
    leads = counted_for(user)
    waiting = _tallies(user).filter(status__in=OPEN).aggregate(leads=Sum("leads", default=0))["leads"]
    waiting -= leads.filter(status__in=OPEN, created_at__gte=since).count()
    waiting += leads.filter(closed_at__gte=moment, created_at__lt=since).count()
    was_open = Q(lead__status__in=OPEN) | Q(lead__closed_at__gte=moment)
    spoken = _contacts(user, since, moment).filter(was_open, lead__created_at__lt=since)
    return int(waiting) - _different_leads(spoken)


def open_leads_at(leads: QuerySet[Any], moment: datetime) -> QuerySet[Any]:
    """Those of `leads` that were there and neither won nor lost at `moment`."""
    return leads.filter(Q(status__in=OPEN) | Q(closed_at__gte=moment), created_at__lt=moment)


def stale_leads_at(leads: QuerySet[Any], moment: datetime) -> QuerySet[Any]:
    """Those of `leads` that `stale_at` counts."""
    since = moment - STALE_AFTER
    quiet = ~Exists(contacts_between(since, moment).filter(lead=OuterRef("pk")))
    return open_leads_at(leads, moment).filter(quiet, created_at__lt=since)


def contacts_between(first: datetime, end: datetime) -> QuerySet[Activity]:
    """Activities that mean that somebody spoke or wrote to somebody."""
    return Activity.objects.order_by().filter(kind__in=CONTACTS, occurred_at__gte=first, occurred_at__lt=end)


def new_customers(user: User, period: Period) -> int:
    """Companies that became customers during the period."""
    seen = Customer.objects.all() if counts_whole_house(user) else Customer.objects.visible_to(user)
    return seen.filter(since__gte=period.starts_at, since__lt=period.ends_at).count()


def customer_contacts(user: User, period: Period) -> int:
    """Contacts with companies and people, apart from leads."""
    found = contacts_between(period.starts_at, period.ends_at).filter(lead__isnull=True)
    seen = found if counts_whole_house(user) else found & Activity.objects.visible_to(user)
    return seen.count()


def _tallies(user: User) -> QuerySet[LeadTally]:
    return LeadTally.objects.all() if counts_whole_house(user) else LeadTally.objects.visible_to(user)


def _contacts(user: User, first: datetime, end: datetime) -> QuerySet[Activity]:
    found = contacts_between(first, end).filter(lead__isnull=False)
    leads = counted_for(user)
    return found.filter(lead__in=leads) if leads.query.has_filters() else found


def _different_leads(activities: QuerySet[Activity]) -> int:
    return int(activities.aggregate(leads=Count("lead", distinct=True))["leads"])
