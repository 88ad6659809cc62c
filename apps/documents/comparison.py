"""What changed between two snapshots: facts, and rows of tables cell by cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from apps.documents.recipes import Snapshot, SnapshotTable

Change = Literal["same", "added", "removed", "changed"]


@dataclass(frozen=True)
class Cell:
    """A value before and after."""

    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        """Whether it differs."""
        return self.before != self.after


@dataclass(frozen=True)
class Row:
    """A row in both, or in one of the two."""

    change: Change
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class TableChanges:
    """A table of the newer file, or of the older one where the newer has it no more."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def changed(self) -> int:
        """How many rows are not the same."""
        return sum(row.change != "same" for row in self.rows)


@dataclass(frozen=True)
class Comparison:
    """All of it. Facts are rows of label and value."""

    facts: tuple[Row, ...]
    tables: tuple[TableChanges, ...]

    @property
    def changed_cells(self) -> int:
        """Cells that differ, those of new and gone rows among them."""
        rows = [*self.facts, *(row for table in self.tables for row in table.rows)]
        return sum(cell.is_changed for row in rows for cell in row.cells)


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> Comparison:
    """The older and the newer snapshot, matched by labels, titles of tables and keys of rows."""
    old, new = Snapshot.model_validate(before), Snapshot.model_validate(after)
    facts = _rows(
        [[label, value] for label, value in old.facts.items()],
        [[label, value] for label, value in new.facts.items()],
        [0],
        2,
    )
    return Comparison(facts, tuple(_tables(old.tables, new.tables)))


def _tables(old: Sequence[SnapshotTable], new: Sequence[SnapshotTable]) -> list[TableChanges]:
    known = {table.title: table for table in old}
    found = [_table(known.pop(table.title, None), table) for table in new]
    return found + [_table(table, None) for table in known.values()]


def _table(old: SnapshotTable | None, new: SnapshotTable | None) -> TableChanges:
    shown = new or old
    assert shown is not None
    columns = list(shown.columns)
    before = _aligned(old, columns) if old else []
    rows = _rows(before, new.rows if new else [], shown.key, len(columns))
    return TableChanges(shown.title, tuple(columns), rows)


def _aligned(table: SnapshotTable, columns: Sequence[str]) -> list[list[str]]:
    """The old rows in the order of the new columns; a column that was not there is empty."""
    places = {name: number for number, name in enumerate(table.columns)}
    return [[row[places[name]] if name in places else "" for name in columns] for row in table.rows]


def _rows(
    old: Sequence[Sequence[str]], new: Sequence[Sequence[str]], key: Sequence[int], width: int
) -> tuple[Row, ...]:
    known = _keyed(old, key)
    rows = [_row(known.pop(name, None), row, width) for name, row in _keyed(new, key).items()]
    gone = [_row(row, None, width) for row in known.values()]
    return (*rows, *gone)


def _keyed(rows: Sequence[Sequence[str]], key: Sequence[int]) -> dict[tuple[str, ...], Sequence[str]]:
    """Rows by their key; equal keys are told apart by their order."""
    found: dict[tuple[str, ...], Sequence[str]] = {}
    for row in rows:
        name = tuple(row[place] for place in key)
        number = 1
        while (*name, str(number)) in found:
            number += 1
        found[*name, str(number)] = row
    return found


def _row(old: Sequence[str] | None, new: Sequence[str] | None, width: int) -> Row:
    before, after = old or [""] * width, new or [""] * width
    cells = tuple(Cell(left, right) for left, right in zip(before, after, strict=True))
    if old is None:
        return Row("added", cells)
    if new is None:
        return Row("removed", cells)
    return Row("changed" if any(cell.is_changed for cell in cells) else "same", cells)
