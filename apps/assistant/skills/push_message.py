"""A short message to a colleague's phone; a person agrees before it is sent."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, Field

from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.skills.meant_person import meant_person
from apps.assistant.slots import EmailSlot, SlotSpec
from apps.assistant.slots.extraction import Source
from apps.assistant.slots.names import quoted
from apps.assistant.toolkit import ToolError
from apps.assistant.tools.push import push_notify
from apps.core.markdown import escape

TITLE = "Message from {name}"
_WORDS = re.compile(
    r"[:：,，]\s*(.{2,})$|\bthat\s+(.{2,})$|\bsaying\s+(.{2,})$|\bbahawa\s+(.{2,})$", re.DOTALL | re.I
)
_WHO = re.compile(
    r"\b(?:to|kepada|notify|alert|push|ping)\s+(?!a\b|the\b|my\b|me\b|your\b|this\b|message\b|notification\b)"
    r"(.{1,160}?)(?:'s\b|’s\b|\s+(?:that|saying|a push|by push|on|bahawa)\b|\s*[:：,，.]|$)"
    r"|给\s{0,3}(.{1,160}?)\s{0,3}(?:发|推送|的手机)",
    re.IGNORECASE,
)
_MYSELF = re.compile(r"\b(?:me|my phone|myself)\b|给我|我的手机|\bsaya\b", re.IGNORECASE)


def _words(source: Source, is_asked: bool) -> str | None:
    if words := quoted(source.whole):
        return words
    if found := _WORDS.search(source.whole):
        return next(part for part in found.groups() if part).strip()
    return source.whole.strip() if is_asked else None


def _who(source: Source, is_asked: bool) -> str | None:
    found = _WHO.search(source.text)
    if found:
        return (found[1] or found[2]).strip()[:160]
    if _MYSELF.search(source.text):
        return "me"
    return source.text.strip()[:160] if is_asked else None


class Slots(BaseModel):
    """To whom, and what."""

    who: Annotated[
        str,
        SlotSpec("text", "To whom? Please name a colleague.", find=_who),
        Field(max_length=160, description="Name or address of a colleague; “me” for the user."),
    ]
    body: Annotated[
        str,
        SlotSpec("text", "What shall it say?", find=_words),
        Field(min_length=1, max_length=500, description="The message."),
    ]
    email: EmailSlot | None = None


@skill("push_message", slots=Slots)
def push_message(ctx: SkillContext, slots: Slots) -> SkillResult:
    """Only colleagues have the app: nobody else is looked for."""
    to = "" if slots.who == "me" else slots.email or _colleague(ctx, slots.who)
    made = ctx.call(push_notify, title=TITLE.format(name=ctx.user.name), body=slots.body, to=to)
    whom = "your own phone" if not to else escape(made.to)
    sent = f"The push message to {whom} is in the [outbox]({made.url}) and leaves now."
    return SkillResult(text=made.note if made.status == "kept" else sent, data=made.model_dump(mode="json"))


def _colleague(ctx: SkillContext, name: str) -> str:
    if "@" in name:
        return name
    person = meant_person(ctx, name)
    if person.company:
        raise ToolError(
            f"{escape(person.name)} is no colleague: push messages go to people of the house only."
        )
    return person.email
