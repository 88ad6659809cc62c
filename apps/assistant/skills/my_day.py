"""What a person should do now."""

from __future__ import annotations

from pydantic import BaseModel

from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.tools.agenda import AgendaLine, AgendaPart, my_agenda
from apps.core.markdown import escape


class Slots(BaseModel):
    """Nothing is needed."""


@skill("my_day", slots=Slots)
def my_day(ctx: SkillContext, slots: Slots) -> SkillResult:  # noqa: ARG001
    """Section by section what waits; a line for those in which nothing does."""
    parts = ctx.call(my_agenda)
    waiting = [part for part in parts if part.lines]
    data = {"parts": [part.model_dump(mode="json") for part in parts]}
    if not waiting:
        return SkillResult(text="Nothing waits for you: no task, no follow-up, no decision.", data=data)
    listed = "\n\n".join(map(_listed, waiting))
    quiet = [escape(part.title) for part in parts if not part.lines]
    rest = f"\n\nNothing under: {', '.join(quiet)}." if quiet else ""
    return SkillResult(text=f"{_headline(waiting)}\n\n{listed}{rest}", data=data)


def _headline(waiting: list[AgendaPart]) -> str:
    """How much there is, and the first thing to do."""
    sums = ", ".join(f"{escape(part.title)} ({part.total})" for part in waiting)
    first = waiting[0].lines[0]
    return f"Waiting for you: {sums}. I would start with [{escape(first.title)}]({first.url})."


def _listed(part: AgendaPart) -> str:
    more = f"\n- [All {part.total}]({part.url})" if part.total != str(len(part.lines)) else ""
    return f"**{escape(part.title)}**\n\n" + "\n".join(map(_row, part.lines)) + more


def _row(line: AgendaLine) -> str:
    said = " · ".join(escape(text) for text in (line.note, line.badge) if text)
    return f"- [{escape(line.title)}]({line.url}){f': {said}' if said else ''}"
