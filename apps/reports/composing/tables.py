"""Answers as CSV and workbooks."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from apps.core.reporting import Column as DataColumn
from apps.core.reporting import Dataset
from apps.core.reporting.findings import Value
from apps.documents.content import Column, Table
from apps.documents.tables import to_csv, to_workbook
from apps.reports.answers import Answer
from apps.reports.wording import change, document_column, heading, headings_of_days, local

#: Zip members carry no time of their own, so that the same answer gives the same bytes.
_EPOCH = (1980, 1, 1, 0, 0, 0)
#: No dataset has this key, so the tiles never take the place of one.
_TILES = "key_figures"


def csv_file(answer: Answer, *, dataset: str = "") -> tuple[bytes, str]:
    """The bytes and their suffix: CSV of one dataset (by key), or of all in a zip when there are several.

    Moments are ISO 8601 with the offset of the reader's zone, spans of time in seconds.
    """
    tables = {key: table for key, _title, table in _tables(answer, clock=False)}
    if dataset in tables:
        return to_csv(tables[dataset]), "csv"
    if len(tables) == 1:
        return to_csv(next(iter(tables.values()))), "csv"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for key, table in {"about": _about(answer), **tables}.items():
            archive.writestr(zipfile.ZipInfo(f"{key}.csv", _EPOCH), to_csv(table), zipfile.ZIP_DEFLATED)
    return buffer.getvalue(), "zip"


def workbook(answer: Answer) -> bytes:
    """A sheet about the report and one for each dataset. Moments are on the reader's clock."""
    sheets = [(title, table) for _key, title, table in _tables(answer, clock=True)]
    return to_workbook([(_("About"), _about(answer)), *sheets])


def _tables(answer: Answer, *, clock: bool) -> Iterator[tuple[str, str, Table]]:
    """Key, title and table of the tiles and of each dataset."""
    if answer.findings.tiles:
        yield _TILES, _("Key figures"), _tiles(answer)
    for dataset in answer.findings.datasets:
        yield dataset.key, str(dataset.title), dataset_table(dataset, answer.zone, clock=clock)


def dataset_table(dataset: Dataset, zone: str, *, clock: bool = False) -> Table:
    """The dataset as a table of typed values; with `clock`, moments without their offset."""

    def row(values: tuple[Value, ...]) -> tuple[Value, ...]:
        found = tuple(local(value, zone) for value in values)
        return tuple(_on_the_wall(value) for value in found) if clock else found

    return Table(
        tuple(_column(column) for column in dataset.columns),
        tuple(row(item.values) for item in dataset.rows),
        total=row(dataset.total.values) if dataset.total else None,
    )


def read_table(dataset: Dataset, zone: str) -> Table:
    """The dataset as a table for reading: spans of time keep their unit, because nobody adds them up."""
    columns = tuple(document_column(column) for column in dataset.columns)
    return replace(dataset_table(dataset, zone), columns=columns)


def _column(column: DataColumn) -> Column:
    found = document_column(column)
    if column.kind == "seconds":
        return Column(f"{heading(column)} ({_('seconds')})", "number")
    return found


def _on_the_wall(value: Value) -> Value:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def _tiles(answer: Answer) -> Table:
    """Figures of different units: each with its unit beside it, so that numbers stay numbers."""
    columns = (
        Column(_("Part")),
        Column(_("Figure")),
        Column(_("Unit")),
        *(Column(days, "number") for days in headings_of_days(answer)),
        Column(_("Change"), "number"),
    )
    units = {"money": "", "percent": "%", "seconds": _("seconds"), "tokens": _("tokens")}
    return Table(
        columns,
        tuple(
            (
                tile.group,
                str(tile.label),
                units.get(tile.kind, "") or tile.unit,
                local(tile.value, answer.zone),
                local(tile.previous, answer.zone),
                change(tile),
            )
            for tile in answer.findings.tiles
        ),
    )


def _about(answer: Answer) -> Table:
    """What the numbers are: title, question, when and for whom."""
    before = answer.compared_with
    rows: list[tuple[Value, ...]] = [
        (_("Report"), str(answer.report.title)),
        (_("Description"), str(answer.report.description)),
        (_("Period"), str(answer.period)) if answer.period else (_("As of"), answer.moment),
        *([(_("Compared with"), str(before))] if before else []),
        (_("Time zone"), answer.zone),
        *(answer.restrictions or ((_("Filters"), _("none")),)),
        (_("Computed at"), f"{answer.computed_at:%Y-%m-%d %H:%M:%S} ({answer.zone})"),
        (_("Computed for"), f"{answer.user.name} <{answer.user.email}>"),
        *((_("Highlight"), str(line)) for line in answer.findings.highlights),
        *((_("Note"), str(line)) for line in answer.findings.notes),
        *((str(dataset.title), str(dataset.note)) for dataset in answer.findings.datasets if dataset.note),
    ]
    return Table((Column(_("About this report")), Column("")), tuple(rows))
