"""Running a skill's pipeline: deterministic code between recorded steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.assistant.approving.rechecking import lost_while_parked
from apps.assistant.choices import StepKind, StepStatus
from apps.assistant.errors import UnknownTool
from apps.assistant.models import RunStep
from apps.assistant.running.calling import Call, available_tool, call_one
from apps.assistant.running.turn import Turn
from apps.assistant.skillkit import Citation, Skill, SkillResult
from apps.assistant.toolkit import ToolError

R = TypeVar("R")
_NO_RIGHT = "You do not have the right to do this ({doing}). Please ask your manager."


class _Context:
    """The `SkillContext` of one execution. Keys of its calls count up, so that a replay finds them."""

    def __init__(self, turn: Turn, step: RunStep, say: Callable[[str], None]) -> None:
        self._turn = turn
        self._step = step
        self._say = say
        self._calls = 0

    @property
    def user(self) -> User:
        """The person it works for."""
        return self._turn.user

    @property
    def message(self) -> str:
        """The user's words."""
        return self._turn.run.message.body

    @property
    def attachments(self) -> Sequence[Artifact]:
        """Files of the message."""
        return self._turn.attachments

    def call(self, tool: Callable[..., R], **arguments: Any) -> R:
        """Call a tool as a step; raises `ToolError` with its sentence."""
        self._calls += 1
        name: str = tool.tool_name  # type: ignore[attr-defined]
        try:
            declared = available_tool(self._turn, name)
        except UnknownTool:
            # The skill was offered, and needs a tool that a right, a rule or the agent stands against.
            lost = lost_while_parked(self._turn, name)
            raise ToolError(lost or _NO_RIGHT.format(doing=name.replace("_", " "))) from None
        given = declared.arguments.model_construct(**arguments).model_dump(
            mode="json", include=set(arguments)
        )
        key = f"{self._step.key}.{self._calls}"
        outcome = call_one(self._turn, Call(key, name, given, self._step))
        if not outcome.ok:
            raise ToolError(outcome.error)
        value: R = declared.returns.validate_python(outcome.value)
        return value

    def say(self, text: str) -> None:
        """Show a piece of the answer now."""
        self._say(text)


def run_skill(turn: Turn, skill: Skill, slots: BaseModel, *, key: str, aloud: bool) -> SkillResult:
    """Run the pipeline as one step with its calls below it.

    `aloud`: what it says goes straight to the user; otherwise it is collected for the model that asked. A
    refusal of a tool (`ToolError`) becomes the text of the answer.
    """
    arguments = slots.model_dump(mode="json")
    step = turn.begin(
        key=key, kind=StepKind.SKILL, name=skill.name, summary=skill.manifest.title, arguments=arguments
    )
    said: list[str] = []
    context = _Context(turn, step, turn.stream.write if aloud else said.append)
    try:
        result = skill.run(context, slots)
    except ToolError as error:
        result = SkillResult(text=error.detail)
        _close(turn, step, result, StepStatus.ERROR)
    else:
        _close(turn, step, result, StepStatus.DONE)
    if aloud:
        turn.stream.write(result.text)
        turn.citations.extend(result.citations)
        return result
    return result.model_copy(update={"text": "".join(said) + result.text})


def _close(turn: Turn, step: RunStep, result: SkillResult, status: str) -> None:
    if step.status == StepStatus.RUNNING:
        error = result.text if status == StepStatus.ERROR else ""
        turn.finish(step, result=result.model_dump(mode="json"), status=status, error=error)


def cited(turn: Turn, citations: Sequence[Citation], text: str) -> str:
    """`text` with its `[n]` renumbered to follow what the run has cited so far."""
    before = len(turn.citations)
    turn.citations.extend(citations)
    for number in range(len(citations), 0, -1):
        text = text.replace(f"[{number}]", f"[\x01{number + before}]")
    return text.replace("[\x01", "[")
