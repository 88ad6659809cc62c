"""Messages that go on with what the run before made: “as PDF”, “monthly”, “mail it to them”."""

from __future__ import annotations

from apps.assistant.choices import RunStatus, StepKind
from apps.assistant.models import Run, RunStep
from apps.assistant.routing.office import Office
from apps.assistant.running.turn import Turn
from apps.assistant.skillkit import Before, Skill, skills


def followed_by(
    turn: Turn, office: Office, chosen: tuple[Skill, float] | None
) -> tuple[Skill, dict[str, object]] | None:
    """The skill that takes the message up and what it knows already; None when the message begins anew, which
    the skill of the run before decides.
    """
    run = turn.run
    earlier = Run.objects.filter(conversation_id=run.conversation_id, created_at__lt=run.created_at)
    before = earlier.order_by("-created_at").first()
    if before is None or before.status != RunStatus.COMPLETED or before.user_id != run.user_id:
        return None
    step = RunStep.objects.filter(run=before, kind=StepKind.SKILL).order_by("started_at").last()
    skill = skills.get(step.name) if step else None
    if step is None or skill is None or skill.goes_on is None:
        return None
    files = [str(key) for key in before.artifacts.order_by("created_at").values_list("pk", flat=True)]
    wish = skill.goes_on(
        Before(
            message=run.message.body,
            user=turn.user,
            slots=dict(step.arguments),
            files=files,
            resembles=chosen[0].name if chosen else "",
        )
    )
    taker = skills.get(wish.skill) if wish else None
    if wish is None or taker is None or not office.can_reach(taker):
        return None
    return taker, wish.known
