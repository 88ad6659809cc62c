"""The first rows of a CSV or XLSX file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from apps.artifacts.tabular import MAX_ROWS, Rows
from apps.documents.archives import is_bounded

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST_COLUMNS = 40
_MOST_LETTERS = 200
#: Enough of a CSV for the rows that are shown.
_CSV_BYTES = 512 * 1024


def first_rows(content: bytes, content_type: str) -> Rows | None:
    """The header and up to `MAX_ROWS` rows; None if it cannot be read."""
    try:
        if content_type == _XLSX:
            return _shown(_workbook(content))
        if content_type in ("text/csv", "text/tab-separated-values"):
            return _shown(_delimited(content, "\t" if content_type.endswith("values") else ""))
    except Exception:
        # Readers let out whatever a malformed file leads them to; a preview is not worth an error.
        return None
    return None


def _shown(lines: Iterable[Sequence[Any]]) -> Rows | None:
    taken = [tuple(map(_text, line[:_MOST_COLUMNS])) for line in islice(lines, MAX_ROWS + 2)]
    if not taken:
        return None
    width = max(len(line) for line in taken)
    padded = [line + ("",) * (width - len(line)) for line in taken]
    return Rows(padded[0], tuple(padded[1 : MAX_ROWS + 1]), more=len(taken) > MAX_ROWS + 1)


def _text(value: Any) -> str:
    return "" if value is None else str(value)[:_MOST_LETTERS]


def _workbook(content: bytes) -> Iterable[Sequence[Any]]:
    from openpyxl import load_workbook

    if not is_bounded(content):
        return []
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        sheet = book.worksheets[0]
        return list(sheet.iter_rows(max_row=MAX_ROWS + 2, max_col=_MOST_COLUMNS, values_only=True))
    finally:
        book.close()


def _delimited(content: bytes, separator: str) -> Iterable[Sequence[str]]:
    text = content[:_CSV_BYTES].decode("utf-8-sig", "replace")
    delimiter = separator or max(",;\t|", key=text[:2000].count)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
