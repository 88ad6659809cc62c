"""A message to a Teams channel; a person agrees before it is posted."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, Field

from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.slots import SlotSpec
from apps.assistant.slots.extraction import Source
from apps.assistant.slots.names import quoted
from apps.assistant.tools.teams import post_to_teams
from apps.core.markdown import escape

#: "Team/Channel", or the name beside the word for a channel.
_PATH = re.compile(r"\b([\w&-]{1,60}(?: [\w&-]{1,60})?/[\w&-]{1,60}(?: [A-Z][\w&-]{0,60}){0,6})")
_NAMED = re.compile(
    r"\b(?:the|our|into|to|in|ke|di)\s+([\w&-]+)\s+(?:teams\s+)?channel\b|\bchannel\s+(?!in\b|on\b|of\b|that\b)([\w&-]+)"
    r"|\bsaluran\s+(?:teams\s+)?([\w&-]+)|([\w\u4e00-\u9fff]{1,60}?)\s{0,3}频道",
    re.IGNORECASE,
)
#: What is to be said: after a colon, or after "that".
_WORDS = re.compile(r"[:：]\s*(.{3,})$|\bthat\s+(.{3,})$|\bbahawa\s+(.{3,})$", re.DOTALL | re.IGNORECASE)
_POSTED = re.compile(
    r"\b(?:post|write|say|announce|share|send)\s{1,3}(\S.{2,1000}?)\s{1,3}(?:to|in|into|on)\s{1,3}(?:(?:the|our)\s{1,3})?"
    r"[\w/&-]{1,60}\s{0,3}(?:teams|channel)\b",
    re.IGNORECASE,
)
_EMPTY = re.compile(r"(?:a |the |this )?(?:message|note|something|it|post|news)$", re.IGNORECASE)


def _channel(source: Source, is_asked: bool) -> str | None:
    text = source.text.split(":", 1)[0]
    if found := _PATH.search(text):
        return found[1]
    if found := _NAMED.search(text):
        return next(part for part in found.groups() if part)
    return source.text.strip()[:160] if is_asked else None


def _words(source: Source, is_asked: bool) -> str | None:
    if words := quoted(source.whole):
        return words
    if found := _WORDS.search(source.whole):
        return next(part for part in found.groups() if part).strip()
    found = _POSTED.search(source.whole)
    if found and not _EMPTY.fullmatch(found[1].strip()):
        return found[1].strip()
    return source.whole.strip() if is_asked else None


class Slots(BaseModel):
    """Where, and what."""

    channel: Annotated[
        str,
        SlotSpec(
            "text", "Which channel? Please name it as Team/Channel, for example Sales/General.", find=_channel
        ),
        Field(min_length=1, max_length=160, description="Team/Channel, or the channel alone."),
    ]
    body: Annotated[
        str,
        SlotSpec("text", "What shall I post?", find=_words),
        Field(min_length=1, max_length=10_000, description="The message in Markdown."),
    ]


@skill("teams_post", slots=Slots)
def teams_post(ctx: SkillContext, slots: Slots) -> SkillResult:
    """Post it as it was said."""
    made = ctx.call(post_to_teams, channel=slots.channel, body=slots.body)
    return SkillResult(
        text=f"The message to **{escape(slots.channel)}** is in the [outbox]({made.url}) and leaves now.",
        data=made.model_dump(mode="json"),
    )
