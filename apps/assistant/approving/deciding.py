"""Answering a question, once; letting it run out; waking the run that waited for it."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import ValidationError

from apps.accounts.models import User
from apps.assistant.approving.deciders import closed_sentence, reason_against, who_may
from apps.assistant.approving.keys import step_of
from apps.assistant.approving.policies import effect_of
from apps.assistant.approving.previewing import preview_of
from apps.assistant.approving.question import looked_at
from apps.assistant.approving.told import tell_no_more
from apps.assistant.approving.touching import same_rows
from apps.assistant.choices import FINAL, ApprovalStatus, DecidedVia, RunStatus
from apps.assistant.models import Approval, Run, RunStep
from apps.assistant.tasks import execute_run
from apps.assistant.toolkit import Preview, Tool, ToolError, Touched, tools
from apps.audit import services as audit
from apps.core.errors import Conflict, DomainError, Forbidden, Invalid

EXPIRE_AT_ONCE = 500
BULK_LIMIT = 100


@dataclass(frozen=True)
class Look:
    """What edited arguments would do. `seen` is handed back with the decision: proof that it was read."""

    arguments: dict[str, Any]
    preview: Preview
    four_eyes: bool
    seen: str


@dataclass(frozen=True)
class Answered:
    """What became of one of many decisions; `code` and `detail` say why not."""

    id: UUID
    ok: bool
    status: str
    code: str = ""
    detail: str = ""


@transaction.atomic
def decide(
    *,
    approval: Approval,
    user: User,
    decision: str,
    arguments: Mapping[str, Any] | None = None,
    note: str = "",
    via: str = DecidedVia.API,
    seen: str = "",
) -> Approval:
    """Answer an approval, once: `decision` is "approve" or "reject".

    `arguments` replace the proposed ones after the tool's own validation and a fresh look; edited ones that
    are about other rows need the `seen` of `look_at_edit`. Raises `Conflict` for a second decision, an
    expired question or a run that is over, `Forbidden` for who may not decide, `Invalid` for arguments that
    the tool refuses.
    """
    held = _held(approval.pk)
    approving = decision == "approve"
    _check(held, user, approving=approving)
    held.status = ApprovalStatus.APPROVED if approving else ApprovalStatus.REJECTED
    held.decided_by, held.decided_at, held.note, held.decided_via = user, timezone.now(), note, via
    if arguments is not None and approving:
        _edit(held, user, arguments, seen)
    held.save()
    tell_no_more(held.pk)
    audit.record(
        action=f"assistant.approval.{held.status}",
        obj=held,
        actor=user,
        details={"tool": held.tool, "note": note, "diff": held.diff, "via": via},
    )
    resume(held.run_id)
    return held


def decide_many(
    *, approvals: Iterable[Approval], user: User, decision: str, note: str = "", via: str = DecidedVia.API
) -> list[Answered]:
    """Answer many questions about one tool alike, each on its own: what cannot be answered stops no other.

    Raises `Invalid` for questions about several tools, and for more than `BULK_LIMIT`.
    """
    chosen = list(approvals)
    if len({approval.tool for approval in chosen}) > 1:
        raise Invalid(_("Only questions about the same tool are answered together."), code="mixed_tools")
    if len(chosen) > BULK_LIMIT:
        raise Invalid(_("At most %(number)d at a time.") % {"number": BULK_LIMIT}, code="too_many")
    return [_answer(approval, user, decision, note, via) for approval in chosen]


def look_at_edit(*, approval: Approval, user: User, arguments: Mapping[str, Any]) -> Look:
    """What edited arguments would do, for a person who thinks of approving them. Nothing is decided.

    Raises what `decide` raises.
    """
    with transaction.atomic():
        _check(approval, user, approving=False)
        return _look(approval, _tool_of(approval), arguments)


def expire_overdue() -> int:
    """Let questions run out that nobody answered in time, or whose run is over; returns how many."""
    overdue = Approval.objects.pending().filter(Q(expires_at__lt=timezone.now()) | Q(run__status__in=FINAL))
    return sum(
        _expire(pk) for pk in overdue.order_by("expires_at").values_list("pk", flat=True)[:EXPIRE_AT_ONCE]
    )


def wake_forgotten() -> int:
    """Queue parked runs that wait for nothing any more, however that came about; returns how many."""
    open_questions = Approval.objects.pending().filter(run=OuterRef("pk"))
    found = Run.objects.filter(~Exists(open_questions), status=RunStatus.WAITING_APPROVAL)
    return found.update(status=RunStatus.QUEUED, updated_at=timezone.now())


def resume(run_id: UUID) -> None:
    """Queue a parked run once nothing of it is open any more. The run's row is locked by the caller."""
    if Approval.objects.filter(run_id=run_id, status=ApprovalStatus.PENDING).exists():
        return
    resumed = Run.objects.filter(pk=run_id, status=RunStatus.WAITING_APPROVAL).update(
        status=RunStatus.QUEUED, updated_at=timezone.now()
    )
    if resumed:
        transaction.on_commit(lambda: execute_run.delay(str(run_id)), robust=True)


