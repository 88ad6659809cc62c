"""Tables out of files: CSV and its relatives in any encoding, and Excel workbooks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

from apps.perception.kinds import table_kind


class Row(NamedTuple):
    """A row of data. `number` is what a spreadsheet shows beside it, counted from 1 with the headings."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Limits:
    """Where a reader stops with an error instead of filling the memory or holding a worker.

    Some programs write many empty rows below the last one. `marks` are the tags in the XML of a workbook:
    about four for each cell.
    """

    rows: int = 200_000
    empty_rows: int = 100_000
    columns: int = 200
    cell_characters: int = 32_767
    marks: int = 24_000_000


@dataclass(frozen=True)
class Table:
    """Headings and the rows below them.

    Cells are text without control characters: dates and times in ISO 8601, numbers without grouping, empty
    cells "". Each row has at least as many cells as there are headings. `rows` can be walked through once and
    reads on from the file, so errors in the middle of it come out of the iteration. `expected_rows` is None
    when only reading can tell. `sheet` and `other_sheets` are set for workbooks, `encoding` and `delimiter`
    for texts. `notes` are sentences for the reader, on what the file does not carry.
    """

    header: tuple[str, ...]
    rows: Iterator[Row]
    expected_rows: int | None
    sheet: str = ""
    other_sheets: tuple[str, ...] = field(default=())
    encoding: str = ""
    delimiter: str = ""
    notes: tuple[str, ...] = field(default=())


def read_table(stream: BinaryIO, *, sheet: str = "", limits: Limits | None = None) -> Table:
    """Open a file as a table. What it is, is decided by its content.

    `stream` must be seekable and stay open while the rows are read. `sheet` picks one of a workbook,
    otherwise the first with headings is taken. Raises `UnreadableFile` for what is empty, protected, damaged,
    too large, or not a table.
    """
    from apps.perception.delimited import read_delimited
    from apps.perception.workbooks import read_workbook

    if table_kind(stream) == "workbook":
        return read_workbook(stream, sheet=sheet, limits=limits or Limits())
    return read_delimited(stream, limits=limits or Limits())
