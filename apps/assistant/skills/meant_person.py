"""Which person a name means."""

from __future__ import annotations

from apps.assistant.skillkit import SkillContext
from apps.assistant.toolkit import ToolError
from apps.assistant.tools.people import FoundPerson, find_people
from apps.core.markdown import escape


def meant_person(ctx: SkillContext, name: str) -> FoundPerson:
    """The only one whose name it is, or the only one that it fits. Raises `ToolError` with the choice."""
    found = ctx.call(find_people, name=name)
    exact = [one for one in found if name.casefold() in {one.name.casefold(), one.company.casefold()}]
    rows = exact or found
    if not rows:
        raise ToolError(f"I know nobody called {escape(name)}. Give me the e-mail address instead.")
    if len({one.email for one in rows}) == 1:
        return rows[0]
    choice = "\n".join(f"- {escape(_named(one))}, {escape(one.email)}" for one in rows)
    raise ToolError(f"Which {escape(name)} do you mean? Please give me the address.\n\n{choice}")


def _named(one: FoundPerson) -> str:
    return f"{one.name or one.email} ({one.company})" if one.company else one.name
