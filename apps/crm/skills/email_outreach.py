"""A mail to a lead: drafted, shown, and sent when a person agrees."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, Field

from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.slots import CompanySlot, SlotSpec
from apps.assistant.tools.mail import send_mail
from apps.assistant.tools.outgoing import Outgoing
from apps.core.markdown import escape
from apps.crm.outreach import NAMES
from apps.crm.skills.meant import meant_lead
from apps.crm.tools import OutreachDraft, build_pitch_deck, draft_outreach
from apps.crm.wording import citation

LetterSlot = Annotated[
    str,
    SlotSpec(
        "choice",
        "Which letter?",
        (
            ("followup", ("follow-up", "follow up", "following up", "reminder", "跟进", "susulan")),
            ("proposal", ("quote", "quotation", "offer", "提案", "报价", "cadangan")),
            ("intro", ("introduction", "introduce", "first mail", "cold", "介绍", "pengenalan")),
        ),
    ),
    Field(description="intro, followup or proposal; without it, the letter for the lead's stage."),
]
#: A language that is asked for; "Chinese" alone may be a cuisine.
_ASKED_IN = {
    "zh-Hant": re.compile(r"\b(?:in|into) traditional chinese\b|繁[体體]|正[体體]中文", re.IGNORECASE),
    "zh-Hans": re.compile(r"\b(?:in|into) simplified chinese\b|[简簡][体體]", re.IGNORECASE),
    "zh": re.compile(
        r"\b(?:in|into) (?:chinese|mandarin)\b|用?(?:中文|华文|華文|华语|華語)|bahasa cina",
        re.IGNORECASE,
    ),
    "ms": re.compile(
        r"\b(?:in|into) (?:bahasa )?(?:malay|melayu)\b|bahasa melayu|马来(?:文|语)", re.IGNORECASE
    ),
    "en": re.compile(r"\b(?:in|into) english\b|英文|英语|bahasa inggeris", re.IGNORECASE),
}
#: Who asks in Malay writes to somebody who reads it.
_MALAY = re.compile(r"\b(?:tulis|hantar|sediakan|draf|e-?mel|kepada|susulan)\b", re.IGNORECASE)
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2}")
_LANGUAGES = {"zh": "Simplified Chinese", "zh-Hant": "Traditional Chinese", "ms": "Malay"}
_DECK = re.compile(r"\b(deck|slides|presentation|powerpoint)\b|演示|幻灯片|slaid", re.IGNORECASE)


class Slots(BaseModel):
    """To whom, which letter, and a model's own words if it has any."""

    company: CompanySlot
    letter: LetterSlot | None = None
    subject: str = Field(default="", description="Your own subject; empty for the template's.")
    body: str = Field(default="", description="Your own text in Markdown; empty for the template's.")
    proposal: str = Field(default="", description="Id of the file of a proposal that goes with it.")


@skill("email_outreach", slots=Slots)
def email_outreach(ctx: SkillContext, slots: Slots) -> SkillResult:
    """Draft, attach a deck if one is wanted, and ask."""
    row = meant_lead(ctx, slots.company)
    if isinstance(row, SkillResult):
        return row
    made = ctx.call(
        draft_outreach,
        lead_id=row.id,
        letter=slots.letter or "",
        language=_language(ctx.message),
        proposal_id=slots.proposal,
    )
    files = [slots.proposal] if slots.proposal else []
    if _DECK.search(ctx.message):
        files.append(ctx.call(build_pitch_deck, company=made.lead.company).artifact_id)
    ctx.say(_announced(made, with_deck=len(files) > bool(slots.proposal), with_proposal=bool(slots.proposal)))
    sent = ctx.call(
        send_mail,
        to=[made.to],
        subject=slots.subject.strip() or made.subject,
        body=slots.body.strip() or made.body,
        artifact_ids=files,
        lead_id=row.id,
    )
    citations = [citation(made.lead), *([made.template] if made.template else [])]
    return SkillResult(text=_outcome(made, sent), citations=citations, data=sent.model_dump(mode="json"))


def _language(message: str) -> str:
    """The language that the words ask for, by name or by being in it; "" leaves it to the lead's names."""
    for language, sign in _ASKED_IN.items():
        if sign.search(message):
            return language
    if _CHINESE.search(message):
        return "zh"
    return "ms" if _MALAY.search(message) else ""


def _announced(made: OutreachDraft, *, with_deck: bool, with_proposal: bool) -> str:
    """What was drafted and why so: it is said before a person is asked."""
    article = "an" if made.what[0] in "aeiou" else "a"
    language = f" in {_LANGUAGES[made.language]}" if made.language in _LANGUAGES else ""
    template = ", from our template [2]" if made.template else ""
    files = " The proposal goes with it, and its prices stand in the mail." if with_proposal else ""
    files += " The pitch deck goes with it." if with_deck else ""
    return (
        f"I drafted {article} {made.what} mail{language} to **{escape(made.lead.company)}** [1]"
        f" ({escape(made.to)}){template}: {made.because}.{files}\n\n"
        f"{_hints(made)}"
    )


def _hints(made: OutreachDraft) -> str:
    """What whoever agrees should know first: other mails to the same person, and a complaint."""
    hints = []
    if made.complaint:
        sells = made.what in {NAMES["introduce"], NAMES["propose"]}
        done = (
            "This mail does not mention it: a call first may be better." if sells else "So it sells nothing."
        )
        hints.append(f"**A complaint is not settled yet.** {escape(made.complaint, 400)}. {done}")
    if made.waiting:
        mails = "1 other mail" if made.waiting == 1 else f"{made.waiting} other mails"
        waits = "waits" if made.waiting == 1 else "wait"
        hints.append(f"**{mails} to {escape(made.to)} {waits} for approval.** Agree to one of them only.")
    return "".join(f"{hint}\n\n" for hint in hints)


def _outcome(made: OutreachDraft, sent: Outgoing) -> str:
    """What happens next, or why nothing does."""
    if sent.status == "kept":
        return (
            f"{sent.note} Open the file in your mail program to send it; then log the contact with the lead."
        )
    again = f"{made.follow_up:%A}, {made.follow_up.day} {made.follow_up:%B %Y}"
    return (
        f"The mail “{escape(sent.title)}” is in the [outbox]({sent.url}) and leaves now. Once it has left it"
        f" stands on the timeline of {escape(made.lead.company)}, and a new lead counts as contacted."
        f" If nobody answers, write or call again on {again}."
    )
