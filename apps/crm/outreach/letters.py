"""Which letter a lead gets, and what is put into it: from the CRM's row and the knowledge of our products.

What colleagues noted about a lead never goes into a letter; it only decides which of our products is named
and whether a call was answered.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Literal
from zoneinfo import ZoneInfo

from apps.accounts.models import User
from apps.crm.choices import ActivityKind, LeadStatus, LostReason
from apps.crm.models import Lead
from apps.crm.outreach import offers
from apps.crm.outreach.contact import LastContact
from apps.crm.outreach.evidence import Complaint, has_proposal
from apps.crm.outreach.offers import Offer
from apps.crm.outreach.speech import Language, day_in, is_chinese, month_in, weekday_in, words, working_day
from apps.documents.compose.recommendation import Recommendation, recommend
from apps.knowledge import selectors as knowledge

LetterName = Literal["intro", "followup", "proposal"]
#: What a letter has to do, whatever it was asked for as: introduce us, thank for a talk, remind of a mail or
#: a call that nobody took, open an old conversation again, ask a customer how it goes, listen to who has
#: complained, or carry a proposal.
Aim = Literal["introduce", "thank", "remind", "reopen", "care", "settle", "propose"]

NAMES: dict[Aim, str] = {
    "introduce": "introduction",
    "thank": "follow-up",
    "remind": "follow-up",
    "reopen": "re-opening",
    "care": "customer",
    "settle": "apology",
    "propose": "proposal",
}
#: The template of each aim; an apology has none, for each of them sells something.
TEMPLATES: dict[Aim, str] = {
    "settle": "",
    "introduce": "emails/intro.html",
    "thank": "emails/followup.html",
    "remind": "emails/intro.html",
    "reopen": "emails/intro.html",
    "care": "emails/intro.html",
    "propose": "emails/proposal.html",
}
#: Days ahead on which a meeting is proposed: time to read and answer, soon enough to matter.
SOON, LATE = timedelta(days=3), timedelta(days=21)
#: What the words of an industry mean for the sentences of `words.yaml`; the first that fits.
_KINDS = {
    "cafe": r"caf[eé]|coffee|kopi|tea\b|咖啡|茶",
    "bakery": r"baker|cake|pastry|dessert|烘焙|面包|麵包|roti",
    "fine": r"fine dining",
    "fast": r"fast|casual|quick",
    "hotel": r"hotel|resort|酒店",
    "bar": r"\bbars?\b|pub\b|酒吧",
    "spa": r"spa\b|beauty|salon|wellness|美容",
    "shop": r"retail|shop|store|mall|零售",
    "restaurant": r"f\s*&\s*b|restaurant|dining|food|eatery|餐|饭|飯|restoran",
}
#: In Chinese a foreign name stands between spaces.
_SCRIPTS_MEET = re.compile(r"(?<=[\u4e00-\u9fff])(?=[A-Za-z])|(?<=[A-Za-z])(?=[\u4e00-\u9fff])")
_ONE_SIDED = {ActivityKind.EMAIL: "mail", ActivityKind.MESSAGE: "message", ActivityKind.CALL: "phone"}


@dataclass(frozen=True)
class Occasion:
    """All that decides what a letter says."""

    lead: Lead
    user: User
    now: datetime
    language: Language
    last: LastContact | None
    complaint: Complaint | None = None
    offer: Offer | None = None

    @cached_property
    def today(self) -> date:
        """The user's calendar day."""
        return self.now.astimezone(ZoneInfo(self.user.timezone)).date()

    @cached_property
    def modules(self) -> tuple[Recommendation, ...]:
        """What of ours suits them, the most fitting first."""
        return recommend(knowledge.products(), f"{self.lead.industry} {self.lead.notes}")

    @cached_property
    def meet(self) -> date:
        """The day to propose: the planned follow-up if it lies in the next weeks, else the next good day."""
        planned = self.lead.follow_up_date
        in_time = planned and self.today + timedelta(days=1) < planned <= self.today + LATE
        return working_day(planned if planned and in_time else self.today + SOON)

    def filled(self, sentence: str) -> str:
        """A sentence of the letter's language about this lead."""
        known = words(self.language)
        place = self.lead.location.partition(",")[0].strip()
        named = bool(place) and place.casefold() not in self.lead.company_name.casefold()
        last = self.last.on if self.last else self.today
        said = sentence.format(
            company=self.lead.company_name,
            sender=self.user.name or self.user.email,
            kind=known["kinds"][_kind(self.lead)],
            place=known["place"].format(place=place) if named else "",
            product=self.modules[0].product.name,
            benefit=_benefit(self.modules[0], self.language),
            day=day_in(self.language, last, today=self.today),
            month=month_in(self.language, last, today=self.today),
            meet=weekday_in(self.language, self.meet, today=self.today),
        )
        return _SCRIPTS_MEET.sub(" ", said) if is_chinese(self.language) else said


def fitting(lead: Lead, last: LastContact | None) -> LetterName:
    """The letter that the lead's stage asks for, seen how long nobody has spoken to them."""
    if lead.status in {LeadStatus.NEW, LeadStatus.CONTACTED} and last is None:
        return "intro"
    if lead.status == LeadStatus.PROPOSAL and (last is None or last.is_recent):
        return "proposal"
    return "followup"


def aim_of(letter: LetterName, occasion: Occasion) -> Aim:
    """What the letter has to do. An introduction that was asked for stays one."""
    if letter != "followup":
        return "introduce" if letter == "intro" else "propose"
    if occasion.complaint:
        return "settle"
    if occasion.lead.status == LeadStatus.CLOSED_WON:
        return "care"
    return _next_word(occasion.last)


