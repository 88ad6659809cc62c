"""What the agent can do for the person it works for, as it stands now."""

from __future__ import annotations

from pydantic import BaseModel

from apps.assistant.agents import agent_at, agents_in_force
from apps.assistant.models import Run
from apps.assistant.toolkit import ToolContext, ToolError, tool
from apps.assistant.versions.checking import tools_called_by
from apps.assistant.versions.reach import Reach, reach_of


class Ability(BaseModel):
    """A job that the agent does without a model, too. `note` says what is not set up here for it."""

    title: str
    description: str
    example: str
    note: str


class Colleague(BaseModel):
    """An agent that this one can pass a question on to."""

    title: str
    description: str


class Abilities(BaseModel):
    """An agent as it works for this person. `tools` counts what a model could use; `off` says why other tools
    that it was given do not work here.
    """

    title: str
    description: str
    jobs: list[Ability]
    tools: int
    off: list[str]
    colleagues: list[Colleague]


@tool(permission="assistant.use_assistant", read_only=True, summary="Looking at what I can do …")
def my_abilities(ctx: ToolContext) -> Abilities:
    """What you can do for the user: jobs with an example each, what is not set up here, and the colleagues to
    whom you can pass a question on.
    """
    run = Run.objects.filter(pk=ctx.run_id).first()
    if run is None or not run.agent:
        raise ToolError("No agent answers in this run yet.")
    agent = agent_at(run.agent, str(run.agent_version_id or ""))
    reach = reach_of(agent, ctx.user)
    off = {found.tool.name: found.off for _, listed in reach.families for found in listed if found.off}
    others = agents_in_force()
    colleagues = [others[name] for name in agent.hand_over if name in others]
    return Abilities(
        title=agent.title,
        description=agent.description,
        jobs=_jobs(reach, off),
        tools=reach.usable_tools,
        off=sorted(set(off.values())),
        colleagues=[Colleague(title=one.title, description=one.description) for one in colleagues],
    )


def _jobs(reach: Reach, off: dict[str, str]) -> list[Ability]:
    """Jobs of few agents before those that all of them do."""
    usable = [found for found in reach.skills if found.usable]
    usable.sort(key=lambda found: len(found.skill.manifest.agents))
    return [
        Ability(
            title=found.skill.manifest.title,
            description=found.skill.manifest.description.strip(),
            example=found.skill.manifest.suggestion or found.skill.manifest.examples[0],
            note=next((off[tool.name] for tool in tools_called_by(found.skill) if tool.name in off), ""),
        )
        for found in usable
    ]
