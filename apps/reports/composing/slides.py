"""Answers as presentations whose charts and tables can be edited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from apps.core.db import batched
from apps.core.reporting import Dataset
from apps.documents.content import Table
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
from apps.reports.answers import Answer
from apps.reports.charts import chart_of
from apps.reports.composing.tables import dataset_table
from apps.reports.wording import before_text, change_text, period_lines, tile_text

#: A slide is for looking at: longer tables are cut, and say so.
_ROWS = 20
_CARDS = 6


def deck(answer: Answer) -> Deck:
    """Cover, highlights, figures, a slide for each chart and each table."""
    title = str(answer.report.title)
    lines = period_lines(answer)
    cover = TitleSlide(
        title=title, subtitle=str(answer.period), byline=answer.user.name, notes="\n".join(lines)
    )
    return Deck(
        title=title,
        slides=(cover, *_highlights(answer), *_figures(answer), *_datasets(answer)),
        prepared_on=answer.computed_at.date(),
        footer=f"{title} · {answer.period} · {answer.zone}",
        master="overview",
    )


def _highlights(answer: Answer) -> Iterator[Slide]:
    if answer.findings.highlights:
        bullets = tuple(Bullet(str(line)) for line in answer.findings.highlights)
        yield BulletsSlide(title=_("In short"), bullets=bullets)


def _figures(answer: Answer) -> Iterator[Slide]:
    for group in answer.groups:
        tiles = [tile for tile in answer.findings.tiles if tile.group == group]
        for some in batched(tiles, _CARDS):
            yield CardsSlide(
                title=group or _("Key figures"),
                cards=tuple(
                    Card(
                        tile_text(tile, tile.value, answer.zone),
                        " · ".join(filter(None, (change_text(tile), before_text(tile, answer.zone)))),
                        tag=str(tile.label),
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
    table = dataset_table(dataset, zone)
    return replace(table, rows=table.rows[:_ROWS])


def _note(dataset: Dataset) -> str:
    if len(dataset.rows) <= _ROWS:
        return str(dataset.note)
    text = _("The first %(shown)d of %(all)d rows; the report page has all.")
    return text % {"shown": _ROWS, "all": len(dataset.rows)}
