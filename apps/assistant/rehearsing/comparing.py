"""A past run beside its replay: what is the same and what is not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.assistant.choices import StepKind
from apps.assistant.models import Rehearsal, Run
from apps.assistant.naming import agent_title, mode_title, skill_title, tool_title
from apps.assistant.rehearsing.steps import steps_of
from apps.documents.numbers import duration
from apps.knowledge.selectors import Answer, citations_in, still_readable

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_EMPHASIS = re.compile(r"\*\*|__|`")
#: Longer answers are not compared word by word: it would take too long.
MAX_WORDS = 6_000


@dataclass(frozen=True)
class Line:
    """One thing that both have: how it is called, and what it is on either side."""

    label: str
    original: str
    replay: str

    @property
    def is_same(self) -> bool:
        """Whether there is no difference."""
        return self.original == self.replay


@dataclass(frozen=True)
class Comparison:
    """Both sides. `before` and `after` are the answers as HTML, with what only one of them says marked."""

    lines: list[Line]
    before: SafeString
    after: SafeString
    is_same_answer: bool


def answers_for(viewer: User, replay: Rehearsal) -> tuple[Answer, Answer]:
    """What the past run (if any) and its rehearsal said, as far as the viewer may still read their sources.

    A rehearsal that kept no citations counts as resting on those of the run.
    """
    run = replay.run
    found = [citation for step in run.steps.all() for citation in citations_in(step.result)] if run else []
    said = [(run.text if run else "", found), (replay.answer, replay.citations or found)]
    then, now = still_readable(said, user=viewer)
    return then, now


def compare(run: Run, replay: Rehearsal, said: tuple[str, str]) -> Comparison:
    """The run and a rehearsal of it; `said` are their answers as the reader may see them."""
    steps = steps_of(run)
    before, after = word_diff(*map(_unmarked, said))
    return Comparison(
        lines=[
            Line(
                _("Agent"), _agent(run.agent, run.agent_version), _agent(replay.agent, replay.agent_version)
            ),
            Line(_("Skill"), _skill(run.skill), _skill(replay.skill)),
            Line(_("Answered by"), _mode(run.mode, model_in(steps)), _mode(replay.mode, replay.model)),
            Line(_("Tools"), tools_in(steps), tools_in(replay.steps)),
            Line(_("Result"), _end(run), _end_of(replay)),
            Line(
                _("Tokens in / out"),
                f"{run.input_tokens:,} / {run.output_tokens:,}",
                f"{replay.input_tokens:,} / {replay.output_tokens:,}",
            ),
            Line(_("Cost"), dollars(run.cost_usd), dollars(replay.cost_usd)),
            Line(_("Time at work"), duration(seconds_of(steps)), duration(seconds_of(replay.steps))),
        ],
        before=before,
        after=after,
        is_same_answer=said[0].split() == said[1].split(),
    )


def word_diff(old: str, new: str) -> tuple[SafeString, SafeString]:
    """Both texts as HTML: words that only the old one has in `<del>`, those of the new one in `<ins>`."""
    one, other = _WORDS.findall(old), _WORDS.findall(new)
    if len(one) + len(other) > MAX_WORDS:
        return format_html("{}", old), format_html("{}", new)
    left: list[tuple[bool, str]] = []
    right: list[tuple[bool, str]] = []
    for kind, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        left.append((kind != "equal", "".join(one[a:b])))
        right.append((kind != "equal", "".join(other[c:d])))
    return _marked(left, "<del>{}</del>"), _marked(right, "<ins>{}</ins>")


def _unmarked(text: str) -> str:
    """Without the marks of emphasis, which would stand between the words as stars."""
    return _EMPHASIS.sub("", text)


def _marked(parts: Iterable[tuple[bool, str]], mark: str) -> SafeString:
    """All of the text, escaped; what differs inside the mark."""
    shown = ((format_html(mark, text) if differs else text,) for differs, text in parts if text)
    return format_html_join("", "{}", shown)


def tools_in(steps: Sequence[Mapping[str, Any]]) -> str:
    """The tools that were called, in order, with how often in a row."""
    names: list[list[Any]] = []
    for step in steps:
        if step["kind"] != StepKind.TOOL:
            continue
        if names and names[-1][0] == step["name"]:
            names[-1][1] += 1
        else:
            names.append([step["name"], 1])
    titled = [(tool_title(name), count) for name, count in names]
    return " → ".join(name if count == 1 else f"{name} ×{count}" for name, count in titled) or "–"


def model_in(steps: Sequence[Mapping[str, Any]]) -> str:
    """The model that answered last, "" without one."""
    return next((str(step["summary"]) for step in reversed(steps) if step["kind"] == StepKind.MODEL), "")


def seconds_of(steps: Sequence[Mapping[str, Any]]) -> float:
    """How long the steps worked; what a skill called is part of the skill."""
    skills = [f"{step['key']}." for step in steps if step["kind"] == StepKind.SKILL]
    own = [step for step in steps if not step["key"].startswith(tuple(skills))]
    return sum(step["seconds"] or 0.0 for step in own)


def dollars(amount: Decimal) -> str:
    """US dollars, to a hundredth of a cent."""
    return f"${amount:.4f}"


def _agent(name: str, version: Any) -> str:
    title = agent_title(name) if name else "–"
    return f"{title} v{version.number}" if version else title


def _skill(name: str) -> str:
    return skill_title(name) if name else "–"


def _mode(mode: str, model: str) -> str:
    return f"{mode_title(mode)} ({model})" if model else mode_title(mode)


def _end(run: Run) -> str:
    return run.error_detail or str(run.get_status_display())


def _end_of(replay: Rehearsal) -> str:
    return replay.error or str(replay.get_status_display())
