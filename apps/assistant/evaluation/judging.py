"""The verdict on one answer. Pure: a case and what happened go in, columns and reasons come out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz import fuzz

from apps.assistant.models import EvaluationCase

COLUMNS = ("agent", "skill", "tools", "facts", "forbidden", "arguments")
#: Texts longer than this are compared by likeness: two good letters are never the same.
EXACT_CHARACTERS = 120
#: Least likeness (0 to 100) of a long text to the one that a person approved.
LIKE = 80.0


@dataclass(frozen=True)
class Happened:
    """What came of playing a case. `calls` are tool and arguments, in order."""

    agent: str
    skill: str
    answer: str
    calls: Sequence[tuple[str, Mapping[str, Any]]] = ()
    error: str = ""


@dataclass(frozen=True)
class Verdict:
    """Column → right, wrong, or None where the case expects nothing; `reasons` say what is wrong."""

    checks: dict[str, bool | None]
    reasons: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong."""
        return not any(check is False for check in self.checks.values()) and not self.reasons


def judge(case: EvaluationCase, happened: Happened) -> Verdict:
    """Compare what happened with what the case expects."""
    reasons: list[str] = [f"It failed: {happened.error}"] if happened.error else []
    called = [name for name, _ in happened.calls]
    lacking = [fact for fact in case.facts if not holds(happened.answer, fact)]
    shown = [words for words in case.forbidden if holds(happened.answer, words)]
    uncalled = [tool for tool in case.tools if tool not in called]
    wrong = list(_wrong_arguments(case.expected_arguments, happened.calls))
    reasons += _expected("agent", case.agent, happened.agent) + _expected("skill", case.skill, happened.skill)
    reasons += [f"The tool {tool} was not called." for tool in uncalled]
    reasons += [f"The answer lacks {fact!r}." for fact in lacking]
    reasons += [f"The answer holds {words!r}." for words in shown]
    reasons += wrong
    return Verdict(
        checks={
            "agent": happened.agent == case.agent if case.agent else None,
            "skill": happened.skill == case.skill if case.skill else None,
            "tools": not uncalled if case.tools else None,
            "facts": not lacking if case.facts else None,
            "forbidden": not shown if case.forbidden else None,
            "arguments": not wrong if case.expected_arguments else None,
        },
        reasons=reasons,
    )


def _expected(what: str, wanted: str, found: str) -> list[str]:
    if not wanted or wanted == found:
        return []
    return [f"The {what} is {found or 'none'}, not {wanted}."]


def _plain(text: str) -> str:
    """Without Markdown's marks, in one case and spacing, so that emphasis does not hide a fact."""
    unmarked = re.sub(r"[*_`\\|]", "", unicodedata.normalize("NFKC", text))
    return " ".join(unmarked.split()).casefold()


def holds(answer: str, fact: str) -> bool:
    """Whether the fact stands in the answer: `re:…` is a pattern, everything else words."""
    if fact.startswith("re:"):
        return re.search(fact.removeprefix("re:"), _plain(answer), re.IGNORECASE) is not None
    return _plain(fact) in _plain(answer)


def _wrong_arguments(
    expected: Mapping[str, Mapping[str, Any]], calls: Sequence[tuple[str, Mapping[str, Any]]]
) -> list[str]:
    wrong = []
    for tool, wanted in expected.items():
        made = [arguments for name, arguments in calls if name == tool]
        if not made:
            wrong.append(f"The tool {tool} was not called.")
            continue
        given = made[-1]
        wrong += [
            f"{tool}: {name} is not what a person approved."
            for name, value in wanted.items()
            if not alike(value, given.get(name))
        ]
    return wrong


def alike(wanted: Any, given: Any) -> bool:
    """Whether an argument is what a person approved: short ones exactly, long texts by likeness."""
    if isinstance(wanted, str) and isinstance(given, str) and len(wanted) > EXACT_CHARACTERS:
        return fuzz.ratio(_plain(wanted), _plain(given)) >= LIKE
    if isinstance(wanted, str) and isinstance(given, str):
        return _plain(wanted) == _plain(given)
    return bool(wanted == given)
