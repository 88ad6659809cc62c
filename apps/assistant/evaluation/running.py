"""Playing the cases and keeping what came of them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import contextmanager, suppress
from typing import Any
from uuid import UUID

import structlog
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from apps.accounts.models import Department, User
from apps.artifacts import services as artifacts
from apps.artifacts.models import Artifact
from apps.assistant.agents import agents
from apps.assistant.choices import AgentVersionStatus, EvaluationStatus, StepKind
from apps.assistant.evaluation import files, world
from apps.assistant.evaluation.judging import COLUMNS, Happened, judge
from apps.assistant.models import AgentVersion, Evaluation, EvaluationCase, EvaluationResult
from apps.assistant.rehearsing.playing import Played, play
from apps.core.errors import DomainError, Invalid

log = structlog.get_logger(__name__)

OFFLINE = "offline"
Report = Callable[[EvaluationResult], None]


class _RolledBack(Exception):
    """Ends the transaction of a case."""


def start(
    *, mode: str = OFFLINE, started_by: User | None = None, agent_versions: Iterable[AgentVersion] = ()
) -> Evaluation:
    """The row of an evaluation that is still to be run; versions not given are those in force."""
    chosen = {version.agent: version.number for version in agent_versions}
    in_force = AgentVersion.objects.filter(status=AgentVersionStatus.PUBLISHED)
    numbers = dict(in_force.values_list("agent", "number")) | chosen
    return Evaluation.objects.create(
        status=EvaluationStatus.QUEUED, mode=mode, agent_versions=numbers, started_by=started_by
    )


def run(
    evaluation: Evaluation, *, cases: Sequence[EvaluationCase] | None = None, report: Report | None = None
) -> Evaluation:
    """Play all active cases of the evaluation's mode, or the given ones, and keep their results.

    Each case is played in a transaction that is rolled back; only the results stay.
    """
    world.discover()
    chosen = list(cases if cases is not None else active_cases(evaluation.mode))
    evaluation.status, evaluation.total = EvaluationStatus.RUNNING, len(chosen)
    evaluation.save(update_fields=["status", "total", "updated_at"])
    versions = _versions(evaluation)
    for case in chosen:
        result = _result(evaluation, case, versions)
        result.save()
        if report:
            report(result)
    return conclude(evaluation)


def run_queued(evaluation_id: UUID) -> None:
    """Run an evaluation that nobody has begun; a crash is kept in its row."""
    taken = Evaluation.objects.filter(pk=evaluation_id, status=EvaluationStatus.QUEUED).update(
        status=EvaluationStatus.RUNNING, updated_at=timezone.now()
    )
    if not taken:
        return
    evaluation = Evaluation.objects.get(pk=evaluation_id)
    try:
        files.sync_cases()
        run(evaluation)
    except Exception as error:
        log.exception("evaluation.failed", evaluation=str(evaluation_id))
        Evaluation.objects.filter(pk=evaluation_id).update(
            status=EvaluationStatus.FAILED, error=repr(error), finished_at=timezone.now()
        )


def active_cases(mode: str, *, keys: Sequence[str] = (), tag: str = "") -> list[EvaluationCase]:
    """The cases that are played in that mode; a case without modes is played in all."""
    found = EvaluationCase.objects.filter(is_active=True).order_by("key")
    if keys:
        found = found.filter(key__in=keys)
    wanted = [case for case in found if not case.modes or mode in case.modes]
    return [case for case in wanted if not tag or tag in case.tags]


def conclude(evaluation: Evaluation) -> Evaluation:
    """Add up the results: how many passed, and right of judged for each column."""
    judged: Counter[str] = Counter()
    right: Counter[str] = Counter()
    passed = 0
    for result in evaluation.results.all():
        passed += result.passed
        for column, check in result.checks.items():
            judged[column] += check is not None
            right[column] += check is True
    evaluation.passed = passed
    evaluation.columns = {column: [right[column], judged[column]] for column in COLUMNS if judged[column]}
    evaluation.status, evaluation.finished_at = EvaluationStatus.COMPLETED, timezone.now()
    evaluation.save()
    return evaluation


def _versions(evaluation: Evaluation) -> dict[str, AgentVersion]:
    """The versions that the evaluation names, as far as they are not those in force anyway."""
    found: dict[str, AgentVersion] = {}
    for agent, number in evaluation.agent_versions.items():
        version = AgentVersion.objects.filter(agent=agent, number=number).first()
        if version and version.status != AgentVersionStatus.PUBLISHED:
            found[agent] = version
    return found


def _result(
    evaluation: Evaluation, case: EvaluationCase, versions: dict[str, AgentVersion]
) -> EvaluationResult:
    begun = time.monotonic()
    result = EvaluationResult(evaluation=evaluation, case=case, passed=False)
    try:
        played = _play(case, evaluation.mode, versions)
    except DomainError as error:
        happened = Happened("", "", "", error=error.detail)
    except Exception as error:
        log.exception("evaluation.case_crashed", case=case.key)
        happened = Happened("", "", "", error=repr(error))
    else:
        happened = _happened(played)
        result.cost_usd = played.cost_usd
        result.agent_version = played.agent_version.number if played.agent_version else None
    verdict = judge(case, happened)
    result.passed, result.checks, result.reasons = verdict.passed, verdict.checks, verdict.reasons
    result.agent, result.skill, result.answer = happened.agent, happened.skill, happened.answer
    result.tools = [{"tool": tool, "arguments": dict(arguments)} for tool, arguments in happened.calls]
    result.error = happened.error
    result.milliseconds = int((time.monotonic() - begun) * 1000)
    return result


def _happened(played: Played) -> Happened:
    calls = [
        (step["name"], step.get("arguments") or {}) for step in played.steps if step["kind"] == StepKind.TOOL
    ]
    return Happened(played.agent, played.skill, played.answer, calls, played.error)


def _play(case: EvaluationCase, mode: str, versions: dict[str, AgentVersion]) -> Played:
    """The case in a world of its own, which is gone afterwards."""
    played: Played | None = None
    kept: list[Artifact] = []
    user = person(case.role)
    with suppress(_RolledBack), _without_orphans(kept), transaction.atomic():
        world.populate(user, case.given)
        kept += [_attach(user, name) for name in case.files]
        played = play(
            user=user, message=case.message, requested_agent=case.requested_agent, attachments=kept,
            mode=mode, agent_versions=versions,
        )  # fmt: skip
        raise _RolledBack
    assert played is not None
    return played


@contextmanager
def _without_orphans(kept: list[Artifact]) -> Any:
    """The rows of attached files are rolled back; their bytes have to be removed by hand."""
    try:
        yield
    finally:
        for artifact in kept:
            artifacts.storage().delete(artifact.storage_key)


def person(role: str) -> User:
    """Who asks with that role: nobody's account, so that nobody's own rows are in the answer.

    It is kept, because what models cost is booked on it. Nobody can log in with it.
    """
    group = Group.objects.filter(name=role).first()
    if group is None:
        raise Invalid(f"There is no role {role!r}.", code="unknown_role")
    department = Department.objects.filter(slug=_department(role)).first()
    given = {"name": f"Evaluation ({role})", "department": department, "is_staff": False}
    user: User
    user, is_new = User.objects.get_or_create(email=f"{role}@cases.invalid", defaults=given)
    if is_new:
        user.set_unusable_password()
        user.save(update_fields=["password"])
        user.groups.add(group)
    return user


def _department(role: str) -> str:
    """The department in the role's name: `sales_rep` is of sales."""
    first = role.split("_", maxsplit=1)[0]
    return {"executive": "management", "admin": "management"}.get(first, first if first in agents() else "")


def _attach(user: User, name: str) -> Artifact:
    with files.sample(name).open("rb") as content:
        return artifacts.store(owner=user, name=name, content=content, origin="uploaded")
