"""Reads of leads for people who may see them; sums are in `crm.pipeline`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.contrib.auth.models import Permission
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from pydantic import BaseModel

from apps.accounts.models import User
from apps.contacts.normalisation import company_key
from apps.core.periods import Period
from apps.crm.choices import OPEN, LeadStatus
from apps.crm.models import Lead
from apps.crm.narrowing import EVERYTHING, Measure, Narrowing, measured
from apps.crm.querysets import STALE_AFTER, LeadQuerySet

#: The longest list of leads that one answer may hold.
MAX_ROWS = 100
#: Nobody needs to know exactly how many more there are than these, and counting a million takes seconds.
MAX_COUNT = 1_000


class LeadRow(BaseModel):
    """A lead as answers show it. `quiet_days` counts from the last contact, or from the creation.

    `lost_because` and `closed_at` are of leads that are closed.
    """

    id: str
    company: str
    contact: str
    email: str
    phone: str
    industry: str
    location: str
    source: str
    status: str
    stage: str
    owner: str
    value: Decimal | None
    currency: str
    last_contacted: datetime | None
    follow_up_date: date | None
    quiet_days: int
    notes: str
    url: str
    lost_because: str = ""
    closed_at: datetime | None = None


class LeadPage(BaseModel):
    """The first rows of a search, and how many there are in all: at least `total` if `is_capped`."""

    total: int
    is_capped: bool = False
    rows: list[LeadRow]


def lead_url(lead_id: UUID) -> str:
    """Path of a lead's page in the back office."""
    return reverse("admin:crm_lead_change", args=[lead_id])


def lead_holders() -> QuerySet[User]:
    """Active people whose rights let them work on leads."""
    may_change = Permission.objects.filter(content_type__app_label="crm", codename="change_lead")
    has_role = Exists(may_change.filter(group__user=OuterRef("pk")))
    found: QuerySet[User] = User.objects.active().filter(has_role | Q(is_superuser=True))
    return found


def find_leads(
    *, user: User, now: datetime, query: str = "", status: LeadStatus | None = None, limit: int = 20
) -> LeadPage:
    """Leads that `user` may see and whose company, contact, e-mail, phone, place or industry have, for each
    word of `query`, one that begins with it.

    Newest first; a company of exactly that name comes before all others.
    """
    visible = Lead.objects.visible_to(user).order_by("-created_at", "-id")
    if status is not None:
        visible = visible.filter(status=status)
    found, key = visible.search(query), company_key(query)
    if not key:
        return _page([found], now, limit)
    return _page([visible.filter(company_key=key), found.exclude(company_key=key)], now, limit)


def open_leads(*, user: User, now: datetime, limit: int = 20, narrowing: Narrowing = EVERYTHING) -> LeadPage:
    """Open leads that `user` may see: the furthest stage first, then the highest value."""
    leads = Lead.objects.visible_to(user).order_by(F("value").desc(nulls_last=True), "-id")
    leads = leads if narrowing.is_empty else leads.filter(narrowing.condition(user))
    # Stage by stage: each is read in the order of an index, and mostly the first one fills the page.
    return _page([leads.filter(status=status) for status in reversed(OPEN)], now, limit)


def measured_leads(
    *,
    user: User,
    now: datetime,
    measure: Measure,
    period: Period | None,
    narrowing: Narrowing = EVERYTHING,
    limit: int = 20,
) -> LeadPage:
    """Leads that `user` may see and that were won, lost or came in during the period, or are open now; the
    latest first.
    """
    order = "-closed_at" if measure in {"won", "lost"} else "-created_at"
    leads = Lead.objects.visible_to(user).filter(measured(measure, period), narrowing.condition(user))
    return _page([leads.order_by(order, "-id")], now, limit)


def stale_leads(*, user: User, now: datetime, after: timedelta = STALE_AFTER, limit: int = 20) -> LeadPage:
    """Open leads that `user` may see and that nobody spoke to for `after`; the longest silence first."""
    return _page([Lead.objects.visible_to(user).stale(now, after)], now, limit)


def _page(parts: Sequence[LeadQuerySet], now: datetime, limit: int) -> LeadPage:
    """The first rows of all parts, one after the other; no lead may be in two."""
    size = max(1, min(limit, MAX_ROWS))
    rows: list[Lead] = []
    for part in parts:
        if len(rows) <= size:
            rows += part.select_related("assigned_to")[: size + 1 - len(rows)]
    total = len(rows) if len(rows) <= size else _count(parts)
    return LeadPage(
        total=min(total, MAX_COUNT),
        is_capped=total > MAX_COUNT,
        rows=[lead_row(lead, now) for lead in rows[:size]],
    )


def _count(parts: Sequence[LeadQuerySet]) -> int:
    """How many leads are in all parts; one more than `MAX_COUNT` stands for any greater number."""
    total = 0
    for part in parts:
        if total <= MAX_COUNT:
            total += part.order_by()[: MAX_COUNT + 1 - total].count()
    return total


def lead_row(lead: Lead, now: datetime) -> LeadRow:
    """The lead as answers show it."""
    return LeadRow(
        id=str(lead.pk),
        company=lead.company_name,
        contact=lead.contact_name,
        email=lead.contact_email,
        phone=lead.contact_phone,
        industry=lead.industry,
        location=lead.location,
        source=lead.source,
        status=lead.status,
        stage=str(lead.get_status_display()),
        owner=lead.assigned_to.name if lead.assigned_to else "",
        value=lead.value,
        currency=lead.currency,
        last_contacted=lead.last_contacted,
        follow_up_date=lead.follow_up_date,
        quiet_days=(now - (lead.last_contacted or lead.created_at)).days,
        notes=lead.notes[:500],
        url=lead.admin_url,
        lost_because=_lost_because(lead),
        closed_at=lead.closed_at,
    )


def _lost_because(lead: Lead) -> str:
    """The reason in words, with what was noted of it; "" for a lead that is not lost."""
    reason = str(lead.get_lost_reason_display()) if lead.lost_reason else ""
    return f"{reason}: {lead.lost_note}" if reason and lead.lost_note else reason
