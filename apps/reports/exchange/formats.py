"""CSV and XLSX: read as carefully as files from the chat, written so that a spreadsheet runs nothing.

The title of a dataset names the sheet of its workbook.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import tablib
from import_export.formats.base_formats import Format

from apps.documents.content import Column, ColumnKind, Table
from apps.documents.tables import to_csv, to_xlsx
from apps.perception.tables import Limits, read_table

#: Each row is shown in the preview; larger files are refused.
LIMITS = Limits(rows=2_000, marks=600_000)
#: The two columns of what was read: what a spreadsheet shows beside the row, and its cells in the order of
#: the file. A column for each heading would lose those with the same heading.
ROW_NUMBER, CELLS = "row", "cells"


class FileRows(tablib.Dataset):
    """The rows of a file, and the headings above them."""

    headings: tuple[str, ...]


class _TableFormat(Format):
    """A table in a file. What an upload really is, is decided by its content, not by the chosen format."""

    def __init__(self, encoding: str | None = None) -> None:
        """`encoding` is what the pages pass on; the content tells."""

    def can_import(self) -> bool:
        return True

    def can_export(self) -> bool:
        return True

    def create_dataset(self, in_stream: bytes) -> FileRows:
        """The rows of the file. Raises `UnreadableFile`."""
        table = read_table(BytesIO(in_stream), limits=LIMITS)
        dataset = FileRows(headers=[ROW_NUMBER, CELLS])
        dataset.headings = table.header
        for row in table.rows:
            dataset.append([row.number, row.cells])
        return dataset


class AnyTable(_TableFormat):
    """What people upload: nobody has to say which of the two it is."""

    def get_title(self) -> str:
        return "CSV or Excel"


class Csv(_TableFormat):
    """UTF-8 with a byte-order mark; any encoding and separator when read."""

    def get_title(self) -> str:
        return "csv"

    def get_extension(self) -> str:
        return "csv"

    def get_content_type(self) -> str:
        return "text/csv; charset=utf-8"

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> bytes:  # noqa: ARG002
        """Cells that a spreadsheet might run begin with an apostrophe."""
        return to_csv(_table(dataset))


class Xlsx(_TableFormat):
    """An Excel workbook with one sheet."""

    def get_title(self) -> str:
        return "xlsx"

    def get_extension(self) -> str:
        return "xlsx"

    def get_content_type(self) -> str:
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> bytes:  # noqa: ARG002
        """Numbers and dates stay what they are; texts are marked as such."""
        return to_xlsx(_table(dataset), sheet=dataset.title or "Data")


def _table(dataset: tablib.Dataset) -> Table:
    rows = tuple(tuple(row) for row in dataset)
    kinds = [_kind([row[index] for row in rows]) for index in range(len(dataset.headers))]
    columns = tuple(Column(label, kind) for label, kind in zip(dataset.headers, kinds, strict=True))
    return Table(columns, rows)


def _kind(values: list[Any]) -> ColumnKind:
    """What a column holds, by its first value."""
    first = next((value for value in values if value not in {None, ""}), None)
    if isinstance(first, Decimal):
        return "money"
    return "date" if isinstance(first, date | datetime) else "text"
