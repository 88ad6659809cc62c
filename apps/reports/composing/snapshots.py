"""What an answer says, as data: kept beside its file so that two files can be compared cell by cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from apps.core.reporting import Dataset
from apps.documents.numbers import plain
from apps.documents.recipes import Snapshot, SnapshotTable, table_of
from apps.reports.answers import Answer
from apps.reports.composing.tables import read_table
from apps.reports.wording import tile_text

#: A comparison is for reading. Of a longer table the beginning is kept, and how many rows it had.
MAX_ROWS = 500


def snapshot(answer: Answer) -> dict[str, Any]:
    """Figures as facts, and the tables as readers see them."""
    facts = {"Report": str(answer.report.title), "Of": answer.span, **dict(answer.restrictions)}
    for tile in answer.findings.tiles:
        facts[_titled(tile.group, str(tile.label))] = tile_text(tile, tile.value, answer.zone)
    for dataset in answer.findings.datasets:
        if len(dataset.rows) > MAX_ROWS:
            facts[f"{_titled(dataset.group, str(dataset.title))}, rows"] = plain(len(dataset.rows))
    return Snapshot(facts=facts, tables=list(_tables(answer))).model_dump()


def _tables(answer: Answer) -> Iterator[SnapshotTable]:
    for dataset in answer.findings.datasets:
        yield _table(dataset, answer.zone)


def _table(dataset: Dataset, zone: str) -> SnapshotTable:
    title = _titled(dataset.group, str(dataset.title))
    return table_of(read_table(_shortened(dataset), zone), title=title)


def _shortened(dataset: Dataset) -> Dataset:
    return replace(dataset, rows=dataset.rows[:MAX_ROWS])


def _titled(group: str, title: str) -> str:
    return f"{group}: {title}" if group else title
