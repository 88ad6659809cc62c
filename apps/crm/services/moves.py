"""Moving a lead: from stage to stage, and up and down on the board."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit import services as audit
from apps.core.errors import Conflict, Invalid
from apps.core.retrying import atomic_retried
from apps.crm import live
from apps.crm.choices import LeadStatus, LostReason
from apps.crm.lifecycle import TRANSITIONS, may_follow
from apps.crm.models import Lead
from apps.crm.services import customers, stages
from apps.crm.services.locks import lock_lead, require
from apps.crm.services.places import place_between

#: What people choose from; `NOT_RECORDED` is for leads that came in as lost.
CHOOSABLE_REASONS = tuple(reason for reason in LostReason if reason != LostReason.NOT_RECORDED)
MAX_LOST_NOTE = 500


@atomic_retried
def move_lead(
    *,
    actor: User,
    lead: Lead,
    to: str,
    version: str = "",
    lost_reason: str = "",
    lost_note: str = "",
    above: Lead | None = None,
    below: Lead | None = None,
) -> Lead:
    """Put the lead into stage `to`, on the board under the card `above` and over the card `below`.

    Without neighbours it becomes the top card. With the stage that it is in already, only its place changes.
    A lost lead needs a reason (and `OTHER` a note); a won one makes its company a customer.

    A step to another stage is kept for good (`StageChange`, audit trail). A new place in the same stage is
    not: it says how somebody sorts their cards, nothing of the lead, and sorting one column would bury
    everything else that ever happened to its leads.

    Raises `Conflict` with the code "transition_not_allowed" and the allowed stages in `errors`, `Invalid`
    with "lost_reason_required", "lost_note_required" or "unknown_stage", `Stale`, `Forbidden`, `NotFound`.
    """
    require(actor, "crm.change_lead")
    stage = _known(to)
    # Before the lead is locked: it may lock other cards, and all of them in one order.
    position = place_between(lead=lead, status=stage, above=above, below=below)
    current = lock_lead(actor=actor, lead=lead, version=version)
    current.position = position
    if current.status != stage:
        _enter(actor, current, stage, lost_reason, lost_note.strip())
    current.save()
    live.announce("moved", lead_id=current.pk, owner_ids={current.assigned_to_id})
    return current


def _known(to: str) -> LeadStatus:
    try:
        return LeadStatus(to)
    except ValueError as error:
        raise Invalid(
            _("There is no stage “%(stage)s”.") % {"stage": to},
            code="unknown_stage",
            errors={"to": list(LeadStatus.values)},
        ) from error


def _enter(actor: User, lead: Lead, stage: LeadStatus, lost_reason: str, lost_note: str) -> None:
    _require_step(lead, stage)
    if stage == LeadStatus.CLOSED_LOST:
        _require_reason(lost_reason, lost_note)
    else:
        lost_reason = lost_note = ""
    before, now = lead.status, timezone.now()
    stages.enter(lead=lead, to=stage, by=actor, at=now, lost_reason=lost_reason, lost_note=lost_note)
    if stage == LeadStatus.CLOSED_WON:
        customers.welcome(actor=actor, lead=lead, at=now)
    reason = {"lost_reason": lost_reason} if lost_reason else {}
    audit.record(
        action="crm.lead.moved", obj=lead, details={"status": [before, stage.value], **reason}, actor=actor
    )


def _require_step(lead: Lead, stage: LeadStatus) -> None:
    if may_follow(lead.status, stage):
        return
    allowed = TRANSITIONS[LeadStatus(lead.status)]
    facts = {
        "before": lead.get_status_display(),
        "after": stage.label,
        "allowed": ", ".join(str(step.label) for step in allowed),
    }
    if allowed:
        detail = _("A lead cannot go from %(before)s to %(after)s. Next it can be: %(allowed)s.") % facts
    else:
        detail = _("This lead is %(before)s and stays so.") % facts
    errors = {"allowed": [step.value for step in allowed]}
    raise Conflict(detail, code="transition_not_allowed", errors=errors)


def _require_reason(reason: str, note: str) -> None:
    if reason not in CHOOSABLE_REASONS:
        choices = [choice.value for choice in CHOOSABLE_REASONS]
        raise Invalid(
            _("Say why the lead was lost."), code="lost_reason_required", errors={"lost_reason": choices}
        )
    if reason == LostReason.OTHER and not note:
        raise Invalid(
            _("Say in a few words why the lead was lost."),
            code="lost_note_required",
            errors={"lost_note": ["required"]},
        )
    if len(note) > MAX_LOST_NOTE:
        raise Invalid(
            _("Say it in %(count)d characters or fewer.") % {"count": MAX_LOST_NOTE},
            errors={"lost_note": ["too long"]},
        )
