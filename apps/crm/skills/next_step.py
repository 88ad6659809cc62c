"""What is to be done for a lead, and by when: a task of the CRM, or the day to follow up."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from django.utils import timezone
from pydantic import BaseModel, Field

from apps.accounts.models import User
from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.slots import SlotSpec
from apps.assistant.slots.extraction import Source
from apps.assistant.slots.moments import days_ahead, time_of_day
from apps.core.markdown import escape
from apps.crm.skills.lead_name import LeadNameSlot
from apps.crm.skills.meant import meant_lead
from apps.crm.skills.meant_company import meant_company
from apps.crm.tools import FoundLead, add_company_task, add_task, schedule_follow_up
from apps.crm.wording import citation

WHICH_DAY = "For which day? For example: on Wednesday, tomorrow at 3pm, 3 December."
#: The hour of a task without one, and of one for today that is late already.
MORNING, EVENING = time(9), time(23, 45)
MAX_TITLE = 160
_DAY = (
    r"(?:(?:next|this|coming) )?"
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?|week|month)"
    r"|the day after tomorrow|tomorrow|today|tonight|\d{1,2}(?:st|nd|rd|th)? [a-z]{3,9}(?: 20\d\d)?"
    r"|20\d\d-\d\d-\d\d"
    r"|[a-z]{3,9} \d{1,2}(?:st|nd|rd|th)?|\d{1,2}(?:[:.]\d\d)? ?(?:am|pm)|\d{1,2}:\d\d|morning|afternoon"
    r"|isnin|selasa|rabu|khamis|jumaat|sabtu|ahad|esok|lusa|hari ini|depan|pukul \d{1,2}(?: pagi| petang)?"
)
#: The end of a title that only says when; taken away a few times: "on Friday", "at 3pm".
_WHEN = re.compile(rf"[ ,]+(?:(?:on|by|before|until|at|for|pada|sebelum) )?(?:{_DAY})[.!? ]*$", re.IGNORECASE)
_WHEN_FIRST = re.compile(
    rf"^(?:(?:on|by|at|pada) )?(?:{_DAY})[,:]? (?:(?:at|pukul) )?(?:to |untuk )?", re.IGNORECASE
)
_TITLES = (
    re.compile(
        r"\b(?:tasks?|to-?do|reminder|tugas|tugasan)\b[^:：]{0,40}[:：]\s?(.{2,400})",
        re.IGNORECASE | re.DOTALL,
    ),
    re.compile(r"\b(?:remind me|reminder|task|to-?do)\b(.{0,60}?)\bto (.{2,400})", re.IGNORECASE | re.DOTALL),
    re.compile(
        r"\b(?:ingatkan saya|peringatan|tugas|tugasan)\b(?: untuk)? (.{2,400})", re.IGNORECASE | re.DOTALL
    ),
    re.compile(r"(?:提醒我|任务[:：]?|待办[:：]?)\s?(.{2,200})", re.DOTALL),
    re.compile(
        r"\b(?:add|create|new|make)(?: me)? (?:a |an )?(?:task|to-?do|reminder) (?:for|about) (.{2,400})",
        re.IGNORECASE,
    ),
)
_FOLLOW_UP = re.compile(r"\bfollow[- ]?(?:ing )?ups?\b|跟进|回访|\bsusulan\b", re.IGNORECASE)
_TASK = re.compile(
    r"\b(?:task|to-?do|remind(?:er)?|tugas\w*|ingatkan|peringatan)\b|任务|待办|提醒", re.IGNORECASE
)
_REMIND = re.compile(r"\bremind|提醒|\bingatkan|\bperingatan", re.IGNORECASE)


def _kind(source: Source, is_asked: bool) -> str:  # noqa: ARG001
    is_task = _TASK.search(source.text) or not _FOLLOW_UP.search(source.text)
    return "task" if is_task else "follow_up"


def _day(source: Source, is_asked: bool) -> str | None:  # noqa: ARG001
    """One day; "next week" is its first."""
    found = days_ahead(source.text, source.today)
    return found[0].isoformat() if found else None


def _clock(source: Source, is_asked: bool) -> str | None:  # noqa: ARG001
    found = time_of_day(source.text)
    return found.isoformat() if found else None


def _title(source: Source, is_asked: bool) -> str | None:  # noqa: ARG001
    return title_of(source.text) or None


def _remind(source: Source, is_asked: bool) -> bool:  # noqa: ARG001
    return bool(_REMIND.search(source.text))


def title_of(message: str) -> str:
    """What is to be done, in the person's words, without the when; "" when it is not said."""
    for pattern in _TITLES:
        if found := pattern.search(message):
            return _without_when(found.groups()[-1].strip())
    return ""


