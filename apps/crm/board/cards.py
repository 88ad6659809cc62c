"""A lead as a card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import BaseModel, Field

from apps.accounts.models import User
from apps.core.versions import version_of
from apps.crm.models import Lead, Stage, Task
from apps.crm.querysets import LeadQuerySet

#: What a card shows; the rest of a lead (notes, the search column) stays where it is.
SHOWN = (
    "company_name",
    "contact_name",
    "industry",
    "value",
    "currency",
    "status",
    "stage_since",
    "follow_up_date",
    "position",
    "lost_reason",
    "updated_at",
    "assigned_to__name",
    "assigned_to__email",
)


class Person(BaseModel):
    """Whose lead it is."""

    id: UUID
    name: str
    initials: str


class NextStep(BaseModel):
    """What is to be done next: the earliest open task, or the follow-up day when that comes first."""

    title: str
    on: date
    is_overdue: bool


class Card(BaseModel):
    """A lead on the board. Cards lie by `position`, then `id`, the largest on top."""

    id: UUID
    version: str = Field(description="Sent back with a move, it guards against overwriting.")
    status: str
    position: Decimal
    company: str
    contact: str
    industry: str
    value: Decimal | None
    currency: str
    owner: Person | None
    next_step: NextStep | None
    days: int = Field(description="Whole days in this stage.")
    is_old: bool = Field(description="In the stage for longer than its limit.")
    lost_reason: str = Field(description="As people read it; empty unless the lead is lost.")
    url: str


def as_cards(leads: LeadQuerySet) -> LeadQuerySet:
    """With the owner, and without what no card shows."""
    return leads.select_related("assigned_to").only(*SHOWN)


def cards_of(leads: Sequence[Lead], *, user: User, stages: Mapping[str, Stage], now: datetime) -> list[Card]:
    """The cards of these leads, in their order; one query for the tasks of all."""
    tasks = next_tasks(leads, user=user)
    return [card_of(lead, task=tasks.get(lead.pk), stage=stages[lead.status], now=now) for lead in leads]


def next_tasks(leads: Sequence[Lead], *, user: User) -> dict[UUID, Task]:
    """Of each lead the open task that is due first, among those that `user` may see."""
    keys = [lead.pk for lead in leads]
    if not keys:
        return {}
    found = Task.objects.visible_to(user).open().filter(lead__in=keys).order_by("lead_id", "due_at", "id")
    first = found.distinct("lead_id").only("lead_id", "title", "due_at")
    return {task.lead_id: task for task in first if task.lead_id is not None}


def card_of(lead: Lead, *, task: Task | None, stage: Stage, now: datetime) -> Card:
    """The lead as the board shows it."""
    days = (now - lead.stage_since).days
    return Card(
        id=lead.pk,
        version=version_of(lead),
        status=lead.status,
        position=lead.position,
        company=lead.company_name,
        contact=lead.contact_name,
        industry=lead.industry,
        value=lead.value,
        currency=lead.currency,
        owner=_person(lead.assigned_to),
        next_step=_next_step(lead, task, now) if lead.is_open else None,
        days=max(days, 0),
        is_old=stage.ages_after is not None and days >= stage.ages_after,
        lost_reason=str(lead.get_lost_reason_display()) if lead.lost_reason else "",
        url=lead.admin_url,
    )


def _person(owner: User | None) -> Person | None:
    if owner is None:
        return None
    words = str(owner).split()
    initials = "".join(word[0] for word in (words[0], words[-1])[: len(words)]).upper()
    return Person(id=owner.pk, name=str(owner), initials=initials)


def _next_step(lead: Lead, task: Task | None, now: datetime) -> NextStep | None:
    today = timezone.localdate(now)
    follow_up = lead.follow_up_date
    if task is not None:
        due = timezone.localdate(task.due_at)
        if follow_up is None or due <= follow_up:
            return NextStep(title=task.title, on=due, is_overdue=task.due_at < now)
    if follow_up is None:
        return None
    return NextStep(title=_("Follow up"), on=follow_up, is_overdue=follow_up < today)
