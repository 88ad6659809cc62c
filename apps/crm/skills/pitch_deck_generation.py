"""A pitch deck for one company."""

from __future__ import annotations

from pydantic import BaseModel

from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.slots import CompanySlot
from apps.core.markdown import escape
from apps.crm.tools import PitchDeck, build_pitch_deck


class Slots(BaseModel):
    """The company."""

    company: CompanySlot


@skill("pitch_deck_generation", slots=Slots)
def pitch_deck_generation(ctx: SkillContext, slots: Slots) -> SkillResult:
    """Make the deck and say what is in it and where it comes from."""
    return answer(ctx.call(build_pitch_deck, company=slots.company))


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
