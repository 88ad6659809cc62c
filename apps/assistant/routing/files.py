"""Messages about a document that came with them."""

from __future__ import annotations

from collections.abc import Sequence

from apps.artifacts.choices import Kind
from apps.assistant.routing.office import Office
from apps.assistant.routing.similarity import Score
from apps.assistant.routing.tables import QUESTION, TABLES, is_plain
from apps.assistant.running.turn import Turn
from apps.assistant.skillkit import Skill, skills
from apps.assistant.skills.document_summary import asks_for_whole
from apps.assistant.slots.extraction import takes
from apps.core.sentences import sentence

READER = "document_summary"
#: What has words that can be read.
DOCUMENTS = {Kind.PDF, Kind.DOCX, Kind.PPTX, Kind.TEXT, Kind.MARKDOWN, Kind.EMAIL}


def document_reader_for(
    turn: Turn, office: Office, scores: Sequence[Score], chosen: tuple[Skill, float] | None
) -> tuple[Skill, float] | None:
    """The skill for a message with a document: what was chosen, unless the message asks what the file is, or
    is a question that a skill which reads no file would answer.

    Also a picture is handed to the reader when the question is what it is: it says what it cannot read.
    """
    body = turn.run.message.body
    kinds = {Kind(artifact.kind) for artifact in turn.attachments}
    if not kinds or kinds & TABLES or not body.strip():
        return chosen
    if not asks_for_whole(body):
        asks = kinds & DOCUMENTS and QUESTION.search(sentence(body)) is not None
        if not asks or (
            chosen is not None and (takes(chosen[0].slots, "attachment") or is_plain(body, chosen[1]))
        ):
            return chosen
    reader = skills.get(READER)
    if reader is None or not office.can_reach(reader):
        return chosen
    near = {score.skill: score.value for score in scores}
    return reader, near.get(READER, 0.0)
