"""Messages about a table that came with them, or with the question before."""

from __future__ import annotations

import re
from collections.abc import Sequence

from apps.artifacts.choices import Kind
from apps.assistant.models import Run
from apps.assistant.routing.office import Office
from apps.assistant.routing.similarity import Score
from apps.assistant.running.turn import Turn
from apps.assistant.skillkit import Skill, skills
from apps.assistant.skills.data_analysis import DRAWS_THAT
from apps.assistant.skills.document_summary import asks_for_whole
from apps.assistant.slots.extraction import takes
from apps.core.sentences import sentence

ANALYST = "data_analysis"
TABLES = {Kind.CSV, Kind.XLSX}
#: So near to an example of another skill, a message wants that one.
PLAIN = 0.68
QUESTION = re.compile(
    r"[?？吗呢]\s*$"
    r"|^\W*(what|which|who|how|when|where|why|is|are|does|do|did|berapa|apakah|siapa|bila|yang mana)\b"
    r"|多少|哪|几个|什么",
    re.IGNORECASE,
)


def analyst_for(
    turn: Turn, office: Office, scores: Sequence[Score], chosen: tuple[Skill, float] | None
) -> tuple[Skill, float] | None:
    """The skill for a message with a CSV or Excel file: what was chosen if it works on a file (“import these
    leads”, “record this receipt”) or is plainly wanted; else the one that asks tables.

    A question that follows an answer from a table is about that table, too, unless it plainly wants something
    else. A file without words is not a wish. The rule reads no right: who may not use a skill is told so.
    """
    body = turn.run.message.body
    has_table = _has_table(turn)
    goes_on = _goes_on(turn, chosen)
    if not body.strip() or not (has_table or goes_on):
        return chosen
    is_meant = DRAWS_THAT.search(sentence(body)) if goes_on else asks_for_whole(body)
    if (
        not is_meant
        and chosen is not None
        and (takes(chosen[0].slots, "attachment") or is_plain(body, chosen[1]))
    ):
        return chosen
    analyst = skills.get(ANALYST)
    if analyst is None or not office.can_reach(analyst):
        return chosen
    near = {score.skill: score.value for score in scores}
    return analyst, near.get(ANALYST, 0.0)


def is_plain(body: str, score: float) -> bool:
    """Whether a skill that reads no file is wanted all the same: no question, and near to its examples."""
    return score > PLAIN and not QUESTION.search(sentence(body))


def _has_table(turn: Turn) -> bool:
    return any(artifact.kind in TABLES for artifact in turn.attachments)


def _goes_on(turn: Turn, chosen: tuple[Skill, float] | None) -> bool:
    """Whether this asks on after an answer from a table."""
    run = turn.run
    body = sentence(run.message.body)
    if DRAWS_THAT.search(body) is None and (
        not QUESTION.search(body) or (chosen is not None and chosen[1] > PLAIN)
    ):
        return False
    earlier = Run.objects.filter(conversation_id=run.conversation_id, created_at__lt=run.created_at)
    return earlier.order_by("-created_at").values_list("skill", flat=True).first() == ANALYST