def _held(pk: UUID) -> Approval:
    """The approval, locked after its run: of several answers to one run, the last knows it."""
    run_id = Approval.objects.values_list("run_id", flat=True).get(pk=pk)
    Run.objects.select_for_update(no_key=True).get(pk=run_id)
    return (
        Approval.objects.select_for_update(of=("self",))
        .select_related("run__user", "run__message", "run__conversation", "decided_by")
        .get(pk=pk)
    )


def _check(held: Approval, user: User, *, approving: bool) -> None:
    reason = reason_against(held, user, approving=approving)
    if held.status != ApprovalStatus.PENDING:
        code = "expired" if held.status == ApprovalStatus.EXPIRED else "already_decided"
        raise Conflict(closed_sentence(held), code=code)
    if held.expires_at < timezone.now():
        raise Conflict(_("This question has expired."), code="expired")
    if held.run.status in FINAL:
        raise Conflict(_("The run that asked this is already over."), code="run_finished")
    if reason:
        code = "four_eyes" if held.four_eyes and held.run.user_id == user.pk else ""
        raise Forbidden(f"{reason} {who_may(held)}", code=code)


def _edit(held: Approval, user: User, arguments: Mapping[str, Any], seen: str) -> None:
    """Take the approver's arguments in place of the proposed ones, after a fresh look at what they do."""
    tool = _tool_of(held)
    proposed = _even(tool, held.arguments)
    look = _look(held, tool, arguments)
    held.decided_arguments = look.arguments
    if look.arguments == proposed:
        return
    _check_rows(held, look, seen)
    if look.four_eyes and held.run.user_id == user.pk:
        sentence = _(
            "With this change somebody else has to agree: the amount is above what you may decide alone."
        )
        raise Forbidden(f"{sentence} {who_may(held)}", code="four_eyes")
    for name, value in looked_at(look.preview).items():
        setattr(held, name, value)
    held.four_eyes = look.four_eyes
    held.diff = _diff(proposed, look.arguments)


def _check_rows(held: Approval, look: Look, seen: str) -> None:
    """A person may not approve changes to rows that he was not shown."""
    shown = [Touched.model_validate(touched) for touched in held.touches]
    if not same_rows(shown, look.preview.touches) and seen != look.seen:
        sentence = _("With this change it is about something else. Look at what it would do, then decide.")
        raise Conflict(sentence, code="look_again")


def _look(held: Approval, tool: Tool, arguments: Mapping[str, Any]) -> Look:
    given = _validated(tool, arguments)
    ruling = effect_of(tool, held.run.user, held.run.agent)
    if ruling.is_denied:
        raise Forbidden(_("A policy now denies this."))
    try:
        preview = preview_of(run=held.run, step_id=_step_id(held), tool=tool, arguments=given)
    except ToolError as error:
        raise Invalid(error.detail, code="refused_by_preview") from error
    preview.follows = list(held.preview.get("follows", []))
    digest = sha256(f"{held.pk}{preview.model_dump_json()}{json.dumps(given, sort_keys=True)}".encode())
    return Look(given, preview, ruling.needs_four_eyes(preview.amount, preview.currency), digest.hexdigest())


def _step_id(held: Approval) -> UUID:
    """The step that the question is about; questions without one get a number of their own."""
    steps = RunStep.objects.filter(run_id=held.run_id, key=step_of(held.step_key))
    return steps.values_list("pk", flat=True).first() or held.pk


def _tool_of(approval: Approval) -> Tool:
    tool = tools.get(approval.tool)
    if tool is None:
        raise Forbidden(_("This tool is no longer there."))
    return tool


def _validated(tool: Tool, arguments: Mapping[str, Any]) -> dict[str, Any]:
    try:
        model = tool.arguments.model_validate(dict(arguments))
    except ValidationError as error:
        errors = {".".join(map(str, item["loc"])): [item["msg"]] for item in error.errors()}
        raise Invalid(
            _("The edited arguments are not valid."), code="invalid_arguments", errors=errors
        ) from error
    dumped: dict[str, Any] = model.model_dump(mode="json", exclude_unset=True)
    return dumped


def _even(tool: Tool, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The proposed arguments as the tool would write them, so that only what a person changed differs."""
    try:
        return _validated(tool, arguments)
    except Invalid:
        return dict(arguments)


def _diff(proposed: Mapping[str, Any], approved: Mapping[str, Any]) -> str:
    """Unified diff of the arguments, as JSON."""
    one, other = (
        json.dumps(side, indent=2, sort_keys=True, ensure_ascii=False).splitlines()
        for side in (proposed, approved)
    )
    return "\n".join(difflib.unified_diff(one, other, "proposed", "approved", lineterm=""))


def _answer(approval: Approval, user: User, decision: str, note: str, via: str) -> Answered:
    try:
        decided = decide(approval=approval, user=user, decision=decision, note=note, via=via)
    except DomainError as error:
        return Answered(approval.pk, False, "", error.code, error.detail)
    return Answered(approval.pk, True, decided.status)


@transaction.atomic
def _expire(pk: UUID) -> bool:
    held = _held(pk)
    if held.status != ApprovalStatus.PENDING:
        return False
    held.status = ApprovalStatus.EXPIRED
    held.save(update_fields=["status", "updated_at"])
    tell_no_more(held.pk)
    audit.record(action="assistant.approval.expired", obj=held)
    resume(held.run_id)
    return True
