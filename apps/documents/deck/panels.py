"""Slides made of panels side by side: cards and steps."""

from __future__ import annotations

from collections.abc import Sequence

from apps.documents.deck.canvas import Canvas
from apps.documents.deck.geometry import BODY, POINTS_PER_INCH, Box
from apps.documents.deck.pages import Pages, Stage
from apps.documents.deck.pagination import split_groups
from apps.documents.deck.setting import CORAL, MIN_SIZE, Para, fitted, height, single_size
from apps.documents.deck.slides import Card, CardsSlide, Step, StepsSlide

_GAP = 0.26
_PAD = 0.26
_DISC = 0.62
_SIZES = (18.0, 17.0, 16.0, 15.0, 14.0, 13.0, MIN_SIZE)


def cards(stage: Stage, slide: CardsSlide) -> Pages:
    """As many cards a slide as fit without small print, at most six."""
    for largest in (6, 4, 3, 2, 1):
        groups = split_groups(slide.cards, largest)
        sizes = [_card_size(group, _grid(len(group), _room(slide.lead)), stage) for group in groups]
        if all(sizes):
            break
    pages: Pages = []
    for part, group in enumerate(groups, start=1):
        canvas = stage.add("Title only", slide.title, part=part)
        _lead(canvas, slide.lead)
        boxes = _grid(len(group), _room(slide.lead))
        size = _card_size(group, boxes, stage) or MIN_SIZE
        for card, box in zip(group, boxes, strict=True):
            _draw_card(canvas, card, box, size)
        pages.append(canvas)
    return pages


def _room(lead: str) -> Box:
    return BODY.below(0.72) if lead else BODY


def _lead(canvas: Canvas, lead: str) -> None:
    if lead:
        box = Box(BODY.x, BODY.y - 0.1, BODY.w, 0.7)
        shown, size = single_size(lead, box, (16.0, 14.0, MIN_SIZE))
        canvas.text(box, [Para(shown, size, color=canvas.brand.slate)], name="Lead")


def _grid(count: int, room: Box) -> list[Box]:
    """Boxes in reading order: one row up to three, two rows above."""
    rows = 1 if count <= 3 else 2
    columns = -(-count // rows)
    w = (room.w - _GAP * (columns - 1)) / columns
    h = (room.h - _GAP * (rows - 1)) / rows
    return [
        Box(room.x + (index % columns) * (w + _GAP), room.y + (index // columns) * (h + _GAP), w, h)
        for index in range(count)
    ]


def _card_paragraphs(card: Card, size: float, stage_slate: str, tag_color: str) -> list[Para]:
    paragraphs = [Para(card.tag, MIN_SIZE, bold=True, color=tag_color, after=4)] if card.tag else []
    paragraphs.append(Para(card.title, min(size + 2, 20.0), bold=True, after=5))
    if card.body:
        paragraphs.append(Para(card.body, size, color=stage_slate))
    return paragraphs


def _card_size(group: Sequence[Card], boxes: Sequence[Box], stage: Stage) -> float | None:
    """The largest size at which every card of the group fits; none if not even the smallest does."""
    brand = stage.brand
    for size in _SIZES:
        if all(
            height(_card_paragraphs(card, size, brand.slate, brand.coral_deep), box.inset(_PAD, 0).width_pt)
            <= box.inset(0, _PAD).height_pt
            for card, box in zip(group, boxes, strict=True)
        ):
            return size
    return None


def _draw_card(canvas: Canvas, card: Card, box: Box, size: float) -> None:
    brand = canvas.brand
    canvas.panel(box, brand.cloud, name="Card")
    canvas.bar(Box(box.x + _PAD, box.y, 0.5, 0.05), CORAL)
    inner = box.inset(_PAD, _PAD)
    canvas.text(
        inner, fitted(_card_paragraphs(card, size, brand.slate, brand.coral_deep), inner), name="Card text"
    )


def steps(stage: Stage, slide: StepsSlide) -> Pages:
    """Numbered columns joined by a line."""
    pages: Pages = []
    first = 1
    for part, group in enumerate(split_groups(slide.steps, 5), start=1):
        canvas = stage.add("Title only", slide.title, part=part)
        _lead(canvas, slide.lead)
        _draw_steps(canvas, group, _room(slide.lead), first)
        first += len(group)
        pages.append(canvas)
    return pages


def _draw_steps(canvas: Canvas, group: Sequence[Step], room: Box, first: int) -> None:
    w = _step_width(group, room)
    panels = [Box(room.x + index * (w + _GAP), room.y, w, room.h) for index in range(len(group))]
    inner = (w - 2 * _PAD) * POINTS_PER_INCH
    most = room.height_pt - (_DISC + 0.2 + _PAD) * POINTS_PER_INCH
    size = next((s for s in _SIZES if max(_step_heights(group, s, inner, canvas)) <= most), MIN_SIZE)
    used = (
        min(max(_step_heights(group, size, inner, canvas)), most) / POINTS_PER_INCH + _DISC / 2 + 0.2 + _PAD
    )
    # Short texts stand in the upper middle of the slide, not glued to its title.
    top = room.y + max(0.0, (room.h - used - _DISC / 2) * 0.32)
    canvas.bar(Box(room.x + 0.4, top + _DISC / 2 - 0.02, room.w - 0.8, 0.04), canvas.brand.line)
    for number, (step, panel) in enumerate(zip(group, panels, strict=True)):
        box = Box(panel.x, top + _DISC / 2, panel.w, used)
        canvas.panel(box, canvas.brand.cloud, name="Step panel")
        canvas.disc(Box(box.x + _PAD, top, _DISC, _DISC), str(first + number), 18)
        text = Box(box.x + _PAD, box.y + _DISC / 2 + 0.2, box.w - 2 * _PAD, used - _DISC / 2 - 0.2 - _PAD)
        canvas.text(text, fitted(_step_paragraphs(step, size, canvas), text), name="Step")


def _step_width(group: Sequence[Step], room: Box) -> float:
    return (room.w - _GAP * (len(group) - 1)) / len(group)


def _step_heights(group: Sequence[Step], size: float, width: float, canvas: Canvas) -> list[float]:
    return [height(_step_paragraphs(step, size, canvas), width) for step in group]


def _step_paragraphs(step: Step, size: float, canvas: Canvas) -> list[Para]:
    brand = canvas.brand
    label = [Para(step.label, 14, bold=True, color=brand.coral_deep, after=4)] if step.label else []
    return [*label, Para(step.title, size + 3, bold=True, after=6), Para(step.body, size, color=brand.slate)]
