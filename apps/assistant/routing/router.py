"""Choosing who answers: agent, skill and what the skill needs from the message."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from apps.assistant.choices import RunStatus
from apps.assistant.models import Run
from apps.assistant.routing.files import document_reader_for
from apps.assistant.routing.following import followed_by
from apps.assistant.routing.office import Office
from apps.assistant.routing.pages import ranked, reader_for
from apps.assistant.routing.similarity import NONE, Score
from apps.assistant.routing.tables import analyst_for
from apps.assistant.running.turn import Turn
from apps.assistant.skillkit import Skill, skills
from apps.assistant.slots.extraction import Extraction, Source, extract

DECLINE = {"cancel", "never mind", "nevermind", "forget it", "stop", "no", "算了", "取消", "batal"}
SURE = 0.1
"""How far above the threshold another wish must be to interrupt a question that is open."""
CERTAIN = 0.2
"""How far above it a wish must be to be refused for a missing right; else it was perhaps never meant."""


class Route(BaseModel):
    """The decision, as kept in the run's first step.

    `agent_version` is the row that was in force then. `hand_over_to` is who knows the skill where the agent
    that was asked for does not. `denied` and `perhaps_denied` are what the user lacks the right to: the wish,
    or what it may have been.
    """

    agent: str
    agent_version: str = ""
    hand_over_to: str = ""
    skill: str = ""
    mode: str = "offline"
    denied: str = ""
    perhaps_denied: str = ""
    extraction: dict[str, Any] | None = None
    scores: list[tuple[str, float]] = Field(default_factory=list)
    explanation: str = ""


def choose_route(turn: Turn, mode: str) -> Route:
    """Route the run's message.

    A message that answers an open question of the conversation continues that skill, and one that changes
    what was made just now goes on with it (`followed_by`). Otherwise the nearest skill wins if it is near
    enough and the user may use it; pages and tables that come with the message have a say (`reader_for`,
    `analyst_for`, `document_reader_for`). An agent that was asked for and does not know it passes it on to
    one that does, if it may. With a model, only the agent is chosen here; the model picks the skills and the
    colleagues.
    """
    run = turn.run
    if mode != "offline" and run.requested_agent:
        return Route(agent=run.requested_agent, mode=mode, explanation=f"{run.requested_agent}: as asked for")
    scores, threshold = ranked(run.message.body) if run.message.body else ([], 1.0)
    shown = [(score.skill, round(score.value, 3)) for score in scores[:4]]
    office = Office(turn.user.department_slug, run.requested_agent)
    chosen = reader_for(run, office, scores, _best(office, scores, threshold))
    chosen = analyst_for(turn, office, scores, chosen)
    chosen = document_reader_for(turn, office, scores, chosen)
    if mode != "offline":
        agent = office.agent_for(chosen[0] if chosen else None)
        return Route(agent=agent, mode=mode, scores=shown, explanation=f"{agent}: the model decides")
    if (continued := _continued(turn, office, chosen, threshold)) is not None:
        return continued.model_copy(update={"scores": shown})
    if chosen is None:
        agent = office.agent_for(None)
        return Route(agent=agent, scores=shown, explanation=f"{agent}: no skill is near enough")
    skill, score = chosen
    if not skill.allowed(turn.user):
        return _refusal(office, skill, score, threshold).model_copy(update={"scores": shown})
    found = extract(skill.slots, _source(turn))
    why = f"{skill.manifest.title} ({score:.2f}, threshold {threshold:.2f})"
    return _to(office, skill, found, why).model_copy(update={"scores": shown})


def _best(office: Office, scores: list[Score], threshold: float) -> tuple[Skill, float] | None:
    """The nearest skill that can be reached from the agent that was asked for; None when small talk or
    nothing is nearer. The user may lack the right to it: the next best would do something else than was
    asked.
    """
    for score in scores:
        if score.value < threshold or score.skill == NONE:
            return None
        skill = skills.get(score.skill)
        if skill is not None and office.can_reach(skill):
            return skill, score.value
    return None


def _refusal(office: Office, skill: Skill, score: float, threshold: float) -> Route:
    """The user may not do this; if it is not sure that he asked for it, he is answered as well as can be."""
    agent, title = office.agent_for(None), skill.manifest.title
    why = f"{agent}: no right to {title} ({score:.2f}, threshold {threshold:.2f})"
    if score >= threshold + CERTAIN:
        return Route(agent=agent, denied=title, explanation=why)
    return Route(agent=agent, perhaps_denied=title, explanation=why)


def _is_another_wish(body: str, chosen: tuple[Skill, float] | None, asking: str, threshold: float) -> bool:
    """Whether the message wants something else than to answer the open question. A bare name answers it."""
    if chosen is None or chosen[0].name == asking or chosen[1] <= threshold + SURE:
        return False
    return not all(word[0].isupper() for word in body.split())


def _to(office: Office, skill: Skill, found: Extraction, why: str) -> Route:
    agent = office.agent_for(skill)
    taker = office.taker_of(skill)
    return Route(
        agent=agent,
        skill=skill.name,
        hand_over_to=taker,
        extraction=found.model_dump(mode="json"),
        explanation=f"{agent}{f' → {taker}' if taker else ''}: {why}",
    )


def _open_question(run: Run) -> dict[str, Any] | None:
    """What the run before asked for, if it ended with a question."""
    before = (
        Run.objects.filter(conversation_id=run.conversation_id, created_at__lt=run.created_at)
        .order_by("-created_at")
        .first()
    )
    if before is None or before.status != RunStatus.COMPLETED or "awaiting" not in before.state:
        return None
    return dict(before.state)


def _continue(turn: Turn, office: Office, pending: dict[str, Any]) -> Route | None:
    skill = skills.get(pending["skill"])
    body = turn.run.message.body.strip()
    if skill is None or not skill.allowed(turn.user) or not office.can_reach(skill):
        return None
    if body.lower().rstrip(".!") in DECLINE:
        return None
    found = extract(skill.slots, _source(turn), known=pending["values"], asked=pending["awaiting"])
    return _to(office, skill, found, f"{skill.manifest.title} (answer to the question before)")


def _continued(
    turn: Turn, office: Office, chosen: tuple[Skill, float] | None, threshold: float
) -> Route | None:
    """The route of a message that answers the question before, or goes on with what was made before."""
    pending = _open_question(turn.run)
    if pending is None:
        return _followed(turn, office, chosen)
    if _is_another_wish(turn.run.message.body, chosen, pending["skill"], threshold):
        return None
    return _continue(turn, office, pending)


def _followed(turn: Turn, office: Office, chosen: tuple[Skill, float] | None) -> Route | None:
    """What goes on with the run before, for who may: the message alone would mean something else."""
    found = followed_by(turn, office, chosen)
    if found is None or not found[0].allowed(turn.user):
        return None
    skill, known = found
    filled = extract(skill.slots, _source(turn), known=known)
    return _to(office, skill, filled, f"{skill.manifest.title} (goes on with the answer before)")


def _source(turn: Turn) -> Source:
    return Source(
        whole=turn.run.message.body,
        user=turn.user,
        attachments=[str(artifact.pk) for artifact in turn.attachments],
        conversation_id=turn.run.conversation_id,
        now=turn.started_at,
    )
