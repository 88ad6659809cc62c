"""What is in the user's own calendar."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.slots import SlotSpec
from apps.assistant.slots.extraction import Source
from apps.assistant.slots.moments import days_ahead
from apps.assistant.slots.types import PeriodValue
from apps.assistant.tools.calendar import CalendarEvent, list_events
from apps.core.markdown import escape

#: Without a day in the question.
DAYS = 7
SHOWN = 40


def _days(source: Source, is_asked: bool) -> dict[str, str]:  # noqa: ARG001
    first, last = days_ahead(source.text, source.today) or (
        source.today,
        source.today + timedelta(days=DAYS - 1),
    )
    return {"start": first.isoformat(), "last_day": last.isoformat()}


class Slots(BaseModel):
    """Which days; without any, the coming week."""

    days: Annotated[
        PeriodValue, SlotSpec("period", "Which day?", find=_days), Field(description="First and last day.")
    ]


@skill("calendar_reading", slots=Slots)
def calendar_reading(ctx: SkillContext, slots: Slots) -> SkillResult:
    """The events of the days in order, each day under its name."""
    start = datetime.combine(slots.days.start, time())
    end = datetime.combine(slots.days.last_day + timedelta(days=1), time())
    events = [
        event for event in ctx.call(list_events, start=start, end=end, limit=SHOWN) if not event.is_cancelled
    ]
    span = _span(slots.days.start, slots.days.last_day)
    if not events:
        return SkillResult(text=f"Nothing is in your calendar {span}: you are free.")
    zone = ZoneInfo(ctx.user.timezone)
    lines: list[str] = []
    shown: date | None = None
    for event in sorted(events, key=lambda one: one.start):
        begins = event.start.astimezone(zone)
        if begins.date() != shown:
            shown = begins.date()
            lines.append(f"\n**{begins:%A}, {begins.day} {begins:%B %Y}**\n")
        lines.append(_line(event, zone))
    amount = "1 event" if len(events) == 1 else f"{len(events)} events"
    return SkillResult(text="\n".join([f"{amount} in your calendar {span}:", *lines]))


def _span(first: date, last: date) -> str:
    if first == last:
        return f"on {first:%A}, {first.day} {first:%B}"
    return f"from {first.day} {first:%B} to {last.day} {last:%B}"


def _line(event: CalendarEvent, zone: ZoneInfo) -> str:
    """When, what, where and with whom: other people's words, shown as they are."""
    begins, ends = event.start.astimezone(zone), event.end.astimezone(zone)
    all_day = ends - begins >= timedelta(days=1) and begins.time() == time()
    when = "All day" if all_day else f"{begins:%H:%M}–{ends:%H:%M}"
    where = f", {escape(event.location, 80)}" if event.location else ""
    people = f", with {escape(', '.join(event.attendees), 120)}" if event.attendees else ""
    return f"- {when} {escape(event.subject or '(no subject)', 120)}{where}{people}"
