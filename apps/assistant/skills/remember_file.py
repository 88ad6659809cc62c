"""Putting an attached file into the knowledge base."""

from __future__ import annotations

from pydantic import BaseModel, Field

from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.slots import AttachmentSlot
from apps.assistant.tools.knowledge import remember_document
from apps.core.markdown import escape


class Slots(BaseModel):
    """The file, and what it shall be called where its name does not say it."""

    file: AttachmentSlot
    title: str = Field(default="", max_length=200)


@skill("remember_file", slots=Slots)
def remember_file(ctx: SkillContext, slots: Slots) -> SkillResult:
    """Add the file for its owner alone: whoever else shall read it is decided on its page."""
    added = ctx.call(remember_document, artifact_id=slots.file, title=slots.title)
    return SkillResult(
        text=(
            f"“{escape(added.title)}” is in the knowledge base [1]. It is being read and can be found within "
            f"a minute. Who may read it: {added.audience}. To share it, open its page under "
            "Knowledge → Documents."
        ),
        citations=[added.citation],
    )
