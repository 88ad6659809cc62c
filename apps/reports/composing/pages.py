"""Answers as paged reports."""

from __future__ import annotations

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.core.reporting import Dataset, Tile
from apps.documents import report as paper
from apps.reports.answers import Answer
from apps.reports.charts import chart_of
from apps.reports.composing.tables import read_table
from apps.reports.wording import before_text, change_text, mood, span_lines, tile_text


def paged(answer: Answer) -> paper.Report:
    """The report as it is printed; the numbers as they were computed, never rounded into others."""
    report, before = answer.report, answer.compared_with
    facts = [(_("Compared with"), str(before))] if before else []
    if answer.period is None:
        facts = [(_("As of"), answer.moment)]
    return paper.Report(
        title=str(report.title),
        subtitle=str(report.description),
        period=str(answer.period or ""),
        prepared_on=answer.computed_at.date(),
        prepared_for=answer.user.name,
        time_zone_note=_zone_note(answer),
        facts=(*facts, *answer.restrictions),
        highlights=tuple(map(str, answer.findings.highlights)),
        language=get_language() or "en",
        sections=tuple(section for group in answer.groups for section in _sections(answer, group)),
        sources=(" ".join(span_lines(answer)), *map(str, answer.findings.notes)),
    )


def _zone_note(answer: Answer) -> str:
    if answer.period is None:
        return f"{capfirst(answer.span)} ({answer.zone})"
    return _("Days in %(zone)s") % {"zone": answer.zone}


def _sections(answer: Answer, group: str) -> list[paper.Section]:
    """The tiles of a part, and each of its datasets, under the heading of the part or their own."""
    tiles = tuple(_tile(tile, answer) for tile in answer.findings.tiles if tile.group == group)
    datasets = [dataset for dataset in answer.findings.datasets if dataset.group == group]
    found = [paper.Section(group or _("Key figures"), tiles=tiles)] if tiles else []
    return [*found, *(_dataset(dataset, answer.zone, group) for dataset in datasets)]


def _tile(tile: Tile, answer: Answer) -> paper.Tile:
    note = before_text(tile, answer.compared_with, answer.zone)
    return paper.Tile(
        label=str(tile.label),
        value=tile_text(tile, tile.value, answer.zone),
        change=change_text(tile),
        mood=mood(tile),
        note=" · ".join(part for part in (note, str(tile.note)) if part),
    )


def _dataset(dataset: Dataset, zone: str, group: str) -> paper.Section:
    empty = str(dataset.empty) or _("Nothing to show for this period.")
    chart = chart_of(dataset, zone)
    note = str(dataset.note) if chart is None or chart.note != dataset.note else ""
    return paper.Section(
        title=f"{group}: {dataset.title}" if group else str(dataset.title),
        paragraphs=tuple(part for part in (note, "" if dataset.rows else empty) if part),
        chart=chart,
        table=read_table(dataset, zone) if dataset.rows else None,
    )
