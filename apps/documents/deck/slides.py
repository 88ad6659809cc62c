"""What a deck says, slide by slide, apart from how it looks.

Every slide has a title that states its message, notes for the speaker, and the sources of its facts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from apps.documents.charts import Chart
from apps.documents.content import Table

MasterName = Literal["sales_deck", "overview"]


@dataclass(frozen=True, kw_only=True)
class Slide:
    """What all slides share. `notes` and `sources` go to the speaker's notes."""

    title: str
    notes: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TitleSlide(Slide):
    """The cover."""

    subtitle: str = ""
    byline: str = ""


@dataclass(frozen=True)
class Bullet:
    """A point and, smaller, what stands behind it."""

    text: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class BulletsSlide(Slide):
    """Points, with an optional sentence before them; more than fit go on to a further slide."""

    bullets: tuple[Bullet, ...]
    lead: str = ""


@dataclass(frozen=True)
class Card:
    """A small panel: a tag above, a title, a few sentences."""

    title: str
    body: str
    tag: str = ""


@dataclass(frozen=True, kw_only=True)
class CardsSlide(Slide):
    """Things side by side, up to six a slide."""

    cards: tuple[Card, ...]
    lead: str = ""


@dataclass(frozen=True, kw_only=True)
class TableSlide(Slide):
    """A comparison; rows that do not fit go on to a further slide under the same header."""

    table: Table
    note: str = ""


@dataclass(frozen=True)
class Takeaway:
    """A number to remember and what it is."""

    value: str
    label: str


@dataclass(frozen=True, kw_only=True)
class ChartSlide(Slide):
    """One editable chart, and up to three numbers to remember beside it."""

    chart: Chart
    takeaways: tuple[Takeaway, ...] = ()


@dataclass(frozen=True, kw_only=True)
class QuoteSlide(Slide):
    """A statement that stands alone, who says it, and points that bear it out."""

    quote: str
    attribution: str = ""
    points: tuple[Bullet, ...] = ()


@dataclass(frozen=True)
class Step:
    """One step of a sequence; `label` says when."""

    title: str
    body: str
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class StepsSlide(Slide):
    """A sequence from left to right, up to five a slide."""

    steps: tuple[Step, ...]
    lead: str = ""


@dataclass(frozen=True, kw_only=True)
class ClosingSlide(Slide):
    """What happens next, and whom to call."""

    steps: tuple[Bullet, ...]
    contact: tuple[str, ...] = ()


@dataclass(frozen=True)
class Deck:
    """A presentation. `footer` stands on every slide but the cover; `prepared_on` dates the file."""

    title: str
    slides: tuple[Slide, ...]
    prepared_on: date
    footer: str = ""
    author: str = "Mezzofy"
    master: MasterName = "sales_deck"
    language: str = "en"
    keywords: tuple[str, ...] = field(default=())