def _next_word(last: LastContact | None) -> Aim:
    if last is not None and not last.is_recent:
        return "reopen"
    return "thank" if last is not None and last.spoke else "remind"


def content(aim: Aim, occasion: Occasion) -> dict[str, Any]:
    """What the template of the letter is filled with; see `knowledge/templates/templates.yaml`."""
    user = occasion.user
    shared = {
        "recipient_name": occasion.lead.contact_name,
        "company_name": occasion.lead.company_name,
        "sender_name": user.name or user.email,
        "sender_title": user.department.name if user.department else "Mezzofy",
        "sender_email": user.email,
        "language": occasion.language,
        "year": occasion.today.year,
        "preheader": "",
    }
    return {**shared, **CONTENT[aim](occasion)}


def _introduce(given: Occasion) -> dict[str, Any]:
    return _letter(given, "introduce", words(given.language)["introduce"])


def _remind(given: Occasion) -> dict[str, Any]:
    known = words(given.language)["remind"]
    return _letter(given, "remind", known[_ONE_SIDED[given.last.kind] if given.last else "unknown"])


def _reopen(given: Occasion) -> dict[str, Any]:
    known = words(given.language)
    sentences = [known["reopen"]["spoke" if given.last and given.last.spoke else "wrote"]]
    if given.lead.lost_reason in {LostReason.TIMING, LostReason.NO_BUDGET}:
        sentences.append(known["reopen_timing"])
    gap = "" if is_chinese(given.language) else " "
    return _letter(given, "reopen", gap.join([*sentences, known["reopen_reason"]]))


def _care(given: Occasion) -> dict[str, Any]:
    return _letter(given, "care", words(given.language)["care"])


def _settle(given: Occasion) -> dict[str, Any]:
    return _letter(given, "settle", words(given.language)["settle"])


def _letter(given: Occasion, aim: Aim, opening: str) -> dict[str, Any]:
    """Why we write and what is in it for them, then one question."""
    known = words(given.language)
    return {
        "subject": given.filled(known["subjects"][aim]),
        "opening": given.filled(opening),
        "points": [],
        "call_to_action": given.filled(known["questions"][aim]),
    }


def _thank(given: Occasion) -> dict[str, Any]:
    """After a talk: what they heard of, and the next step with its day."""
    assert given.last is not None
    known = words(given.language)
    kind = given.last.kind if given.last.kind in known["last_contact"] else ActivityKind.CONTACT
    in_talks = given.lead.status == LeadStatus.PROPOSAL and has_proposal(given.lead)
    which = "thank_proposal" if in_talks else "thank"
    return {
        "subject": given.filled(known["subjects"]["thank"]),
        "last_contact": given.filled(known["last_contact"][kind]),
        "opening": given.filled(known[which]),
        "agreed": [],
        "next_step": given.filled(known["questions"][which]),
        "next_step_date": weekday_in(given.language, given.meet, today=given.today),
    }


def _propose(given: Occasion) -> dict[str, Any]:
    """In English: plans and prices are said in the words of the price book."""
    offer = given.offer or offers.suiting(given.modules, user=given.user, today=given.today)
    return {
        "language": "en",
        "subject": f"Our proposal for {given.lead.company_name}",
        "preheader": f"{offer.plan}, valid until {offer.valid_until}",
        "opening": f"{_before_proposal(given)} This is what I propose for {given.lead.company_name}.",
        "plan_name": offer.plan,
        "lines": [{"label": label, "amount": amount} for label, amount in offer.lines],
        "total_label": "First year",
        "total": offer.total,
        "currency": "",
        "tax_note": knowledge.pricing().tax_note,
        "valid_until": offer.valid_until,
        "attachments": [offer.file] if offer.file else [],
        "in_conversation": bool(given.last and given.last.spoke and given.last.is_recent),
        "call_to_action": (
            "Shall we go ahead? Reply with “yes” and I send the agreement, or tell me what is missing."
        ),
    }


def _before_proposal(given: Occasion) -> str:
    """How a proposal begins: nobody is thanked for a talk that never was, or was a year ago."""
    if given.last is None or not given.last.spoke:
        return f"I am {given.user.name or given.user.email} from Mezzofy."
    if not given.last.is_recent:
        return given.filled("We last spoke in {month}; the prices below are those of today.")
    kinds = words("en")["last_contact"]
    return given.filled(f"Thank you for {kinds.get(given.last.kind, kinds[ActivityKind.CONTACT])}.")


def _benefit(item: Recommendation, language: Language) -> str:
    """The one sentence that speaks to them: by their own topics, and plain rather than with a list in it."""
    if language != "en":
        return str(words(language)["benefits"][item.product.id])
    spoken = [topic.casefold() for topic in item.topics]
    best = max(
        item.product.benefits,
        key=lambda text: (sum(topic in text.casefold() for topic in spoken), ":" not in text),
    )
    return _lower(best)


def _kind(lead: Lead) -> str:
    found = (kind for kind, sign in _KINDS.items() if re.search(sign, lead.industry, re.IGNORECASE))
    return next(found, "other")


def _lower(text: str) -> str:
    """As part of a sentence: an abbreviation or a name at its beginning stays as it is."""
    first = text.split(" ", 1)[0]
    return text[0].lower() + text[1:] if first[1:].islower() and "-" not in first else text


CONTENT: dict[Aim, Callable[[Occasion], dict[str, Any]]] = {
    "introduce": _introduce,
    "thank": _thank,
    "remind": _remind,
    "reopen": _reopen,
    "care": _care,
    "settle": _settle,
    "propose": _propose,
}
