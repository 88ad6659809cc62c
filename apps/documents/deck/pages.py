"""One function for each kind of slide: from what it says to one or more drawn slides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from pptx.enum.text import MSO_ANCHOR

from apps.documents.brand import Brand
from apps.documents.deck import tables
from apps.documents.deck.canvas import Canvas
from apps.documents.deck.charts import add_chart
from apps.documents.deck.geometry import (
    BODY,
    CLOSING_BODY,
    CLOSING_CONTACT,
    COVER_BYLINE,
    COVER_SUBTITLE,
    COVER_TITLE,
    POINTS_PER_INCH,
    Box,
)
from apps.documents.deck.pagination import fill_pages, split_paragraph
from apps.documents.deck.setting import (
    CORAL,
    INK,
    MIN_SIZE,
    PAPER,
    Color,
    Para,
    clipped,
    fitted,
    height,
    single_size,
)
from apps.documents.deck.slides import (
    Bullet,
    BulletsSlide,
    ChartSlide,
    ClosingSlide,
    QuoteSlide,
    TableSlide,
    TitleSlide,
)

_NOTE_HEIGHT = 0.42


@dataclass(frozen=True)
class Stage:
    """Adds slides: by layout name, with the title already set."""

    presentation: Any
    brand: Brand
    footer: str
    #: Of further words on the ground of cover and closing.
    quiet: Color

    def add(self, layout: str, title: str, *, part: int = 1) -> Canvas:
        """A new slide with title, footer and number; later parts of the same say so."""
        canvas = self.bare(layout)
        canvas.title(title, suffix="" if part == 1 else f" ({_('continued')})")
        canvas.footer(self.footer)
        return canvas

    def bare(self, layout: str) -> Canvas:
        """A new slide with nothing set."""
        found = next(item for item in self.presentation.slide_layouts if item.name == layout)
        return Canvas(self.presentation.slides.add_slide(found), self.brand)


Pages = list[Canvas]


def cover(stage: Stage, slide: TitleSlide) -> Pages:
    """The first slide."""
    canvas = stage.bare("Cover")
    canvas.title(slide.title, COVER_TITLE, (40.0, 36.0, 32.0, 28.0, 24.0, 20.0, 16.0), PAPER)
    subtitle, size = single_size(slide.subtitle, COVER_SUBTITLE, (20.0, 18.0, 16.0, 14.0))
    canvas.placeholder(1, [Para(subtitle, size, color=stage.quiet)] if subtitle else [])
    byline, size = single_size(slide.byline, COVER_BYLINE, (14.0, 13.0, MIN_SIZE))
    canvas.placeholder(13, [Para(byline, size, color=PAPER)] if byline else [], MSO_ANCHOR.BOTTOM)
    return [canvas]


def bullets(stage: Stage, slide: BulletsSlide) -> Pages:
    """Points at the largest size at which they fit one slide; at 16 pt on as many slides as they need."""
    for size in (22.0, 20.0, 18.0, 16.0):
        blocks = _bullet_blocks(slide, size, stage.brand)
        groups = fill_pages([height(block, BODY.width_pt) for block in blocks], BODY.height_pt, _gaps(blocks))
        if len(groups) == 1:
            break
    pages: Pages = []
    for part, page in enumerate(groups, start=1):
        canvas = stage.add("Content", slide.title, part=part)
        canvas.placeholder(1, [paragraph for index in page for paragraph in blocks[index]])
        pages.append(canvas)
    return pages


def _gaps(blocks: list[list[Para]]) -> list[float]:
    return [block[-1].after for block in blocks]


def _bullet_blocks(slide: BulletsSlide, size: float, brand: Brand) -> list[list[Para]]:
    """What must stay together: a point with its detail, unless it is longer than a slide."""
    blocks: list[list[Para]] = []
    if slide.lead:
        blocks.append([Para(slide.lead, size, color=brand.slate, after=size * 0.9)])
    for item in slide.bullets:
        block = _bullet(item, size, brand)
        if height(block, BODY.width_pt) <= BODY.height_pt:
            blocks.append(block)
            continue
        for paragraph in block:
            blocks += [[part] for part in split_paragraph(paragraph, BODY.width_pt, BODY.height_pt)]
    return blocks


def _bullet(item: Bullet, size: float, brand: Brand) -> list[Para]:
    gap = size * 0.75
    if not item.detail:
        return [Para(item.text, size, bullet=True, after=gap)]
    return [
        Para(item.text, size, bold=True, bullet=True, after=2),
        Para(item.detail, max(size - 4, 14.0), color=brand.slate, after=gap, hang=size * 0.95),
    ]


def table(stage: Stage, slide: TableSlide) -> Pages:
    """A native table, over several slides if it is long."""
    note_room = _NOTE_HEIGHT if slide.note else 0.0
    box = Box(BODY.x, BODY.y, BODY.w, BODY.h - note_room)
    layout = tables.measure(slide.table, box)
    pages: Pages = []
    for part, rows in enumerate(layout.pages, start=1):
        canvas = stage.add("Title only", slide.title, part=part)
        tables.draw(canvas.slide, slide.table, layout, rows, box, stage.brand)
        _note(canvas, slide.note)
        pages.append(canvas)
    return pages


def _note(canvas: Canvas, note: str) -> None:
    if note:
        box = Box(BODY.x, BODY.y + BODY.h - _NOTE_HEIGHT + 0.02, BODY.w, 0.46)
        shown = clipped(note, box.width_pt, box.height_pt, MIN_SIZE)
        canvas.text(box, [Para(shown, MIN_SIZE, color=canvas.brand.slate)], MSO_ANCHOR.BOTTOM, "Note")


def chart(stage: Stage, slide: ChartSlide) -> Pages:
    """The chart, and beside it what to remember."""
    canvas = stage.add("Title only", slide.title)
    note_room = _NOTE_HEIGHT + 0.08 if slide.chart.note else 0.0
    breadth = 8.15 if slide.takeaways else BODY.w
    caption = Box(BODY.x, BODY.y, breadth, 0.32)
    heading = clipped(_heading(slide), caption.width_pt, caption.height_pt, 14, bold=True)
    if heading:
        canvas.text(caption, [Para(heading, 14, bold=True)], name="Chart title")
    top = 0.38 if heading else 0.0
    add_chart(canvas.slide, slide.chart, Box(BODY.x - 0.08, BODY.y + top, breadth, BODY.h - top - note_room))
    _takeaways(canvas, slide)
    _note(canvas, slide.chart.note)
    return [canvas]


def _heading(slide: ChartSlide) -> str:
    """What the title of the slide does not say already."""
    if slide.chart.title == slide.title:
        return slide.chart.unit
    return slide.chart.title + (f" ({slide.chart.unit})" if slide.chart.unit else "")


def _takeaways(canvas: Canvas, slide: ChartSlide) -> None:
    shown = slide.takeaways[:3]
    if not shown:
        return
    room = BODY.h - (_NOTE_HEIGHT + 0.08 if slide.chart.note else 0.0)
    each = (room - 0.18 * (len(shown) - 1)) / len(shown)
    for number, item in enumerate(shown):
        box = Box(9.1, BODY.y + number * (each + 0.18), 3.53, each)
        canvas.panel(box, canvas.brand.coral_soft if number == 0 else canvas.brand.cloud)
        inner = box.inset(0.24, 0.16)
        value, size = single_size(
            item.value, Box(0, 0, inner.w, 0.52), (26.0, 22.0, 18.0, 16.0, 14.0), bold=True
        )
        color = canvas.brand.coral_deep if number == 0 else INK
        first = Para(value, size, bold=True, color=color, after=3)
        room_left = Box(0, 0, inner.w, (inner.height_pt - first.height(inner.width_pt)) / POINTS_PER_INCH)
        label, label_size = single_size(item.label, room_left, (14.0, 13.0, MIN_SIZE))
        second = Para(label, label_size, color=canvas.brand.slate)
        canvas.text(inner, [first, second], MSO_ANCHOR.MIDDLE, "Takeaway")


def quote(stage: Stage, slide: QuoteSlide) -> Pages:
    """A statement on a tinted ground, its points to the right."""
    canvas = stage.add("Title only", slide.title)
    left = Box(BODY.x, BODY.y, 5.7 if slide.points else BODY.w, BODY.h)
    canvas.panel(left, stage.brand.coral_soft)
    canvas.bar(Box(left.x + 0.35, left.y + 0.4, 0.075, left.h - 0.8), CORAL)
    inner = Box(left.x + 0.7, left.y + 0.4, left.w - 1.05, left.h - 0.8)
    attribution = clipped(slide.attribution, inner.width_pt, 40, 14) if slide.attribution else ""
    room = Box(inner.x, inner.y, inner.w, inner.h - (0.65 if attribution else 0))
    text, size = single_size(
        slide.quote, room, (26.0, 24.0, 22.0, 20.0, 18.0, 16.0, 14.0, MIN_SIZE), bold=True
    )
    paragraphs = [Para(text, size, bold=True, after=12)]
    if attribution:
        paragraphs.append(Para(attribution, 14, color=stage.brand.slate))
    canvas.text(inner, paragraphs, MSO_ANCHOR.MIDDLE, "Quote")
    _quote_points(canvas, slide)
    return [canvas]


def _quote_points(canvas: Canvas, slide: QuoteSlide) -> None:
    box = Box(6.85, BODY.y, 5.78, BODY.h)
    for size in (18.0, 16.0, 14.0, MIN_SIZE):
        paragraphs = [paragraph for item in slide.points for paragraph in _point(item, size, canvas.brand)]
        if height(paragraphs, box.width_pt) <= box.height_pt:
            break
    if slide.points:
        canvas.text(box, fitted(paragraphs, box), MSO_ANCHOR.MIDDLE, "Points")


def _point(item: Bullet, size: float, brand: Brand) -> list[Para]:
    title = Para(item.text, size, bold=True, after=2 if item.detail else size * 0.8)
    detail = Para(item.detail, max(size - 2, MIN_SIZE), color=brand.slate, after=size * 0.8)
    return [title, detail] if item.detail else [title]


def closing(stage: Stage, slide: ClosingSlide) -> Pages:
    """What happens next on the dark ground, with whom to call."""
    canvas = stage.bare("Closing")
    canvas.title(slide.title, sizes=(30.0, 28.0, 26.0, 24.0, 20.0, 18.0, 16.0), color=PAPER)
    for size in (20.0, 18.0, 16.0, 14.0, MIN_SIZE):
        paragraphs = _numbered(slide, size, stage.quiet)
        if height(paragraphs, CLOSING_BODY.width_pt) <= CLOSING_BODY.height_pt:
            break
    canvas.placeholder(1, fitted(paragraphs, CLOSING_BODY))
    _contact(canvas, slide.contact)
    return [canvas]


def _numbered(slide: ClosingSlide, size: float, quiet: Color) -> list[Para]:
    paragraphs: list[Para] = []
    for number, item in enumerate(slide.steps, start=1):
        paragraphs.append(Para(f"{number}.  {item.text}", size, bold=True, color=PAPER, after=2))
        if item.detail:
            paragraphs.append(Para(item.detail, max(size - 4, MIN_SIZE), color=quiet, after=size * 0.8))
    return paragraphs


def _contact(canvas: Canvas, lines: tuple[str, ...]) -> None:
    if not lines:
        return
    canvas.panel(CLOSING_CONTACT, canvas.brand.ink_soft)
    inner = CLOSING_CONTACT.inset(0.28, 0.24)
    each = inner.height_pt / max(len(lines), 4)
    paragraphs = []
    for number, line in enumerate(lines[:6]):
        shown = clipped(line, inner.width_pt, max(each * 1.5, 18), 14, bold=number == 0)
        paragraphs.append(
            Para(shown, 14, bold=number == 0, color=PAPER if number == 0 else canvas.brand.mist, after=4)
        )
    canvas.text(inner, fitted(paragraphs, inner), MSO_ANCHOR.MIDDLE, "Contact")


Draw = Callable[[Stage, Any], Pages]
