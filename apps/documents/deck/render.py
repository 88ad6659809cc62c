"""A deck to the bytes of an editable PowerPoint file."""

from __future__ import annotations

import io
from datetime import UTC, datetime, time
from typing import Any

from pptx import Presentation

from apps.documents.brand import load_brand
from apps.documents.deck import pages, panels
from apps.documents.deck.masters import master_path
from apps.documents.deck.pages import Draw, Stage
from apps.documents.deck.slides import (
    BulletsSlide,
    CardsSlide,
    ChartSlide,
    ClosingSlide,
    Deck,
    QuoteSlide,
    Slide,
    StepsSlide,
    TableSlide,
    TitleSlide,
)

_DRAW: dict[type[Slide], Draw] = {
    TitleSlide: pages.cover,
    BulletsSlide: pages.bullets,
    CardsSlide: panels.cards,
    TableSlide: pages.table,
    ChartSlide: pages.chart,
    QuoteSlide: pages.quote,
    StepsSlide: panels.steps,
    ClosingSlide: pages.closing,
}


def render_deck(deck: Deck) -> bytes:
    """The deck as PPTX on its master. No text is smaller than 12 pt and none leaves its box: what does not
    fit goes on to a further slide, and a single text that fits nowhere is shortened. Titles stand whole in
    the notes.
    """
    presentation = Presentation(str(master_path(deck.master)))
    stage = Stage(presentation, load_brand(), deck.footer or deck.title)
    for slide in deck.slides:
        notes = _notes(slide)
        for canvas in _DRAW[type(slide)](stage, slide):
            canvas.slide.notes_slide.notes_text_frame.text = notes
    _set_properties(presentation.core_properties, deck)
    buffer = io.BytesIO()
    presentation.save(buffer)
    return buffer.getvalue()


def _notes(slide: Slide) -> str:
    parts = [slide.title, slide.notes]
    if slide.sources:
        parts.append("Sources:\n" + "\n".join(f"- {source}" for source in slide.sources))
    return "\n\n".join(part for part in parts if part)


def _set_properties(properties: Any, deck: Deck) -> None:
    moment = datetime.combine(deck.prepared_on, time(), UTC)
    properties.title = deck.title[:250]
    properties.author = properties.last_modified_by = deck.author[:250]
    properties.keywords = ", ".join(deck.keywords)[:250]
    properties.language = deck.language
    properties.created = properties.modified = moment
    properties.revision = 1
