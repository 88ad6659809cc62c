"""Answers as presentations whose charts and tables can be edited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from apps.core.db import batched
from apps.core.reporting import Dataset
from apps.documents.content import Column, Table, cell_text
from apps.documents.deck import (
    Bullet,
    BulletsSlide,
    Card,
    CardsSlide,
    ChartSlide,
    Deck,
    Slide,
    TableSlide,
    TitleSlide,
)
from apps.documents.numbers import Value
from apps.reports.answers import Answer
from apps.reports.charts import chart_of
from apps.reports.composing.tables import read_table
from apps.reports.wording import asked_lines, before_text, change_text, tile_text

#: A slide is for looking at: longer tables are cut, and say so.
_ROWS = 20
_CARDS = 6
#: Letters for which a column of a table has room at most, and what it needs to its left and right.
_WIDEST, _PADDING = 30, 4


def deck(answer: Answer) -> Deck:
    """Cover, highlights, figures, a slide for each chart and each table."""
    title = str(answer.report.title)
    cover = TitleSlide(
        title=title,
        subtitle=capfirst(answer.span),
        byline=answer.user.name,
        notes="\n".join(asked_lines(answer)),
    )
    return Deck(
        title=title,
        slides=(cover, *_highlights(answer), *_figures(answer), *_datasets(answer)),
        prepared_on=answer.computed_at.date(),
        footer=f"{title} · {answer.span} · {answer.zone}",
        master="overview",
    )


def _highlights(answer: Answer) -> Iterator[Slide]:
    if answer.findings.highlights:
        bullets = tuple(Bullet(str(line)) for line in answer.findings.highlights)
        yield BulletsSlide(title=_("In short"), bullets=bullets)


def _figures(answer: Answer) -> Iterator[Slide]:
    for some in batched(answer.findings.tiles, _CARDS):
        yield CardsSlide(
            title=_("Key figures"),
            cards=tuple(
                Card(
                    tile_text(tile, tile.value, answer.zone),
                    " · ".join(
                        filter(
                            None, (change_text(tile), before_text(tile, answer.compared_with, answer.zone))
                        )
                    ),
                    tag=": ".join(filter(None, (tile.group, str(tile.label)))),
                )
                for tile in some
            ),
        )


def _datasets(answer: Answer) -> Iterator[Slide]:
    for dataset in answer.findings.datasets:
        title = f"{dataset.group}: {dataset.title}" if dataset.group else str(dataset.title)
        if chart := chart_of(dataset, answer.zone):
            yield ChartSlide(title=title, chart=chart)
        if dataset.rows:
            yield TableSlide(title=title, table=_cut(dataset, answer.zone), note=_note(dataset))


def _cut(dataset: Dataset, zone: str) -> Table:
    table = read_table(dataset, zone)
    rows = table.rows[:_ROWS]
    read = [*rows, *([table.total] if table.total else [])]
    columns = tuple(
        replace(column, weight=_weight(column, [row[place] for row in read]))
        for place, column in enumerate(table.columns)
    )
    return replace(table, columns=columns, rows=rows)


def _weight(column: Column, values: Iterable[Value]) -> float:
    """By the longest text, so that days and names stay on one line and numbers take what they need."""
    longest = max((len(cell_text(column, value)) for value in values), default=0)
    label = max(len(word) for word in column.label.split() or [""])
    return min(max(longest, label), _WIDEST) + _PADDING


def _note(dataset: Dataset) -> str:
    if len(dataset.rows) <= _ROWS:
        return str(dataset.note)
    text = _("The first %(shown)d of %(all)d rows; the report page has all.")
    return text % {"shown": _ROWS, "all": len(dataset.rows)}
