"""Playing the cases and keeping what came of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import contextmanager, suppress
from typing import Any
from uuid import UUID

import structlog
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.accounts.models import Department, User
from apps.accounts.querysets import EVALUATION_DOMAIN
from apps.artifacts import services as artifacts
from apps.artifacts.models import Artifact
from apps.assistant.agents import agents
from apps.assistant.choices import AgentVersionStatus, EvaluationStatus, StepKind
from apps.assistant.evaluation import files, world
from apps.assistant.evaluation.judging import Happened, judge
from apps.assistant.evaluation.tally import tally_of
from apps.assistant.models import AgentVersion, Evaluation, EvaluationCase, EvaluationResult
from apps.assistant.rehearsing.playing import Played, play
from apps.core.errors import DomainError, Invalid

log = structlog.get_logger(__name__)

OFFLINE = "offline"
UNDER_WAY = (EvaluationStatus.QUEUED, EvaluationStatus.RUNNING)
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

    Each case is played in a transaction that is rolled back; only the results stay. What was played before an
    interruption is not played again. It ends early when somebody stopped it, or another worker took it over.
    """
    world.discover()
    chosen = list(cases if cases is not None else active_cases(evaluation.mode))
    played = set(evaluation.results.values_list("case_id", flat=True))
    _update(evaluation, status=EvaluationStatus.RUNNING, total=len(played | {case.pk for case in chosen}))
    versions = _versions(evaluation)
    for case in chosen:
        if case.pk in played:
            continue
        if not _update(evaluation):
            break
        result = _result(evaluation, case, versions)
        if not _keep(result):
            break
        if report:
            report(result)
    else:
        conclude(evaluation)
    evaluation.refresh_from_db()
    return evaluation


def _update(evaluation: Evaluation, **fields: Any) -> bool:
    """Change the row, and so say that somebody works on it; False when it is over."""
    rows = Evaluation.objects.filter(pk=evaluation.pk, status__in=UNDER_WAY)
    return bool(rows.update(**fields, updated_at=timezone.now()))


def _keep(result: EvaluationResult) -> bool:
    """Save it; False when another worker had played the case."""
    try:
        with transaction.atomic():
            result.save()
    except IntegrityError:
        log.warning("evaluation.played_twice", case=result.case.key)
        return False
    return True


def run_queued(evaluation_id: UUID) -> None:
    """Run an evaluation that nobody has begun, or that was interrupted; a crash is kept in its row."""
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
        close(evaluation, f"Something went wrong on our side ({type(error).__name__}).")


def active_cases(mode: str, *, keys: Sequence[str] = (), tag: str = "") -> list[EvaluationCase]:
    """The cases that are played in that mode; a case without modes is played in all."""
    found = EvaluationCase.objects.filter(is_active=True).order_by("key")
    if keys:
        found = found.filter(key__in=keys)
    wanted = [case for case in found if not case.modes or mode in case.modes]
    return [case for case in wanted if not tag or tag in case.tags]


def conclude(evaluation: Evaluation) -> None:
    """All cases were played: how many passed, and right of judged for each column."""
    _end(evaluation, EvaluationStatus.COMPLETED, "")


def close(evaluation: Evaluation, why: str) -> bool:
    """End it before all cases were played; False when it was over already."""
    return _end(evaluation, EvaluationStatus.FAILED, why)


def _end(evaluation: Evaluation, status: str, error: str) -> bool:
    found = tally_of(evaluation)
    return _update(
        evaluation, status=status, error=error, passed=found.passed, columns=found.columns,
        finished_at=timezone.now(),
    )  # fmt: skip


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
    result = EvaluationResult(evaluation=evaluation, case=case, role=case.role, passed=False)
    try:
        played = _play(case, evaluation.mode, versions)
    except DomainError as error:
        happened = Happened("", "", "", error=error.detail)
    except Exception as error:
        log.exception("evaluation.case_crashed", case=case.key)
        happened = Happened("", "", "", error=_crash(error))
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


def _crash(error: Exception) -> str:
    """What to say of an error that nobody foresaw; its own words may name rows, and stand in the log."""
    if isinstance(error, IntegrityError):
        return "What the case is given cannot be beside what is there already (the log says which row)."
    return f"Something went wrong on our side ({type(error).__name__}); the log says where."


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
    user, is_new = User.objects.get_or_create(email=f"{role}@{EVALUATION_DOMAIN}", defaults=given)
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
    return artifacts.store(owner=user, name=name, content=files.paper(name), origin="uploaded")
