"""Answers as paged reports."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.core.reporting import Dataset, Tile
from apps.documents import report as paper
from apps.reports.answers import Answer
from apps.reports.charts import chart_of
from apps.reports.composing.tables import dataset_table
from apps.reports.wording import before_text, change_text, document_column, mood, tile_text


def paged(answer: Answer) -> paper.Report:
    """The report as it is printed; the numbers as they were computed, never rounded into others."""
    report, before = answer.report, answer.compared_with
    facts = [(_("Compared with"), str(before))] if before else []
    return paper.Report(
        title=str(report.title),
        subtitle=str(report.description),
        period=str(answer.period),
        prepared_on=answer.computed_at.date(),
        prepared_for=answer.user.name,
        time_zone_note=_("Days in %(zone)s") % {"zone": answer.zone},
        facts=(*facts, *answer.restrictions),
        highlights=tuple(map(str, answer.findings.highlights)),
        sections=tuple(section for group in answer.groups for section in _sections(answer, group)),
        sources=(_period_note(answer), *map(str, answer.findings.notes)),
    )


def _sections(answer: Answer, group: str) -> list[paper.Section]:
    """The tiles of a part, and each of its datasets, under the heading of the part or their own."""
    tiles = tuple(_tile(tile, answer.zone) for tile in answer.findings.tiles if tile.group == group)
    datasets = [dataset for dataset in answer.findings.datasets if dataset.group == group]
    found = [paper.Section(group or _("Key figures"), tiles=tiles)] if tiles else []
    return [*found, *(_dataset(dataset, answer.zone, group) for dataset in datasets)]


def _tile(tile: Tile, zone: str) -> paper.Tile:
    note = before_text(tile, zone)
    return paper.Tile(
        label=str(tile.label),
        value=tile_text(tile, tile.value, zone),
        change=change_text(tile),
        mood=mood(tile),
        note=" · ".join(part for part in (note, str(tile.note)) if part),
    )


def _dataset(dataset: Dataset, zone: str, group: str) -> paper.Section:
    table = dataset_table(dataset, zone)
    # Spans of time are read here, not added up, so they keep their unit.
    columns = tuple(document_column(column) for column in dataset.columns)
    empty = str(dataset.empty) or _("Nothing to show for this period.")
    chart = chart_of(dataset, zone)
    note = str(dataset.note) if chart is None or chart.note != dataset.note else ""
    return paper.Section(
        title=f"{group}: {dataset.title}" if group else str(dataset.title),
        paragraphs=tuple(part for part in (note, "" if dataset.rows else empty) if part),
        chart=chart,
        table=type(table)(columns, table.rows, total=table.total) if dataset.rows else None,
    )


def _period_note(answer: Answer) -> str:
    values = {"period": answer.period, "before": answer.compared_with, "zone": answer.zone}
    if answer.compared_with:
        return _("Period: %(period)s; compared with %(before)s. Days begin at midnight in %(zone)s.") % values
    return _("Period: %(period)s. Days begin at midnight in %(zone)s.") % values
