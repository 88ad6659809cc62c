"""Whose rows the key figures of sales count, and the rows behind them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.crm.choices import CONTACTS, OPEN
from apps.crm.models import Activity, Lead
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
