"""Reads of the pipeline: rows for people who may see them, sums for people who may read those."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.contrib.auth.models import Permission
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Sum, Value, When
from django.urls import reverse
from pydantic import BaseModel, Field

from apps.accounts.models import User
from apps.contacts.normalisation import company_key
from apps.crm.choices import OPEN, LeadStatus
from apps.crm.models import Lead
from apps.crm.querysets import STALE_AFTER, LeadQuerySet

#: The longest list of leads that one answer may hold.
MAX_ROWS = 100


class LeadRow(BaseModel):
    """A lead as answers show it. `quiet_days` counts from the last contact, or from the creation."""

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


class LeadPage(BaseModel):
    """The first rows of a search, and how many there are in all."""

    total: int
    rows: list[LeadRow]


class Sums(BaseModel):
    """How many leads, and their value by currency; leads without a value count as leads only."""

    count: int = 0
    values: dict[str, Decimal] = Field(default_factory=dict)

    def add(self, count: int, currency: str, value: Decimal | None) -> None:
        """Take in a group of rows."""
        self.count += count
        if value is not None:
            self.values[currency] = self.values.get(currency, Decimal(0)) + value


class StageSums(Sums):
    """The leads of one stage."""

    status: LeadStatus


class OwnerSums(Sums):
    """The leads of one representative; "" for those of nobody."""

    owner: str


class PipelineSummary(BaseModel):
    """Open leads by stage (in pipeline order) and by representative (by name).

    `scope` is whose leads were counted: `own` or `team`.
    """

    scope: str
    total: Sums
    stages: list[StageSums]
    owners: list[OwnerSums]


def lead_url(lead_id: UUID) -> str:
    """Path of a lead's page in the back office."""
    return reverse("admin:crm_lead_change", args=[lead_id])


def lead_holders() -> QuerySet[User]:
    """Active people whose rights let them work on leads."""
    may_change = Permission.objects.filter(content_type__app_label="crm", codename="change_lead")
    has_role = Exists(may_change.filter(group__user=OuterRef("pk")))
    found: QuerySet[User] = User.objects.filter(has_role | Q(is_superuser=True), is_active=True)
    return found


def find_leads(
    *, user: User, now: datetime, query: str = "", status: LeadStatus | None = None, limit: int = 20
) -> LeadPage:
    """Leads that `user` may see and whose company, contact, e-mail, phone, place or industry hold every word.

    Newest first; a company of exactly that name comes before all others.
    """
    found = Lead.objects.visible_to(user)
    if status is not None:
        found = found.filter(status=status)
    for word in query.split()[:8]:
        found = found.filter(_mentions(word))
    named = Case(When(company_key=company_key(query), then=Value(0)), default=Value(1))
    return _page(found.order_by(named, "-created_at", "-id"), now, limit)


def open_leads(*, user: User, now: datetime, limit: int = 20) -> LeadPage:
    """Open leads that `user` may see: the furthest stage first, then the highest value."""
    stage = Case(*(When(status=status, then=number) for number, status in enumerate(OPEN)))
    found = Lead.objects.visible_to(user).open()
    return _page(found.order_by(stage.desc(), F("value").desc(nulls_last=True), "-id"), now, limit)


def stale_leads(*, user: User, now: datetime, after: timedelta = STALE_AFTER, limit: int = 20) -> LeadPage:
    """Open leads that `user` may see and that nobody spoke to for `after`; the longest silence first."""
    return _page(Lead.objects.visible_to(user).stale(now, after), now, limit)


def pipeline(*, user: User) -> PipelineSummary:
    """Counts and values of the open leads that `user` may see or read sums of."""
    return _summary(Lead.objects.summarised_for(user).open(), user)


def stale_summary(*, user: User, now: datetime, after: timedelta = STALE_AFTER) -> PipelineSummary:
    """Counts and values of those open leads that nobody spoke to for `after`."""
    return _summary(Lead.objects.summarised_for(user).stale(now, after), user)


def _summary(leads: LeadQuerySet, user: User) -> PipelineSummary:
    groups = (
        leads.order_by()
        .values_list("status", "assigned_to__name", "currency")
        .annotate(Count("pk"), Sum("value"))
    )
    total = Sums()
    stages = {status: StageSums(status=status) for status in OPEN}
    owners: dict[str, OwnerSums] = {}
    for status, name, currency, count, value in groups:
        owner = owners.setdefault(name or "", OwnerSums(owner=name or ""))
        for sums in (total, stages[LeadStatus(status)], owner):
            sums.add(count, currency, value)
    sees_others = user.has_perm("crm.view_all_leads") or not user.has_perm("crm.view_lead")
    return PipelineSummary(
        scope="team" if sees_others else "own",
        total=total,
        stages=list(stages.values()),
        owners=[owners[name] for name in sorted(owners)],
    )


def _mentions(word: str) -> Q:
    fields = ("company_name", "contact_name", "contact_email", "contact_phone", "location", "industry")
    found = Q()
    for name in fields:
        found |= Q(**{f"{name}__icontains": word})
    return found


def _page(leads: LeadQuerySet, now: datetime, limit: int) -> LeadPage:
    rows = leads.select_related("assigned_to")[: max(1, min(limit, MAX_ROWS))]
    return LeadPage(total=leads.count(), rows=[lead_row(lead, now) for lead in rows])


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
    )
