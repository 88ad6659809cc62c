"""The life of a run: steps, effects, refusals, bugs, limits, cancellation."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import transaction

from apps.assistant import leases, services
from apps.assistant.choices import RunStatus, StepKind, StepStatus
from apps.assistant.errors import LeaseLost, RunParked
from apps.assistant.events import events_after
from apps.assistant.leases import claim
from apps.assistant.models import Run, RunStep
from apps.assistant.running import turn as turns
from apps.assistant.running.runner import execute
from apps.assistant.skillkit import Citation, SkillContext, SkillResult
from apps.assistant.toolkit import ToolContext, ToolError
from apps.audit.models import AuditEvent
from apps.contacts.models import Company
from apps.core.db import returned_afterwards
from apps.core.errors import Conflict, Forbidden, Invalid
from tests.conftest import Cast

pytestmark = pytest.mark.django_db(transaction=True)

Declare = Callable[..., Any]
Turn = Callable[..., Run]


def test_a_run_leaves_steps_reply_events_and_audit(
    cast: Cast, declare: Declare, pipeline: Declare, turn: Turn
) -> None:
    @declare(permission=None, summary="Founding {name} …")
    def found_company(ctx: ToolContext, *, name: str) -> dict[str, str]:
        """Found a company."""
        return {"id": str(Company.objects.create(name=name).pk)}

    def founding(ctx: SkillContext) -> SkillResult:
        made = ctx.call(found_company, name="Golden Wok")
        ctx.say("Done: ")
        cited = Citation(kind="contacts.company", id=made["id"], label="Golden Wok", url="/x")
        return SkillResult(text="Golden Wok [1]", citations=[cited])

    pipeline(founding)
    run = turn(cast.owner, "found it")

    assert run.status == RunStatus.COMPLETED
    assert run.reply is not None
    assert run.reply.body == "Done: Golden Wok [1]"
    assert run.reply.citations[0]["label"] == "Golden Wok"
    steps = list(run.steps.values_list("kind", "name", "status", "summary"))
    assert [step[0] for step in steps] == [StepKind.ROUTE, StepKind.SKILL, StepKind.TOOL]
    assert steps[2][1:] == ("found_company", StepStatus.DONE, "Founding Golden Wok …")
    events = events_after(run.conversation_id, 0)
    kinds = [event["type"] for event in events]
    assert [kind for kind in kinds if kind != "text.delta"] == [
        "run.started", "tool.started", "tool.finished", "run.completed",
    ]  # fmt: skip
    assert "".join(event["text"] for event in events if "text" in event) == "Done: Golden Wok [1]"
    assert [event["seq"] for event in events] == sorted({event["seq"] for event in events})
    assert events[-1]["response"]["reply"]["content"] == "Done: Golden Wok [1]"
    assert AuditEvent.objects.filter(action="assistant.run.completed", object_id=str(run.pk)).exists()


def test_a_refusal_of_a_tool_is_the_answer_and_its_effect_is_undone(
    cast: Cast, declare: Declare, pipeline: Declare, turn: Turn, company_names: Callable[[], list[str]]
) -> None:
    @declare(permission=None)
    def half(ctx: ToolContext) -> str:
        """Do half of it."""
        Company.objects.create(name="Half done")
        raise ToolError("There is no such lead.")

    pipeline(lambda ctx: SkillResult(text=ctx.call(half)))
    run = turn(cast.owner, "do it")

    assert run.status == RunStatus.COMPLETED
    assert run.reply is not None
    assert run.reply.body == "There is no such lead."
    assert run.steps.get(name="half").status == StepStatus.ERROR
    assert company_names() == []


def test_a_bug_fails_the_run_with_a_reference_and_keeps_the_trace(
    cast: Cast, declare: Declare, pipeline: Declare, turn: Turn, company_names: Callable[[], list[str]]
) -> None:
    @declare(permission=None)
    def broken(ctx: ToolContext) -> int:
        """Break."""
        Company.objects.create(name="Half done")
        return 1 // 0

    pipeline(lambda ctx: SkillResult(text=str(ctx.call(broken))))
    run = turn(cast.owner, "do it")

    assert run.status == RunStatus.FAILED
    assert run.error_code == "internal_error"
    assert run.reference in run.error_detail
    assert "ZeroDivisionError" in run.error_trace
    assert "ZeroDivisionError" not in run.error_detail
    assert company_names() == []
    assert events_after(run.conversation_id, 0)[-1]["type"] == "run.failed"


def test_a_tool_without_the_right_does_not_exist(
    cast: Cast, declare: Declare, pipeline: Declare, turn: Turn
) -> None:
    @declare(permission="crm.delete_lead")
    def forbidden_fruit(ctx: ToolContext) -> str:
        """Only for managers."""
        return "eaten"

    pipeline(lambda ctx: SkillResult(text=ctx.call(forbidden_fruit)))

    run = turn(cast.owner, "eat")
    assert run.text == "You do not have the right to do this (forbidden fruit). Please ask your manager."
    assert not run.steps.filter(name="forbidden_fruit").exists()
    assert turn(cast.manager, "eat").text == "eaten"


def test_arguments_are_validated_before_a_tool_runs(
    cast: Cast, declare: Declare, pipeline: Declare, turn: Turn
) -> None:
    @declare(permission=None)
    def count(ctx: ToolContext, *, number: int) -> int:
        """Count."""
        return number

    pipeline(lambda ctx: SkillResult(text=str(ctx.call(count, number="many"))))
    run = turn(cast.owner, "count")
    assert run.steps.get(name="count").status == StepStatus.ERROR
    assert "number" in run.text


def test_a_run_that_is_executed_again_repeats_no_finished_step(
    cast: Cast, declare: Declare, pipeline: Declare, company_names: Callable[[], list[str]]
) -> None:
    attempts: list[str] = []

    @declare(permission=None)
    def found_one(ctx: ToolContext) -> str:
        """An effect."""
        attempts.append("effect")
        Company.objects.create(name="Once")
        return "one"

    @declare(permission=None)
    def die_first(ctx: ToolContext) -> str:
        """The worker dies here the first time: the step stays open, the lease runs out."""
        attempts.append("death")
        if attempts.count("death") == 1:
            raise LeaseLost
        return "two"

    def two_steps(ctx: SkillContext) -> SkillResult:
        ctx.say(f"{ctx.call(found_one)} and ")
        return SkillResult(text=ctx.call(die_first))

    pipeline(two_steps)
    run = services.start_run(user=cast.owner, body="go", ring=False)
    execute(run.pk)
    Run.objects.filter(pk=run.pk).update(lease_expires_at=None)
    execute(run.pk)
    run.refresh_from_db()

    assert run.status == RunStatus.COMPLETED
    assert run.text == "one and two"
    assert attempts == ["effect", "death", "death"]
    assert company_names() == ["Once"]
    events = events_after(run.conversation_id, 0)
    kinds = [(event["type"], event.get("step")) for event in events if event["type"].startswith("tool.")]
    assert len(kinds) == len(set(kinds)) == 4
    assert "".join(event["text"] for event in events if event["type"] == "text.delta") == "one and two"
    assert [event["type"] for event in events].count("run.started") == 1


def test_a_late_writer_with_an_old_lease_is_refused(
    cast: Cast, declare: Declare, pipeline: Declare, company_names: Callable[[], list[str]]
) -> None:
    @declare(permission=None)
    def slow(ctx: ToolContext) -> str:
        """Another worker takes over while this one works."""
        Company.objects.create(name="Late")
        _take_over(ctx)
        return "late"

    pipeline(lambda ctx: SkillResult(text=ctx.call(slow)))
    run = services.start_run(user=cast.owner, body="go", ring=False)
    assert execute(run.pk) is None
    run.refresh_from_db()
    assert run.status == RunStatus.RUNNING
    assert run.lease_epoch == 2
    assert company_names() == []


def test_a_step_that_a_frozen_worker_wrote_at_the_last_moment_is_taken_over(
    cast: Cast, declare: Declare, pipeline: Declare, turn: Turn, company_names: Callable[[], list[str]]
) -> None:
    frozen: dict[str, Any] = {}

    @declare(permission=None)
    def look_up(ctx: ToolContext) -> int:
        """Meanwhile the other worker, whose claim is older, writes the row of the next step."""
        if frozen:
            RunStep.objects.create(run_id=ctx.run_id, lease_epoch=0, **frozen)
        return 1

    @declare(permission=None)
    def found_once(ctx: ToolContext) -> str:
        """The step that both want to write."""
        return str(Company.objects.create(name="Once"))

    def two_steps(ctx: SkillContext) -> SkillResult:
        ctx.call(look_up)
        return SkillResult(text=ctx.call(found_once))

    pipeline(two_steps)
    first = turn(cast.owner, "go")
    step = first.steps.get(name="found_once")
    frozen |= {"key": step.key, "kind": step.kind, "name": step.name, "started_at": step.started_at}
    Company.objects.all().delete()

    assert turn(cast.owner, "go").status == RunStatus.COMPLETED
    assert company_names() == ["Once"]


def test_a_frozen_worker_does_not_open_a_step_again_that_another_has_done(
    cast: Cast, declare: Declare, pipeline: Declare, turn: Turn
) -> None:
    @declare(permission=None)
    def found_once(ctx: ToolContext) -> str:
        """The step that both know."""
        return str(Company.objects.create(name="Once"))

    pipeline(lambda ctx: SkillResult(text=ctx.call(found_once)))
    run = services.start_run(user=cast.owner, body="go", ring=False)
    claimed = claim(run.pk)
    assert claimed is not None
    frozen = turns.Turn(*claimed)
    step = frozen.begin(key="skill.1", kind=StepKind.TOOL, name="found_once")
    Run.objects.filter(pk=run.pk).update(lease_expires_at=None)
    assert execute(run.pk) == RunStatus.COMPLETED

    with pytest.raises(LeaseLost):
        frozen.begin(key=step.key, kind=step.kind, name=step.name)
    step.refresh_from_db()
    assert (step.status, step.lease_epoch) == (StepStatus.DONE, 2)


def test_a_step_whose_row_a_dying_worker_still_holds_is_carried_out_when_it_lets_go(
    cast: Cast, declare: Declare, pipeline: Declare, turn: Turn, company_names: Callable[[], list[str]]
) -> None:
    held, let_go = threading.Event(), threading.Event()

    def hold(run_id: Any) -> None:
        with returned_afterwards(), transaction.atomic():
            RunStep.objects.select_for_update().get(run_id=run_id, name="found_once")
            held.set()
            let_go.wait(30)

    def grabbed() -> str:
        """Called when the row is written and the work has not begun: the moment of the other worker."""
        if not held.is_set():
            other.submit(hold, Run.objects.get().pk)
            assert held.wait(10)
            threading.Timer(0.5, let_go.set).start()
        return ""

    @declare(permission=None, ready=grabbed)
    def found_once(ctx: ToolContext) -> str:
        """The step whose row is held when it shall begin."""
        return Company.objects.create(name="Once").name

    pipeline(lambda ctx: SkillResult(text=ctx.call(found_once)))
    with ThreadPoolExecutor(1) as other:
        run = turn(cast.owner, "go")
    assert (run.status, run.text) == (RunStatus.COMPLETED, "Once")
    assert company_names() == ["Once"]


@pytest.mark.parametrize("ending", ["fail", "park"])
def test_stop_that_is_pressed_while_the_end_is_written_counts(
    cast: Cast, declare: Declare, pipeline: Declare, turn: Turn, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    """The claim has not noticed yet; the fence does."""

    def end(ctx: SkillContext) -> SkillResult:
        Run.objects.update(cancel_requested=True)
        raise ZeroDivisionError if ending == "fail" else RunParked

    monkeypatch.setattr(leases.LeaseKeeper, "_notice", lambda _keeper, _held: None)
    pipeline(end)
    assert turn(cast.owner, "go").status == RunStatus.CANCELLED


def _take_over(ctx: ToolContext) -> None:
    def claim_elsewhere() -> None:
        with returned_afterwards():
            Run.objects.filter(pk=ctx.run_id).update(lease_expires_at=None)
            assert claim(ctx.run_id) is not None

    with ThreadPoolExecutor(1) as other:
        other.submit(claim_elsewhere).result(timeout=10)


def test_a_run_stops_at_its_limit_of_steps(
    cast: Cast, declare: Declare, pipeline: Declare, turn: Turn, settings: Any
) -> None:
    settings.ASSISTANT = {**settings.ASSISTANT, "MAX_STEPS": 5}

    @declare(permission=None)
    def again(ctx: ToolContext) -> int:
        """Once more."""
        return 1

    def endless(ctx: SkillContext) -> SkillResult:
        while True:
            ctx.call(again)

    pipeline(endless)
    run = turn(cast.owner, "go")
    assert (run.status, run.error_code) == (RunStatus.FAILED, "limit_reached")
    assert run.steps.count() == 5


def test_a_running_run_is_cancelled_while_a_tool_works_and_the_tool_leaves_nothing(
    cast: Cast, declare: Declare, pipeline: Declare, turn: Turn, company_names: Callable[[], list[str]]
) -> None:
    let_go = threading.Event()

    @declare(permission=None)
    def stubborn(ctx: ToolContext) -> str:
        """Works on, deaf to everything, until the test lets it go."""
        Company.objects.create(name="Stubborn")
        _cancel(ctx, cast)
        let_go.wait(30)
        return "finished"

    pipeline(lambda ctx: SkillResult(text=ctx.call(stubborn)))
    run = turn(cast.owner, "go")
    try:
        assert run.status == RunStatus.CANCELLED
        assert events_after(run.conversation_id, 0)[-1]["type"] == "run.cancelled"
    finally:
        let_go.set()
    _wait_for_tools()
    assert company_names() == []


def _cancel(ctx: ToolContext, cast: Cast) -> None:
    def press_stop() -> None:
        with returned_afterwards():
            services.cancel_run(run=Run.objects.get(pk=ctx.run_id), user=cast.owner)

    with ThreadPoolExecutor(1) as other:
        other.submit(press_stop).result(timeout=10)


def _wait_for_tools() -> None:
    """Tools of abandoned calls finish in the pool; its next free turn comes after them."""
    from apps.assistant.running import turn as turn_module

    turn_module.pool.shutdown(wait=True)
    turn_module.pool = type(turn_module.pool)(max_workers=8)


def test_a_queued_run_is_cancelled_at_once_and_only_once(cast: Cast) -> None:
    run = services.start_run(user=cast.owner, body="hello", ring=False)
    services.cancel_run(run=run, user=cast.owner)
    run.refresh_from_db()
    assert run.status == RunStatus.CANCELLED
    with pytest.raises(Conflict):
        services.cancel_run(run=run, user=cast.owner)
    assert execute(run.pk) is None


def test_nobody_else_stops_my_run(cast: Cast) -> None:
    run = services.start_run(user=cast.owner, body="hello", ring=False)
    for other in (cast.colleague, cast.outsider):
        with pytest.raises(Forbidden):
            services.cancel_run(run=run, user=other)


def test_of_many_claims_at_once_exactly_one_succeeds(cast: Cast) -> None:
    run = services.start_run(user=cast.owner, body="hello", ring=False)

    def try_to_claim(_: int) -> bool:
        with returned_afterwards():
            return claim(run.pk) is not None

    with ThreadPoolExecutor(8) as workers:
        assert sum(workers.map(try_to_claim, range(24))) == 1
    run.refresh_from_db()
    assert run.lease_epoch == 1


def test_runs_of_one_conversation_go_one_after_the_other(cast: Cast) -> None:
    first = services.start_run(user=cast.owner, body="first", ring=False)
    second = services.start_run(user=cast.owner, body="second", conversation=first.conversation, ring=False)
    assert claim(second.pk) is None
    assert execute(first.pk) == RunStatus.COMPLETED
    assert execute(second.pk) == RunStatus.COMPLETED


def test_a_message_is_answered_once_however_often_it_is_sent(cast: Cast) -> None:
    first = services.start_run(user=cast.owner, body="once", external_message_id="phone-1", ring=False)
    again = services.start_run(user=cast.owner, body="once", external_message_id="phone-1", ring=False)
    assert first.pk == again.pk


@pytest.mark.parametrize(
    ("body", "agent", "code"), [("", "", "empty_message"), ("hi", "wizard", "unknown_agent")]
)
def test_a_bad_start_is_refused_and_leaves_nothing(cast: Cast, body: str, agent: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        services.start_run(user=cast.owner, body=body, agent=agent, ring=False)
    assert refused.value.code == code
    assert Run.objects.count() == 0


def test_the_sweep_rings_for_forgotten_and_orphaned_runs(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    from django.utils import timezone

    rung: list[str] = []
    monkeypatch.setattr(services.execute_run, "delay", rung.append)
    long_ago = timezone.now() - timedelta(minutes=1)
    forgotten = services.start_run(user=cast.owner, body="forgotten", ring=False)
    orphaned = services.start_run(user=cast.owner, body="orphaned", ring=False)
    fresh = services.start_run(user=cast.owner, body="fresh", ring=False)
    Run.objects.filter(pk=forgotten.pk).update(updated_at=long_ago)
    Run.objects.filter(pk=orphaned.pk).update(status=RunStatus.RUNNING, lease_expires_at=long_ago)
    assert services.sweep() == 2
    assert rung == [str(forgotten.pk), str(orphaned.pk)]
    assert str(fresh.pk) not in rung