def _without_when(words: str) -> str:
    text = _WHEN_FIRST.sub("", words)
    for _each in range(4):
        text = _WHEN.sub("", text)
    text = text.strip(" .!?,;。！") or words
    return f"{text[0].upper()}{text[1:MAX_TITLE]}"


class Slots(BaseModel):
    """For whom, by when, and what."""

    company: LeadNameSlot
    day: Annotated[date, SlotSpec("day", WHICH_DAY, find=_day), Field(description="The day.")]
    kind: Annotated[
        Literal["task", "follow_up"],
        SlotSpec("choice", find=_kind),
        Field(description="A task, or only the day to follow up."),
    ] = "task"
    clock: Annotated[time, SlotSpec("time", find=_clock), Field(description="The time, if said.")] | None = (
        None
    )
    title: (
        Annotated[
            str, SlotSpec("text", find=_title), Field(max_length=200, description="What is to be done.")
        ]
        | None
    ) = None
    remind: Annotated[
        bool, SlotSpec("choice", find=_remind), Field(description="Whether to remind at that time.")
    ] = False


@skill("next_step", slots=Slots)
def next_step(ctx: SkillContext, slots: Slots) -> SkillResult:
    """A follow-up is a day of the lead; everything else a task, of the company for those without leads."""
    if not ctx.user.has_perm("crm.view_lead"):
        return _for_company(ctx, slots)
    row = meant_lead(ctx, slots.company)
    if isinstance(row, SkillResult):
        return row
    if slots.kind == "follow_up":
        return _follow_up(ctx, slots, row)
    due = due_at(slots, ctx.user)
    kept = ctx.call(
        add_task,
        lead_id=row.id,
        title=_named(slots, row.company),
        due_at=due,
        remind_at=due if slots.remind else None,
    )
    reminded = " I remind you then." if slots.remind else ""
    text = f"The task “{escape(kept.title)}” for **{escape(row.company)}** [1] is due {_when(due)}.{reminded}"
    return SkillResult(
        text=f"{text} It stands on the lead's page and in what waits for you.", citations=[citation(row)]
    )


def _follow_up(ctx: SkillContext, slots: Slots, row: FoundLead) -> SkillResult:
    ctx.call(schedule_follow_up, lead_id=row.id, day=slots.day)
    before = row.follow_up_date
    changed = f" It was {before.day} {before:%B %Y} before." if before and before != slots.day else ""
    when = f"{slots.day:%A}, {slots.day.day} {slots.day:%B %Y}"
    return SkillResult(
        text=f"The follow-up with **{escape(row.company)}** [1] is set for **{when}**.{changed}",
        citations=[citation(row)],
    )


def _for_company(ctx: SkillContext, slots: Slots) -> SkillResult:
    row = meant_company(ctx, slots.company)
    if isinstance(row, SkillResult):
        return row
    due, title = due_at(slots, ctx.user), _named(slots, row.company)
    ctx.call(add_company_task, company_id=row.id, title=title, due_at=due)
    return SkillResult(
        text=f"The task “{escape(title)}” for **{escape(row.company)}** [1] is due {_when(due)}.",
        citations=[row.citation],
    )


def _named(slots: Slots, company: str) -> str:
    return slots.title or f"Follow up with {company}"


def due_at(slots: Slots, user: User) -> datetime:
    """The moment in the user's zone; without a time in the morning, today at the end of the day."""
    zone = ZoneInfo(user.timezone)
    due = datetime.combine(slots.day, slots.clock or MORNING, zone)
    if slots.clock is None and due <= timezone.now():
        return datetime.combine(slots.day, EVENING, zone)
    return due


def _when(due: datetime) -> str:
    return f"on {due:%A}, {due.day} {due:%B %Y} at {due:%H:%M}"
