"""What can you do?"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.tools.abilities import Abilities, Ability, my_abilities
from apps.core.markdown import escape


class Slots(BaseModel):
    """Nothing is needed."""


@skill("abilities", slots=Slots)
def abilities(ctx: SkillContext, slots: Slots) -> SkillResult:  # noqa: ARG001
    """The agent's jobs for this person, what is off, and the colleagues."""
    found = ctx.call(my_abilities)
    return SkillResult(text="\n".join(_lines(found)), data=found.model_dump(mode="json"))


def _lines(found: Abilities) -> Iterator[str]:
    yield f"I am the **{escape(found.title)}** agent: {escape(found.description)} For you I can:\n"
    yield "- **Answer questions** about products, prices, features and playbooks, each with its source"
    yield from map(_job, found.jobs)
    if found.off:
        yield "\n**Not set up here**\n"
        yield from (f"- {escape(_sentence(why))}." for why in found.off)
    if found.colleagues:
        names = ", ".join(
            f"**{escape(one.title)}** ({escape(_sentence(one.description))})" for one in found.colleagues
        )
        yield f"\nWhat is for somebody else I pass on: {names}"
    yield "\nWhat leaves the house or cannot be undone waits until a person has agreed."


def _job(job: Ability) -> str:
    what = _sentence(job.description)
    further = f"{_sentence(job.note)}." if job.note else f"Try “{job.example}”"
    return f"- **{escape(job.title)}**: {escape(what[:1].lower() + what[1:])}. {escape(further)}"


def _sentence(text: str) -> str:
    """The first one, without its full stop."""
    return text.partition(". ")[0].rstrip(".")
