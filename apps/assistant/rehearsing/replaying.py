"""Rehearsals as rows: asked for by a person, played by a worker, read when they are done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.assistant.agents import agents
from apps.assistant.choices import RehearsalKind, RehearsalStatus
from apps.assistant.models import AgentVersion, Rehearsal, Run
from apps.assistant.rehearsing.playing import Played, play
from apps.audit import services as audit
from apps.core.db import release_connection
from apps.core.errors import DomainError, Forbidden, Invalid, NotFound

log = structlog.get_logger(__name__)

#: Nobody has taken it by then: its ring was lost, or no worker runs.
WAITS_FOR = timedelta(hours=1)
#: Beyond the time that a rehearsal may take: its worker died.
SPARE = timedelta(minutes=2)


@transaction.atomic
def dry_run(
    *,
    user: User,
    requested_by: User,
    message: str,
    agent: str = "",
    files: Iterable[Artifact] = (),
    agent_version: AgentVersion | None = None,
    mode: str = "",
    run: Run | None = None,
    kind: str = RehearsalKind.DRY_RUN,
) -> Rehearsal:
    """Queue a rehearsal of `message` as `user`; a worker is rung when the transaction commits.

    People rehearse as themselves. Of a past `run` that they may see, whoever may see every run rehearses as
    the person it was for, with that person's rights. `mode` is as `play` takes it. Raises `Forbidden`,
    `NotFound`, `Invalid`.
    """
    _require(user, requested_by, run)
    attached = list(files)
    if not message.strip() and not attached and run is None:
        raise Invalid(_("Write what should be rehearsed."), errors={"message": [_("Write something.")]})
    if agent and agent not in agents():
        raise Invalid(_("There is no such agent."), code="unknown_agent")
    provider, _colon, model = mode.partition(":")
    held = Rehearsal.objects.create(
        kind=kind, run=run, user=user, requested_by=requested_by, message=message,
        requested_agent=agent or (agent_version.agent if agent_version else ""), agent_version=agent_version,
        mode=provider, model=model,
    )  # fmt: skip
    audit.record(
        action="assistant.rehearsal.requested",
        obj=held,
        actor=requested_by,
        details={"as": user.email, "run": str(run.pk) if run else "", "mode": mode},
    )
    _ring(held, attached)
    return held


def replay(
    *,
    run: Run,
    requested_by: User,
    agent_version: AgentVersion | None = None,
    mode: str = "",
    agent: str = "",
) -> Rehearsal:
    """Queue the past run's message again, after the same words, with another mode, model or agent version."""
    return dry_run(
        user=run.user,
        requested_by=requested_by,
        message=run.message.body,
        agent=agent or ("" if agent_version else run.requested_agent),
        files=_files_of(run),
        agent_version=agent_version,
        mode=mode,
        run=run,
        kind=RehearsalKind.REPLAY,
    )


def may_rehearse(run: Run, person: User) -> bool:
    """Whether the person may have a run that they see played again."""
    mine = run.user_id == person.pk or person.has_perm("assistant.view_all_runs")
    return mine and person.has_perm("assistant.add_rehearsal")


def rehearse(rehearsal_id: UUID, file_ids: Iterable[str] = ()) -> None:
    """Play a queued rehearsal and keep what came of it. Does nothing if somebody else took it."""
    taken = Rehearsal.objects.filter(pk=rehearsal_id, status=RehearsalStatus.QUEUED).update(
        status=RehearsalStatus.RUNNING, updated_at=timezone.now()
    )
    if not taken:
        return
    held = Rehearsal.objects.select_related("user", "agent_version", "run__message").get(pk=rehearsal_id)
    try:
        played = _play(held, list(file_ids))
    except DomainError as error:
        _close(held, error.detail)
    except Exception:
        log.exception("rehearsal.failed", rehearsal=str(rehearsal_id))
        _close(held, _("Something went wrong on our side."))
    else:
        _keep(held, played)
    finally:
        release_connection()


def sweep() -> int:
    """Close what no worker took, or what a worker died of; returns how many."""
    now = timezone.now()
    limit = timedelta(seconds=settings.ASSISTANT["REHEARSAL_SECONDS"]) + SPARE
    lost = Q(status=RehearsalStatus.QUEUED, created_at__lt=now - WAITS_FOR)
    dead = Q(status=RehearsalStatus.RUNNING, updated_at__lt=now - limit)
    return Rehearsal.objects.filter(lost | dead).update(
        status=RehearsalStatus.FAILED,
        error="The worker stopped before it was done. Please try again.",
        finished_at=now,
        updated_at=now,
    )


def _require(user: User, requested_by: User, run: Run | None) -> None:
    if not requested_by.has_perm("assistant.add_rehearsal"):
        raise Forbidden(_("You do not have the right to rehearse runs."))
    if run is not None and not Run.objects.visible_to(requested_by).filter(pk=run.pk).exists():
        raise NotFound(_("There is no such run."))
    if user.pk != requested_by.pk and (
        run is None or run.user_id != user.pk or not may_rehearse(run, requested_by)
    ):
        raise Forbidden(_("You can only rehearse as yourself."))


def _files_of(run: Run) -> list[Artifact]:
    wanted = run.message.attachments.values_list("artifact_id", flat=True)
    return list(Artifact.objects.visible_to(run.user).filter(pk__in=wanted).order_by("created_at"))


def _ring(held: Rehearsal, files: list[Artifact]) -> None:
    from apps.assistant.tasks import rehearse as task

    keys = [str(artifact.pk) for artifact in files]
    transaction.on_commit(lambda: task.delay(str(held.pk), keys), robust=True)


def _play(held: Rehearsal, file_ids: list[str]) -> Played:
    files = Artifact.objects.visible_to(held.user).filter(pk__in=file_ids).order_by("created_at")
    version = held.agent_version
    return play(
        user=held.user,
        message=held.message,
        requested_agent=held.requested_agent,
        attachments=files,
        mode=f"{held.mode}:{held.model}" if held.model else held.mode,
        agent_versions={version.agent: version} if version else None,
        after=held.run,
    )


def _keep(held: Rehearsal, played: Played) -> None:
    held.status = RehearsalStatus.FAILED if played.error else RehearsalStatus.COMPLETED
    for name in (
        "answer", "agent", "agent_version", "skill", "mode", "model", "steps", "changes", "effects",
        "citations", "error", "input_tokens", "output_tokens", "cost_usd",
    ):  # fmt: skip
        setattr(held, name, getattr(played, name))
    held.finished_at = timezone.now()
    held.save()


def _close(held: Rehearsal, error: str) -> None:
    held.status, held.error, held.finished_at = RehearsalStatus.FAILED, error, timezone.now()
    held.save(update_fields=["status", "error", "finished_at", "updated_at"])
