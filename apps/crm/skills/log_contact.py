"""Write down that somebody spoke or wrote to a lead or a customer."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

from django.utils import timezone
from pydantic import BaseModel, Field

from apps.accounts.models import User
from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.slots import SlotSpec
from apps.assistant.slots.extraction import Source
from apps.assistant.slots.moments import time_of_day
from apps.core.markdown import escape
from apps.core.periods import local_today
from apps.crm.choices import ActivityKind
from apps.crm.skills.lead_name import LeadNameSlot
from apps.crm.skills.meant import meant_lead
from apps.crm.skills.meant_company import meant_company
from apps.crm.skills.past_day import day_said
from apps.crm.tools import log_activity, log_company_contact
from apps.crm.wording import citation

KindSlot = Annotated[
    str,
    SlotSpec(
        "choice",
        "Was it a call, an e-mail, a meeting or a message?",
        (
            ("email", ("emailed", "e-mailed", "mailed", "e-mail", "邮件", "emel")),
            ("message", ("messaged", "whatsapp", "texted", "短信", "微信", "mesej")),
            (
                "meeting",
                (
                    "met",
                    "meeting",
                    "visited",
                    "visit",
                    "demo at",
                    "见",
                    "拜访",
                    "开会",
                    "berjumpa",
                    "jumpa",
                    "bertemu",
                    "melawat",
                ),
            ),
            (
                "call",
                ("called", "phoned", "rang", "spoke", "talked", "电话", "menelefon", "telefon", "bercakap"),
            ),
        ),
    ),
    Field(description="What it was."),
]
#: What was said follows the first sign that ends the part about who and how.
_NOTE = re.compile(r"[,;:.–—]\s+(.+)|[，；。：]\s?(.+)|\s(?:and|who|dan)\s+(.+)", re.DOTALL)
#: "Yesterday, I met …": the comma behind the day ends no part.
_DAY_FIRST = re.compile(
    r"^\s?[^,，.;:]{3,24}[,，]\s?(?=(?:i|we|saya|kami|just|met|called|我|我们)(?:\b|[\u4e00-\u9fff]))",
    re.IGNORECASE,
)
MAX_NOTE = 2_000
WHICH_DAY = "On which day was it? I write down what has happened: yesterday, on Monday, 3 November …"
#: The hour of a day that was said without one.
NOON = time(12)


def _note(source: Source, is_asked: bool) -> str | None:  # noqa: ARG001
    return note_of(source.whole) or None


def _on(source: Source, is_asked: bool) -> str | None:
    """The day, only from the part about who and how: "they want a demo next week" says nothing of it."""
    found = day_said(source.text if is_asked else head_of(source.text), source.today)
    return found.isoformat() if found else None


def _clock(source: Source, is_asked: bool) -> str | None:
    found = time_of_day(source.text if is_asked else head_of(source.text))
    return found.isoformat() if found else None


class Slots(BaseModel):
    """With whom, how, when, and what was said."""

    company: LeadNameSlot
    on: Annotated[
        date, SlotSpec("day", WHICH_DAY, find=_on), Field(description="The day; never one to come.")
    ]
    kind: KindSlot
    clock: Annotated[time, SlotSpec("time", find=_clock), Field(description="The time, if said.")] | None = (
        None
    )
    note: (
        Annotated[str, SlotSpec("text", find=_note), Field(max_length=MAX_NOTE, description="What was said.")]
        | None
    ) = None


@skill("log_contact", slots=Slots)
def log_contact(ctx: SkillContext, slots: Slots) -> SkillResult:
    """Keeps the words after the company as the note: about the lead, for those who work on none about the
    company.
    """
    if not ctx.user.has_perm("crm.view_lead"):
        return _about_company(ctx, slots)
    row = meant_lead(ctx, slots.company)
    if isinstance(row, SkillResult):
        return row
    kind, note = ActivityKind(slots.kind), slots.note or ""
    at = moment(slots, ctx.user)
    kept = ctx.call(log_activity, lead_id=row.id, kind=kind, note=note, at=at)
    text = _said(kind, kept.company, note, slots.on, ctx.user)
    if kept.status != row.status:
        text += f"\n\nThe lead is at the stage **{kept.stage}** now."
    return SkillResult(text=text, citations=[citation(kept)])


def _about_company(ctx: SkillContext, slots: Slots) -> SkillResult:
    row = meant_company(ctx, slots.company)
    if isinstance(row, SkillResult):
        return row
    kind, note = ActivityKind(slots.kind), slots.note or ""
    kept = ctx.call(log_company_contact, company_id=row.id, kind=kind, note=note, at=moment(slots, ctx.user))
    return SkillResult(text=_said(kind, kept.company, note, slots.on, ctx.user), citations=[kept.citation])


def moment(slots: Slots, user: User) -> datetime | None:
    """When it was; None for just now."""
    if slots.on == local_today(user.timezone):
        if slots.clock is None:
            return None
        at = datetime.combine(slots.on, slots.clock, ZoneInfo(user.timezone))
        return at if at <= timezone.now() else None
    return datetime.combine(slots.on, slots.clock or NOON, ZoneInfo(user.timezone))


def _said(kind: ActivityKind, company: str, note: str, on: date, user: User) -> str:
    when = "just now" if on == local_today(user.timezone) else f"on {on:%A}, {on.day} {on:%B %Y}"
    text = f"I wrote down a {str(kind.label).lower()} with **{escape(company)}** [1] {when}"
    return text + (f": {escape(note, 400)}" if note else ".")


def head_of(message: str) -> str:
    """The part about who, how and when."""
    first = _DAY_FIRST.match(message)
    start = first.end() if first else 0
    found = _NOTE.search(message, start)
    return message[: found.start()] if found else message


def note_of(message: str) -> str:
    """What was said, from "I called ABC, they want a demo"; "" when nothing follows."""
    first = _DAY_FIRST.match(message)
    found = _NOTE.search(message, first.end() if first else 0)
    return next((part.strip() for part in found.groups() if part), "")[:MAX_NOTE] if found else ""
