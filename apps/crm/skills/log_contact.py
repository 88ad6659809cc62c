"""Write down that somebody spoke or wrote to a lead or a customer."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, Field

from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.slots import CompanySlot, SlotSpec
from apps.core.markdown import escape
from apps.crm.choices import ActivityKind
from apps.crm.skills.meant import meant_lead
from apps.crm.skills.meant_company import meant_company
from apps.crm.tools import log_activity, log_company_contact
from apps.crm.wording import citation

KindSlot = Annotated[
    str,
    SlotSpec(
        "choice",
        "Was it a call, an e-mail, a meeting or a message?",
        (
            ("email", ("emailed", "e-mailed", "mailed", "e-mail")),
            ("message", ("messaged", "whatsapp", "texted")),
            ("meeting", ("met", "visited", "visit", "demo at")),
            ("call", ("called", "phoned", "rang", "spoke", "talked")),
        ),
    ),
    Field(description="What it was."),
]
#: What was said follows the first sign that ends the part about who and how.
_NOTE = re.compile(r"[,;:.–—]\s+(.+)|\s(?:and|who)\s+(.+)", re.DOTALL)
MAX_NOTE = 2_000


class Slots(BaseModel):
    """With whom, and how."""

    company: CompanySlot
    kind: KindSlot


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
    kind = ActivityKind(slots.kind)
    note = note_of(ctx.message)
    kept = ctx.call(log_activity, lead_id=row.id, kind=kind, note=note)
    text = _said(kind, kept.company, note)
    if kept.status != row.status:
        text += f"\n\nThe lead is at the stage **{kept.stage}** now."
    return SkillResult(text=text, citations=[citation(kept)])


def _about_company(ctx: SkillContext, slots: Slots) -> SkillResult:
    row = meant_company(ctx, slots.company)
    if isinstance(row, SkillResult):
        return row
    kind, note = ActivityKind(slots.kind), note_of(ctx.message)
    kept = ctx.call(log_company_contact, company_id=row.id, kind=kind, note=note)
    return SkillResult(text=_said(kind, kept.company, note), citations=[kept.citation])


def _said(kind: ActivityKind, company: str, note: str) -> str:
    text = f"I wrote down a {str(kind.label).lower()} with **{escape(company)}** [1] just now"
    return text + (f": {escape(note, 400)}" if note else ".")


def note_of(message: str) -> str:
    """What was said, from "I called ABC, they want a demo"; "" when nothing follows."""
    found = _NOTE.search(message)
    return next((part.strip() for part in found.groups() if part), "")[:MAX_NOTE] if found else ""
