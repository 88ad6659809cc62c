"""A result as people read it: what was expected beside what came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.assistant.evaluation.judging import alike, holds
from apps.assistant.evaluation.selectors import Barrier
from apps.assistant.models import EvaluationCase, EvaluationResult
from apps.assistant.naming import agent_title, skill_title, tool_title
from apps.core.markdown import rendered

MAX_VALUE = 600


@dataclass(frozen=True)
class Point:
    """One expectation and whether it was met."""

    text: str
    is_met: bool


@dataclass(frozen=True)
class Line:
    """One column of the verdict: what it is called, what was expected point by point, and what came."""

    label: str
    expected: list[Point]
    got: str

    @property
    def is_met(self) -> bool:
        """Whether everything came as expected."""
        return all(point.is_met for point in self.expected)


@dataclass(frozen=True)
class Reading:
    """A result in full. With a `barrier` nothing of what it says: only which columns were wrong when it was
    played (`wrong`). `was_changed`: the case expects something else now than when it was played.
    """

    result: EvaluationResult
    lines: list[Line]
    answer: SafeString
    role: str
    barrier: Barrier | None
    wrong: list[str]
    was_changed: bool

    @property
    def may_read(self) -> bool:
        """Whether it is for the person to read."""
        return self.barrier is None


def reading_of(result: EvaluationResult, barriers: Mapping[str, Barrier | None]) -> Reading:
    """The result for a person who has those barriers to what roles are told; to an unknown role there is one.

    The role is the one that was told the answer. Of others nothing is compared either: expectations are
    judged as they stand now, so whoever words them could ask an answer that they may not read.
    """
    barrier = barriers.get(result.role, Barrier())
    may_read = barrier is None
    lines = list(_lines(result.case, result)) if may_read else []
    return Reading(
        result=result,
        lines=lines,
        answer=rendered(result.answer) if may_read else SafeString(""),
        role=result.role.replace("_", " "),
        barrier=barrier,
        wrong=_wrong(result),
        was_changed=may_read and not result.error and all(line.is_met for line in lines) != result.passed,
    )


def _wrong(result: EvaluationResult) -> list[str]:
    """The columns that were wrong, in words, and no word of what was expected or came."""
    labels = {
        "agent": _("the agent"),
        "skill": _("the skill"),
        "tools": _("the tools it called"),
        "facts": _("what it must say"),
        "forbidden": _("what it must not say"),
        "arguments": _("what it called them with"),
    }
    return [label for name, label in labels.items() if result.checks.get(name) is False]


def _lines(case: EvaluationCase, result: EvaluationResult) -> Iterator[Line]:
    called = [call["tool"] for call in result.tools]
    if case.agent:
        expected = [Point(agent_title(case.agent), result.agent == case.agent)]
        yield Line(_("Agent"), expected, agent_title(result.agent) if result.agent else _("nobody"))
    if case.skill:
        expected = [Point(skill_title(case.skill), result.skill == case.skill)]
        yield Line(_("Skill"), expected, skill_title(result.skill) if result.skill else _("none"))
    if case.tools:
        expected = [Point(tool_title(name), name in called) for name in case.tools]
        yield Line(_("Tools"), expected, ", ".join(map(tool_title, called)) or _("none"))
    if case.facts:
        points = [Point(_in_words(fact), holds(result.answer, fact)) for fact in case.facts]
        yield Line(_("Must say"), points, _missing(points))
    if case.forbidden:
        points = [Point(_in_words(fact), not holds(result.answer, fact)) for fact in case.forbidden]
        yield Line(_("Must not say"), points, _said(points))
    yield from _arguments(case, result)


def _arguments(case: EvaluationCase, result: EvaluationResult) -> Iterator[Line]:
    for tool, wanted in case.expected_arguments.items():
        made = [call["arguments"] for call in result.tools if call["tool"] == tool]
        given = made[-1] if made else {}
        for name, value in wanted.items():
            label = f"{tool_title(tool)}: {name.replace('_', ' ')}"
            point = Point(_short(value), bool(made) and alike(value, given.get(name)))
            came = _short(given.get(name)) if made else _("The tool was not called.")
            yield Line(label, [point], came)


def _in_words(fact: str) -> str:
    return (
        _("words like %(pattern)s") % {"pattern": fact.removeprefix("re:")}
        if fact.startswith("re:")
        else fact
    )


def _missing(points: list[Point]) -> str:
    missing = [point.text for point in points if not point.is_met]
    return _("missing: %(what)s") % {"what": ", ".join(missing)} if missing else _("all of it")


def _said(points: list[Point]) -> str:
    said = [point.text for point in points if not point.is_met]
    return _("it says: %(what)s") % {"what": ", ".join(said)} if said else _("nothing of it")


def _short(value: Any) -> str:
    text = "–" if value in (None, "", [], {}) else str(value)
    return text if len(text) <= MAX_VALUE else text[: MAX_VALUE - 1] + "…"
