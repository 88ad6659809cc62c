"""An event in the user's own calendar, with an invitation; a person agrees before it leaves."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.skills.meant_person import meant_person
from apps.assistant.slots import EmailSlot, SlotSpec
from apps.assistant.slots.extraction import Source
from apps.assistant.slots.moments import days_ahead, length, time_of_day
from apps.assistant.tools.calendar import create_event
from apps.core.markdown import escape

WHEN = "When? Please name the day and the time, for example: Friday at 3pm."
#: Without a length in the words.
USUAL = {"reminder": 15, "call": 30, "meeting": 60}
_UNTIL = (
    r"(?=\s+(?:on|at|from|for|about|in|next|this|tomorrow|today|the day|\w+day|\d|pada|esok|lusa|hari)\b"
    r"|\s*[,.;:?!]|$)"
)
_WITH = re.compile(
    rf"\b(?:with|dengan|invite)\s+(?:the\s+)?(.{{1,160}}?)(?:\s+to\s+a\b|{_UNTIL})"
    r"|(?:和|与|跟|同|约)\s*(.{1,160}?)\s*(?:开会|见面|通话|的|约|星期|周|明天|后天|下|$)",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"\b(?:about|regarding|tentang)\s+(.{1,160}?)(?=\s+(?:on|at|with|for|tomorrow|today)\b|[.;?!]|$)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“「](.{2,120}?)[\"”」]")
_REMIND = re.compile(r"\bremind\s+me\b|\breminder\b|提醒|\bingatkan\b", re.IGNORECASE)
_TO_DO = re.compile(r"\b(?:to|untuk)\s+(.{1,160}?)[.!?]?$|提醒我(.{1,160}?)[。！？]?$", re.IGNORECASE)
_CALL = re.compile(r"\b(?:a|the|phone|video)\s+call\b|\bcall\s+with\b|电话|通话|\bpanggilan\b", re.IGNORECASE)
_ONLINE = re.compile(r"\b(?:online|teams|video|virtual|remote)\b|线上|视频|dalam talian", re.IGNORECASE)


def _when(source: Source, is_asked: bool) -> str | None:  # noqa: ARG001
    """Day and time; a time alone is that of today, or of tomorrow when it has passed."""
    days, clock = days_ahead(source.text, source.today), time_of_day(source.text)
    if clock is None or (days and days[0] != days[1]):
        return None
    day = days[0] if days else source.today
    found = datetime.combine(day, clock)
    now = source.now.astimezone(ZoneInfo(source.user.timezone)).replace(tzinfo=None)
    if days is None and found <= now:
        found += timedelta(days=1)
    return found.isoformat(timespec="minutes")


def _minutes(source: Source, is_asked: bool) -> int | None:  # noqa: ARG001
    found = length(source.text)
    return int(found.total_seconds() // 60) if found else None


def _who(source: Source, is_asked: bool) -> str | None:  # noqa: ARG001
    found = _WITH.search(source.text)
    return (found[1] or found[2]).strip() if found else None


def _kind(source: Source, is_asked: bool) -> str:  # noqa: ARG001
    if _REMIND.search(source.text):
        return "reminder"
    return "call" if _CALL.search(source.text) else "meeting"


def _topic(source: Source, is_asked: bool) -> str | None:  # noqa: ARG001
    """What stands in quotes, after "remind me to", or after "about"."""
    for pattern in (_QUOTED, _TO_DO if _REMIND.search(source.text) else _ABOUT):
        if found := pattern.search(source.text):
            return next(part for part in found.groups() if part).strip()[:160]
    return None


def _online(source: Source, is_asked: bool) -> bool:  # noqa: ARG001
    return bool(_ONLINE.search(source.text))


class Slots(BaseModel):
    """When, how long, with whom and what for."""

    when: Annotated[
        datetime, SlotSpec("moment", WHEN, find=_when), Field(description="The user's local time.")
    ]
    minutes: (
        Annotated[int, SlotSpec("days", find=_minutes), Field(ge=5, le=1440, description="How long.")] | None
    ) = None
    who: Annotated[str, SlotSpec("text", find=_who), Field(max_length=160, description="A name.")] | None = (
        None
    )
    email: EmailSlot | None = None
    kind: Annotated[
        Literal["meeting", "call", "reminder"],
        SlotSpec("choice", find=_kind),
        Field(description="What it is; a reminder invites nobody."),
    ] = "meeting"
    topic: Annotated[
        str | None, SlotSpec("text", find=_topic), Field(max_length=160, description="What it is about.")
    ] = None
    online: Annotated[
        bool, SlotSpec("choice", find=_online), Field(description="Whether it is a Teams meeting.")
    ] = False


@skill("calendar_booking", slots=Slots)
def calendar_booking(ctx: SkillContext, slots: Slots) -> SkillResult:
    """Invite whom the words name, if there is only one; a reminder invites nobody."""
    who, email = slots.who or "", slots.email or ""
    if slots.kind == "reminder":
        who = email = ""
    elif who and not email and "@" not in who:
        person = meant_person(ctx, who)
        who, email = person.name or who, person.email
    subject = _subject(slots, who or email)
    end = slots.when + timedelta(minutes=slots.minutes or USUAL[slots.kind])
    made = ctx.call(
        create_event,
        subject=subject,
        start=slots.when,
        end=end,
        attendees=[email] if email else [],
        online=slots.online,
    )
    when = f"{slots.when:%A}, {slots.when.day} {slots.when:%B, %H:%M} to {end:%H:%M}"
    invited = f" {escape(email)} gets an invitation." if email else ""
    text = f"“{escape(subject)}” goes into your calendar: {when}.{invited} See the [outbox]({made.url})."
    return SkillResult(text=text, data=made.model_dump(mode="json"))


def _subject(slots: Slots, who: str) -> str:
    """`Call with Bella: prices`."""
    named = f"{slots.kind.capitalize()} with {who}" if who else slots.kind.capitalize()
    if not slots.topic:
        return named
    return f"{named}: {slots.topic}" if who or slots.kind == "reminder" else slots.topic
