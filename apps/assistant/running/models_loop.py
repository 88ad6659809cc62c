"""Answering with a model: it plans, our tools act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db import transaction
from pydantic import ValidationError

from apps.assistant.agents import Agent, switched_off
from apps.assistant.choices import StepKind, StepStatus
from apps.assistant.errors import LimitReached
from apps.assistant.models import Run, RunStep
from apps.assistant.running import handing_over as hand_over
from apps.assistant.running.calling import Call, Outcome, available_tools, call_many
from apps.assistant.running.handing_over import Desk
from apps.assistant.running.prompting import handed_on, history, system_text
from apps.assistant.running.results import for_model
from apps.assistant.running.skill_runs import cited, run_skill
from apps.assistant.running.turn import Turn
from apps.assistant.skillkit import Skill, skills
from apps.llm import services as llm
from apps.llm.errors import Cancelled
from apps.llm.types import Finished, Prompt, TextDelta, ToolSpec
from apps.llm.types import ToolCall as ModelToolCall

SKILL_PREFIX = "skill_"


def answer(turn: Turn) -> None:
    """Alternate model and tools until the model has nothing more to ask for.

    Who answers may change on the way: then the next call has that agent's instructions, tools and skills, and
    the messages so far.
    """
    desk = Desk(turn)
    told_for, prompt = turn.agent, _prompt(turn, desk, history(turn))
    for number in range(1, settings.ASSISTANT["MAX_STEPS"] + 1):
        content, calls = _ask(turn, prompt, key=f"model{number}")
        if not calls:
            return
        results = _carry_out(turn, desk, calls, prefix=f"model{number}")
        said = [{"role": "assistant", "content": content}, {"role": "user", "content": results}]
        prompt = replace(prompt, messages=[*prompt.messages, *said])
        if turn.agent is not told_for:
            told_for, prompt = turn.agent, _prompt(turn, desk, handed_on(prompt.messages))
        turn.stream.write("" if not turn.stream.text or turn.stream.text.endswith("\n\n") else "\n\n")


def _prompt(turn: Turn, desk: Desk, messages: list[dict[str, Any]]) -> Prompt:
    """What the agent that answers now is told, and what it has in its hands."""
    return Prompt(system=system_text(turn), messages=messages, tools=tuple(_specs(turn, desk)))


def _ask(turn: Turn, prompt: Prompt, *, key: str) -> tuple[list[dict[str, Any]], list[ModelToolCall]]:
    """One model call as a step; a finished one is taken from its row."""
    step = turn.begin(key=key, kind=StepKind.MODEL, name=turn.mode, summary="Thinking …")
    if step.status == StepStatus.DONE:
        kept: dict[str, Any] = step.result or {}
        turn.stream.write(kept["text"])
        return kept["content"], [ModelToolCall(**call) for call in kept["calls"]]
    _check_tokens(turn)
    text, calls, finished = _stream(turn, prompt)
    result = {
        "text": text,
        "content": finished.content,
        "calls": [{"id": call.id, "name": call.name, "arguments": call.arguments} for call in calls],
        "stop_reason": finished.stop_reason,
        "model": finished.model,
    }
    _account(turn, step, finished, result)
    return finished.content, calls


def _stream(turn: Turn, prompt: Prompt) -> tuple[str, list[ModelToolCall], Finished]:
    resume = turn.stream.unseen_kept_text
    calls: list[ModelToolCall] = []
    finished: Finished | None = None
    parts = [resume]
    turn.stream.write(resume)
    events = turn.outside(llm.stream)(
        prompt,
        user=turn.user,
        department=turn.run.department,
        purpose="chat",
        run_id=turn.run.pk,
        agent=turn.agent.name,
        resume_text=resume,
        cancelled=lambda: _should_stop(turn),
        on_warning=turn.status,
    )
    try:
        for event in events:
            if isinstance(event, TextDelta):
                turn.stream.write(event.text)
                parts.append(event.text)
            elif isinstance(event, ModelToolCall):
                calls.append(event)
            else:
                finished = event
    except Cancelled:
        turn.lease.check()
        raise
    turn.stream.flush()
    assert finished is not None
    return "".join(parts), calls, finished


def _should_stop(turn: Turn) -> bool:
    turn.stream.tick()
    return turn.lease.cancelled or turn.lease.lost


def _account(turn: Turn, step: RunStep, finished: Finished, result: dict[str, Any]) -> None:
    usage = finished.usage
    turn.mode = finished.provider
    turn.run.input_tokens += usage.prompt_tokens
    turn.run.output_tokens += usage.output_tokens
    turn.run.cost_usd += usage.cost or 0
    # Together: a step that is done is not counted again when the run is executed again.
    with transaction.atomic():
        turn.finish(
            step,
            result=result,
            name=finished.provider,
            summary=finished.model,
            input_tokens=usage.prompt_tokens,
            output_tokens=usage.output_tokens,
            cost_usd=usage.cost or 0,
        )
        Run.objects.filter(pk=turn.run.pk, lease_epoch=turn.lease.epoch).update(
            input_tokens=turn.run.input_tokens,
            output_tokens=turn.run.output_tokens,
            cost_usd=turn.run.cost_usd,
        )


def _check_tokens(turn: Turn) -> None:
    limit = settings.ASSISTANT["MAX_TOKENS"]
    if turn.run.input_tokens + turn.run.output_tokens > limit:
        raise LimitReached(f"This used more than {limit:,} tokens, so I stopped.")


def _carry_out(
    turn: Turn, desk: Desk, calls: Sequence[ModelToolCall], *, prefix: str
) -> list[dict[str, Any]]:
    """Results for the model: plain tools in parallel, skills one after the other, hand-overs last."""
    plain = [(n, call) for n, call in enumerate(calls, 1) if not _is_own(call)]
    wished = [Call(f"{prefix}.{n}", call.name, call.arguments) for n, call in plain]
    outcomes = dict(zip([call.id for _, call in plain], call_many(turn, wished), strict=True))
    for n, call in enumerate(calls, 1):
        if call.name.startswith(SKILL_PREFIX):
            outcomes[call.id] = _run_as_tool(turn, call, key=f"{prefix}.{n}")
    for n, call in enumerate(calls, 1):
        if call.name == hand_over.NAME:
            outcomes[call.id] = _pass_on(turn, desk, call, key=f"{prefix}.{n}")
    return [
        {
            "type": "tool_result",
            "tool_use_id": call.id,
            "content": for_model(turn, outcomes[call.id]),
            "is_error": not outcomes[call.id].ok,
        }
        for call in calls
    ]


def _run_as_tool(turn: Turn, call: ModelToolCall, *, key: str) -> Outcome:
    skill = skills.get(call.name.removeprefix(SKILL_PREFIX))
    if skill is None or skill not in _skills(turn.agent, turn):
        return Outcome(False, error=f"There is no skill named {call.name!r}.")
    try:
        slots = skill.slots.model_validate(call.arguments)
    except ValidationError as error:
        return Outcome(False, error=f"The arguments are not valid: {error.errors()[0]['msg']}")
    result = run_skill(turn, skill, slots, key=key, aloud=False)
    return Outcome(True, {"text": cited(turn, result.citations, result.text), "data": result.data})


def _is_own(call: ModelToolCall) -> bool:
    """Whether the loop answers the call itself: it is no tool of the registry."""
    return call.name == hand_over.NAME or call.name.startswith(SKILL_PREFIX)


def _pass_on(turn: Turn, desk: Desk, call: ModelToolCall, *, key: str) -> Outcome:
    try:
        wish = hand_over.Wish.model_validate(call.arguments)
    except ValidationError as error:
        return Outcome(False, error=f"The arguments are not valid: {error.errors()[0]['msg']}")
    giver = turn.agent
    refused = desk.pass_on(to=wish.agent, reason=wish.reason, key=key)
    if refused:
        return Outcome(False, error=refused)
    return Outcome(
        True, f"{giver.title} passed this to you, {turn.agent.title}: {wish.reason} Go on from here."
    )


def _specs(turn: Turn, desk: Desk) -> list[ToolSpec]:
    """Tools that work here, skills, and the way to a colleague. What is switched off is not offered."""
    offered = available_tools(turn)
    off = switched_off(offered)
    tools = [
        ToolSpec(tool.name, tool.description, tool.input_schema) for tool in offered if tool.name not in off
    ]
    own = [
        ToolSpec(f"{SKILL_PREFIX}{skill.name}", skill.manifest.description, skill.input_schema)
        for skill in _skills(turn.agent, turn)
    ]
    colleagues = desk.colleagues()
    return [*tools, *own, *([hand_over.spec(colleagues)] if colleagues else [])]


def _skills(agent: Agent, turn: Turn) -> list[Skill]:
    return [skill for skill in agent.skills() if skill.allowed(turn.user) and not skill.fallback]
