"""Writing down what happened with a lead, a company or a contact."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit import services as audit
from apps.core.errors import Forbidden, Invalid, NotFound
from apps.core.moments import require_sane
from apps.core.retrying import atomic_retried
from apps.core.versions import lock
from apps.crm import live
from apps.crm.choices import CONTACTS, ActivityKind, LeadStatus
from apps.crm.models import Activity, Lead
from apps.crm.services import stages
from apps.crm.services.links import link_run
from apps.crm.services.locks import lock_lead, require, require_sight
from apps.crm.services.places import top_of
from apps.crm.subjects import Subject, subject_field

MAX_NOTE = 20_000


@atomic_retried
def log_activity(
    *,
    actor: User,
    subject: Subject,
    kind: str,
    at: datetime | None = None,
    note: str = "",
    subject_line: str = "",
    run_id: UUID | None = None,
    key: UUID | None = None,
) -> Activity:
    """Keep a call, mail, meeting, message or note at `at` (now, or earlier), once for each `key`.

    A contact (everything but a note) becomes the lead's latest one when it is, and moves a new lead on to
    contacted. Raises `Forbidden`, `NotFound`, and `Invalid` for a time that has not come yet or is
    far too long ago, an unknown kind, or a note that says nothing.
    """
    require(actor, "crm.add_activity")
    now = timezone.now()
    moment = at or now
    _check(kind, moment, note, now)
    require_sane(moment, "at")
    if key is not None and (known := Activity.objects.filter(pk=key).first()):
        return known
    if isinstance(subject, Lead) and kind in CONTACTS:
        subject = lock_lead(actor=actor, lead=subject)
        _contacted(actor, subject, moment, now)
    else:
        require_sight(actor, subject)
    activity = Activity.objects.create(
        **({"pk": key} if key else {}),
        **{subject_field(subject): subject},
        kind=kind,
        occurred_at=moment,
        by=actor,
        subject_line=subject_line.strip()[:200],
        note=note.strip(),
        run_id=run_id,
    )
    if isinstance(subject, Lead):
        link_run(lead=subject, run_id=run_id)
    done = "noted" if kind == ActivityKind.NOTE else "contacted"
    details = {"kind": kind, "at": moment.isoformat()}
    audit.record(action=f"crm.{subject_field(subject)}.{done}", obj=subject, details=details, actor=actor)
    return activity


@transaction.atomic
def edit_note(*, actor: User, activity: Activity, note: str, version: str = "") -> Activity:
    """Correct the note of an activity; for whoever wrote it.

    Raises `Forbidden`, `NotFound`, `Invalid`, `Stale`.
    """
    if not Activity.objects.visible_to(actor).filter(pk=activity.pk).exists():
        raise NotFound(_("There is no such note."))
    current = lock(activity, version)
    if current.by_id != actor.pk and not actor.has_perm("crm.change_activity"):
        raise Forbidden(_("Only who wrote a note may change it."))
    _check(current.kind, current.occurred_at, note, timezone.now())
    if note.strip() == current.note:
        return current
    before, current.note = current.note, note.strip()
    current.save()
    audit.record(
        action="crm.activity.corrected", obj=current, details={"note": [before, current.note]}, actor=actor
    )
    return current


def _check(kind: str, at: datetime, note: str, now: datetime) -> None:
    if kind not in ActivityKind:
        raise Invalid(_("There is no such kind of activity."), errors={"kind": list(ActivityKind.values)})
    if at > now:
        raise Invalid(
            _("What is written down has happened: choose a time that is not in the future."),
            errors={"at": ["in the future"]},
        )
    if kind == ActivityKind.NOTE and not note.strip():
        raise Invalid(_("Write the note first."), errors={"note": ["required"]})
    if len(note) > MAX_NOTE:
        raise Invalid(
            _("A note holds %(count)d characters at most.") % {"count": MAX_NOTE},
            errors={"note": ["too long"]},
        )


def _contacted(actor: User, lead: Lead, at: datetime, now: datetime) -> None:
    """The locked lead after somebody spoke with it."""
    lead.last_contacted = max(at, lead.last_contacted or at)
    if lead.status == LeadStatus.NEW:
        stages.enter(lead=lead, to=LeadStatus.CONTACTED, by=actor, at=now)
        lead.position = top_of(LeadStatus.CONTACTED)
    lead.save()
    live.announce("updated", lead_id=lead.pk, owner_ids={lead.assigned_to_id})
