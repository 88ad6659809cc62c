"""The headline of a lead: where it stands, what it is worth, and what is to be done next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from apps.core.versions import version_of
from apps.crm.choices import OPEN, LeadStatus
from apps.crm.lifecycle import TRANSITIONS
from apps.crm.models import Lead


@dataclass(frozen=True)
class Step:
    """One stage on the way. `place` is `done`, `current` or `ahead`; an allowed one can be moved to now."""

    status: str
    label: str | Promise
    place: str
    is_allowed: bool


@dataclass(frozen=True)
class NextTask:
    """The open task that is due first."""

    title: str
    due_at: datetime


@dataclass(frozen=True)
class NextStep:
    """What is to be done first, and by when."""

    title: str
    when: str
    is_overdue: bool


def steps(lead: Lead, *, may_move: bool) -> list[Step]:
    """The six stages in order; a lead that is closed has passed no stage that we could name."""
    stages = list(LeadStatus)
    here = stages.index(LeadStatus(lead.status))
    allowed = TRANSITIONS[LeadStatus(lead.status)] if may_move else ()
    found = []
    for number, stage in enumerate(stages):
        passed = number < here and lead.status != LeadStatus.CLOSED_LOST
        place = "current" if number == here else "done" if passed else "ahead"
        found.append(Step(stage.value, stage.label, place, stage in allowed))
    return found


def next_step(lead: Lead, task: NextTask | None, now: datetime) -> NextStep | None:
    """The earliest open task or the follow-up date, whichever comes first; None when nothing is planned."""
    follow_up = lead.follow_up_date if lead.status in OPEN else None
    if task and (follow_up is None or timezone.localdate(task.due_at) <= follow_up):
        due = date_format(timezone.localtime(task.due_at), "D j M Y, H:i")
        return NextStep(task.title, due, task.due_at < now)
    if follow_up is None:
        return None
    return NextStep(_("Follow up"), date_format(follow_up, "D j M Y"), follow_up < timezone.localdate(now))


def weighted(lead: Lead, probability: int | None) -> Decimal | None:
    """The value times the probability of the stage, which is in per cent."""
    if lead.value is None or probability is None:
        return None
    return (lead.value * probability / 100).quantize(Decimal("0.01"))


def headline(lead: Any, *, may_change: bool, now: datetime) -> dict[str, Any]:
    """All that the top of the page names, of a lead with its first task and the settings of its stage."""
    task = NextTask(lead.first_title, lead.first_due) if lead.first_due else None
    days = max(0, (now - lead.stage_since).days)
    return {
        "lead": lead,
        "phone": lead.contact_phone,
        "email": lead.contact_email,
        "steps": steps(lead, may_move=may_change),
        "days": days,
        "looks_old": bool(lead.ages_after and lead.status in OPEN and days >= lead.ages_after),
        "weighted": weighted(lead, lead.probability),
        "next_step": next_step(lead, task, now),
        "version": version_of(lead),
        "may_change": may_change,
    }
