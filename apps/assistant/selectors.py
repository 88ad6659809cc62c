"""What clients read of runs, agents and files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.assistant.agents import agents_in_force
from apps.assistant.approving.selectors import approval_card, wordless_card
from apps.assistant.choices import StepKind, StepStatus
from apps.assistant.models import Run, RunStep
from apps.assistant.skillkit import Skill, skills
from apps.knowledge.selectors import Answer, still_readable

#: As many sentences as an empty chat shows.
SUGGESTIONS = 6
#: The skill that says what to do now, and the one that tells what else there is.
FIRST, LAST = "my_day", "abilities"


def artifact_card(artifact: Artifact) -> dict[str, Any]:
    """A file as the chat shows it."""
    return {
        "id": str(artifact.pk),
        "name": artifact.name,
        "type": artifact.kind,
        "size_bytes": artifact.size_bytes,
        "download_url": artifact.download_url,
        "preview_url": artifact.preview_url,
    }


def attachment_of(user: User, artifact_id: object) -> Artifact | None:
    """The file that a tool was given, if the user may see it."""
    try:
        return Artifact.objects.visible_to(user).filter(pk=UUID(str(artifact_id))).first()
    except ValueError:
        return None


def chat_response(run: Run, *, reader: User) -> dict[str, Any]:
    """The `ChatResponse` of the contract, from the run and its relations.

    What rests on documents that the `reader` may not read (any more) is not in it: see `still_readable`.
    """
    reply, answer = run.reply, _answer(run, reader)
    cards = [approval_card(approval) for approval in run.approvals.all()]
    return {
        "session_id": str(run.conversation_id),
        "message_id": str(run.message_id),
        "run_id": str(run.pk),
        "status": run.status,
        "agent": run.agent,
        "skill": run.skill,
        "mode": run.mode or "offline",
        "reply": (
            {"id": str(reply.pk), "content": answer.text, "citations": answer.citations} if reply else None
        ),
        "artifacts": [artifact_card(artifact) for artifact in run.artifacts.all()],
        "approvals": [wordless_card(card) for card in cards] if answer.is_hidden else cards,
        "usage": usage(run),
        "error": error(run),
    }


def _answer(run: Run, reader: User) -> Answer:
    said = (run.reply.body, run.reply.citations) if run.reply else ("", [])
    [answer] = still_readable([said], user=reader)
    return answer


def usage(run: Run) -> dict[str, Any]:
    """Tokens and cost of a run."""
    return {
        "input_tokens": run.input_tokens,
        "output_tokens": run.output_tokens,
        "cost_usd": f"{run.cost_usd:.6f}",
    }


def error(run: Run) -> dict[str, str] | None:
    """Why a run failed, for people."""
    if not run.error_code:
        return None
    return {"code": run.error_code, "detail": run.error_detail, "reference": run.reference}


def step_line(step: RunStep) -> dict[str, Any]:
    """A step as the chat shows it."""
    return {
        "key": step.key,
        "kind": step.kind,
        "tool": step.name,
        "summary": step.summary,
        "status": step.status,
        "ok": None if step.status == StepStatus.RUNNING else step.status == StepStatus.DONE,
        "error": step.error if step.status == StepStatus.ERROR else "",
        "seconds": step.seconds,
    }


def run_detail(run: Run, *, reader: User) -> dict[str, Any]:
    """A run with its steps, as the `reader` may see it: the body of `GET /api/chat/runs/{id}`."""
    times = {
        "created_at": run.created_at,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
    }
    response = chat_response(run, reader=reader)
    is_hidden = _answer(run, reader).is_hidden
    return {
        **response,
        **times,
        "text": response["reply"]["content"] if response["reply"] else run.text,
        "steps": [
            {**step_line(step), "summary": "", "error": ""} if is_hidden else step_line(step)
            for step in run.steps.all()
        ],
    }


def shown_steps(run: Run) -> list[dict[str, Any]]:
    """The tool calls of a run: what the chat lists under "Worked through …"."""
    return [step_line(step) for step in run.steps.all() if step.kind == StepKind.TOOL]


def allowed_skills(user: User, agent: str = "") -> list[Skill]:
    """The skills that some agent (or that one) has and the user may use, without the fallback."""
    asked = [found for found in agents_in_force().values() if agent in {"", found.name}]
    return [
        skill
        for skill in skills
        if not skill.fallback and skill.allowed(user) and any(found.has_skill(skill) for found in asked)
    ]


def agent_choices(user: User) -> list[dict[str, Any]]:  # noqa: ARG001
    """The agents, for a picker."""
    return [
        {"name": agent.name, "title": agent.title, "description": agent.description}
        for agent in agents_in_force().values()
    ]


def suggestions(user: User) -> list[str]:
    """Sentences to try in an empty chat: what waits for the user, jobs of the own department (what can be
    done at once before what needs a file), and what else there is.
    """
    own = user.department_slug

    def farness(skill: Skill) -> tuple[bool, bool, int, int]:
        agents, sentence = skill.manifest.agents, skill.manifest.suggestion
        place = agents.index(own) if own in agents else len(skills)
        return skill.name != FIRST, "(" in sentence or "attached" in sentence, place, len(agents)

    usable = [skill for skill in skills if skill.manifest.suggestion and skill.allowed(user)]
    ranked = sorted((skill for skill in usable if skill.name != LAST), key=farness)[: SUGGESTIONS - 1]
    last = [skill for skill in usable if skill.name == LAST]
    return [skill.manifest.suggestion for skill in [*ranked, *last]]
