"""A deck to the bytes of an editable PowerPoint file."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, time
from typing import Any

from pptx import Presentation

from apps.documents.brand import load_brand
from apps.documents.charts import Chart
from apps.documents.content import Column
from apps.documents.deck import pages, panels
from apps.documents.deck.masters import master_path
from apps.documents.deck.pages import Draw, Stage
from apps.documents.deck.setting import PAPER
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

#: Titles begin the notes anyway.
_NOT_DRAWN = {"title", "notes", "sources"}
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


def render_deck(deck: Deck, *, master: bytes | None = None) -> bytes:
    """The deck as PPTX on its master, by default the file of the knowledge folder.

    No text is smaller than 12 pt and none leaves its box: what does not fit goes on to a further slide, and a
    single text that fits nowhere is shortened and stands whole in the notes.
    """
    content = master if master is not None else master_path(deck.master).read_bytes()
    presentation = Presentation(io.BytesIO(content))
    _remove_slides(presentation)
    brand = load_brand()
    # Grey cannot be read on coral.
    quiet = PAPER if deck.master == "overview" else brand.mist
    stage = Stage(presentation, brand, deck.footer or deck.title, quiet)
    for slide in deck.slides:
        drawn = [canvas.slide for canvas in _DRAW[type(slide)](stage, slide)]
        notes = _notes(slide, drawn)
        for page in drawn:
            page.notes_slide.notes_text_frame.text = notes
    _set_properties(presentation.core_properties, deck)
    buffer = io.BytesIO()
    presentation.save(buffer)
    return buffer.getvalue()


def _remove_slides(presentation: Any) -> None:
    """Slides that somebody left in the master as examples."""
    listed = presentation.slides._sldIdLst
    for entry in list(listed):
        presentation.part.drop_rel(entry.rId)
        listed.remove(entry)


def _notes(slide: Slide, drawn: Sequence[Any]) -> str:
    parts = [slide.title, slide.notes]
    cut = _shortened(slide, drawn)
    if cut:
        parts.append("In full, where the slide is shortened:\n" + "\n".join(f"- {text}" for text in cut))
    if slide.sources:
        parts.append("Sources:\n" + "\n".join(f"- {source}" for source in slide.sources))
    return "\n\n".join(part for part in parts if part)


def _shortened(slide: Slide, drawn: Sequence[Any]) -> list[str]:
    """Texts that were given and do not stand whole on what was drawn."""
    seen = "".join(_squeezed(text) for page in drawn for text in _texts(page))
    given = [
        text
        for field in fields(slide)
        if field.name not in _NOT_DRAWN
        for text in _strings(getattr(slide, field.name))
    ]
    return list(dict.fromkeys(text for text in given if _squeezed(text) not in seen))


def _texts(page: Any) -> Iterator[str]:
    for shape in page.shapes:
        if shape.has_text_frame:
            yield shape.text_frame.text
        elif shape.has_table:
            yield from (cell.text for row in shape.table.rows for cell in row.cells)


def _strings(value: Any) -> Iterator[str]:
    """Every text inside, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, Chart):
        yield from (value.title, value.note)
    elif isinstance(value, Column):
        yield value.label
    elif is_dataclass(value):
        for field in fields(value):
            yield from _strings(getattr(value, field.name))


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _set_properties(properties: Any, deck: Deck) -> None:
    moment = datetime.combine(deck.prepared_on, time(), UTC)
    properties.title = deck.title[:250]
    properties.author = properties.last_modified_by = deck.author[:250]
    properties.keywords = ", ".join(deck.keywords)[:250]
    properties.language = deck.language
    properties.created = properties.modified = moment
    properties.revision = 1
