"""Key figures of sales. All count in whole days of the period's time zone."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q, Sum

from apps.core.figures import figure
from apps.core.periods import Period
from apps.crm.choices import OPEN, ActivityKind, LeadStatus
from apps.crm.models import HOUSE_CURRENCY, Lead, LeadActivity
from apps.crm.querysets import STALE_AFTER, LeadQuerySet

if TYPE_CHECKING:
    from apps.accounts.models import User


def counted_for(user: User) -> LeadQuerySet:
    """The leads behind the figures that `user` reads: of the whole house for readers of key figures."""
    if user.is_active and user.has_perm("reports.view_kpis"):
        return Lead.objects.all()
    return Lead.objects.summarised_for(user)


def open_at(leads: LeadQuerySet, moment: datetime) -> LeadQuerySet:
    """Leads that were there and neither won nor lost at `moment`."""
    return leads.filter(Q(status__in=OPEN) | Q(closed_at__gte=moment), created_at__lt=moment)


def _closed_in(leads: LeadQuerySet, period: Period) -> LeadQuerySet:
    return leads.filter(closed_at__gte=period.starts_at, closed_at__lt=period.ends_at)


@figure(key="crm.new_leads", label="New leads", unit="count", department="sales", series=True)
def new_leads(period: Period, user: User) -> int:
    """Leads that came in during the period."""
    return counted_for(user).filter(created_at__gte=period.starts_at, created_at__lt=period.ends_at).count()


@figure(key="crm.contacted_leads", label="Leads contacted", unit="count", department="sales", series=True)
def contacted_leads(period: Period, user: User) -> int:
    """Different leads that somebody spoke or wrote to during the period."""
    contacts = LeadActivity.objects.filter(
        kind=ActivityKind.CONTACT, occurred_at__gte=period.starts_at, occurred_at__lt=period.ends_at
    )
    return counted_for(user).filter(Exists(contacts.filter(lead=OuterRef("pk")))).count()


@figure(key="crm.won_leads", label="Leads won", unit="count", department="sales", series=True)
def won_leads(period: Period, user: User) -> int:
    """Leads won during the period."""
    return _closed_in(counted_for(user), period).filter(status=LeadStatus.CLOSED_WON).count()


@figure(
    key="crm.won_value",
    label="Value won",
    unit="money",
    department="sales",
    currency=HOUSE_CURRENCY,
    series=True,
)
def won_value(period: Period, user: User) -> Decimal:
    """Sum of the values of leads won during the period, as far as they are in Singapore dollars."""
    won = _closed_in(counted_for(user), period).filter(status=LeadStatus.CLOSED_WON)
    return _value(won)


@figure(
    key="crm.pipeline_value",
    label="Open pipeline",
    unit="money",
    department="sales",
    currency=HOUSE_CURRENCY,
    series=True,
)
def pipeline_value(period: Period, user: User) -> Decimal:
    """Sum of the values of leads open when the period ended, as far as they are in Singapore dollars."""
    return _value(open_at(counted_for(user), period.ends_at))


@figure(key="crm.conversion_rate", label="Conversion rate", unit="percent", department="sales")
def conversion_rate(period: Period, user: User) -> Decimal:
    """Leads won of all leads won or lost during the period; 0 when none was closed."""
    counts = _closed_in(counted_for(user), period).aggregate(
        closed=Count("pk"), won=Count("pk", filter=Q(status=LeadStatus.CLOSED_WON))
    )
    if not counts["closed"]:
        return Decimal(0)
    rate = Decimal(100) * int(counts["won"]) / int(counts["closed"])
    return rate.quantize(Decimal("0.1"))


@figure(key="crm.stale_leads", label="Stale leads", unit="count", department="sales", better="down")
def stale_leads(period: Period, user: User) -> int:
    """Leads open when the period ended that were older than 14 days and without contact in the last 14."""
    since = period.ends_at - STALE_AFTER
    recent = LeadActivity.objects.filter(
        lead=OuterRef("pk"),
        kind=ActivityKind.CONTACT,
        occurred_at__gte=since,
        occurred_at__lt=period.ends_at,
    )
    leads = open_at(counted_for(user), period.ends_at)
    return leads.filter(~Exists(recent), created_at__lt=since).count()


def _value(leads: LeadQuerySet) -> Decimal:
    total: Decimal | None = leads.filter(currency=HOUSE_CURRENCY).aggregate(Sum("value"))["value__sum"]
    return total if total is not None else Decimal(0)
