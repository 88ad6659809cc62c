"""What a paged report says, apart from how it looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from apps.documents.charts import Chart
from apps.documents.content import Table

Mood = Literal["good", "bad", "neutral"]


@dataclass(frozen=True)
class Tile:
    """One figure: its value and its change as readers see them, and whether the change is good news."""

    label: str
    value: str
    change: str = ""
    mood: Mood = "neutral"
    note: str = ""


@dataclass(frozen=True)
class Section:
    """A heading and, in this order: tiles, paragraphs, a chart, a table, bullet points."""

    title: str
    tiles: tuple[Tile, ...] = ()
    paragraphs: tuple[str, ...] = ()
    chart: Chart | None = None
    table: Table | None = None
    points: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """A whole report. `sources` become numbered footnotes; `prepared_on` is the date on the cover.

    `period` is empty where the report is as of a moment, which `time_zone_note` says then. `facts` are
    further labels and texts that stand on the cover, such as the filters.
    """

    title: str
    subtitle: str
    period: str
    sections: tuple[Section, ...]
    prepared_on: date
    prepared_for: str = ""
    time_zone_note: str = ""
    highlights: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    author: str = "Mezzofy"
    language: str = "en"
    facts: tuple[tuple[str, str], ...] = ()
