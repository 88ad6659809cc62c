"""A pitch deck for one company."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, Field

from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.slots import CompanySlot, SlotSpec
from apps.assistant.slots.extraction import Source
from apps.core.languages import asked_language
from apps.core.markdown import escape
from apps.crm.tools import PitchDeck, build_pitch_deck

_COUNT = re.compile(
    r"(?<![\d.,])(\d{1,2}|three|four|five|six|seven|eight|nine|ten)[ -]?"
    r"(?:slides?|pages?|页|頁|张幻灯片|張投影片|slaid|halaman)(?![A-Za-z])",
    re.IGNORECASE,
)
_WORDS = {"three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}


def _slides(source: Source, _asked: bool) -> int | None:
    found = _COUNT.search(source.text)
    if found is None:
        return None
    said = found[1].casefold()
    return _WORDS.get(said) or int(said)


class Slots(BaseModel):
    """The company, and how many slides; without a number, the whole deck."""

    company: CompanySlot
    slides: Annotated[
        int, SlotSpec("slides", find=_slides), Field(description="How many slides, 3 to 12; 0 for all.", ge=0)
    ] = 0
    language: Annotated[
        str,
        SlotSpec("language", find=lambda source, _asked: asked_language(source.text) or None),
        Field(description="The language that was asked for; the deck is in English.", max_length=40),
    ] = ""


@skill("pitch_deck_generation", slots=Slots)
def pitch_deck_generation(ctx: SkillContext, slots: Slots) -> SkillResult:
    """Make the deck and say what is in it and where it comes from, and first of all what was not done."""
    made = ctx.call(build_pitch_deck, company=slots.company, slides=slots.slides)
    result = answer(made)
    if not_done := _not_done(slots, made):
        result.text = f"{not_done}\n\n{result.text}"
    return result


def _not_done(slots: Slots, made: PitchDeck) -> str:
    said = []
    if slots.language not in {"", "English"}:
        said.append(f"**The deck is in English:** I have no slides in {escape(slots.language)} yet.")
    if slots.slides and slots.slides != len(made.slides):
        said.append(f"**It has {len(made.slides)} slides, not {slots.slides}:** I can make 3 to 12.")
    return " ".join(said)


def answer(deck: PitchDeck) -> SkillResult:
    """The outline, and the sources as citations."""
    citations = [*([deck.lead] if deck.lead else []), *deck.sources]
    company = escape(deck.company)
    known = (
        f"It uses what the CRM knows of {company} [1]."
        if deck.lead
        else f"I know nothing of {company} beyond its name, so please complete the second slide."
    )
    start = 2 if deck.lead else 1
    cited = ", ".join(f"{escape(source.label)} [{n}]" for n, source in enumerate(deck.sources, start=start))
    ready = f"The pitch deck for **{company}** is ready: {len(deck.slides)} slides, editable in PowerPoint."
    parts = [
        f"{ready} {known}",
        "\n".join(f"{n}. {escape(title)}" for n, title in enumerate(deck.slides, start=1)),
    ]
    if cited:
        parts.append(f"Products, prices and figures come from {cited}. Sources are in the speaker notes.")
    return SkillResult(
        text="\n\n".join(parts), citations=citations, data=deck.model_dump(mode="json", exclude={"sources"})
    )
