"""Tables as CSV and XLSX that open safely: what a spreadsheet would run as a formula is made plain text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from apps.documents.brand import load_brand
from apps.documents.content import Column, Table
from apps.documents.formulas import neutralise
from apps.documents.numbers import Value

_MAX_WIDTH = 60
_SAMPLE = 200
_MONEY = "#,##0.00"
_FINE_MONEY = "#,##0.0000"
_WHOLE = "#,##0"


def to_csv(table: Table) -> bytes:
    """UTF-8 with a byte-order mark (Excel needs it for Chinese), CRLF lines. Numbers stay numbers."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([neutralise(column.label) for column in table.columns])
    for row in _rows(table):
        writer.writerow([_csv_value(value) for value in row])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8")


def to_xlsx(table: Table, *, sheet: str = "Data") -> bytes:
    """A workbook of one sheet, see `to_workbook`."""
    return to_workbook([(sheet, table)])


def to_workbook(sheets: Sequence[tuple[str, Table]]) -> bytes:
    """A sheet for each title and table, with a frozen header, a filter, number formats and sensible widths.

    No cell is a formula.
    """
    book = Workbook(write_only=True)
    for name, table in zip(_sheet_names([title for title, _table in sheets]), sheets, strict=True):
        _fill(book.create_sheet(name), table[1])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _fill(page: Any, table: Table) -> None:
    page.freeze_panes = "A2"
    formats = [_number_format(table, place) for place in range(len(table.columns))]
    for number, wide in enumerate(_widths(table), start=1):
        page.column_dimensions[get_column_letter(number)].width = wide
    page.append([_header_cell(page, column) for column in table.columns])
    for row in _rows(table):
        page.append(
            [
                _body_cell(page, number_format, value)
                for number_format, value in zip(formats, row, strict=True)
            ]
        )
    page.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{len(table.rows) + 1}"


def _rows(table: Table) -> Iterable[tuple[Value, ...]]:
    yield from table.rows
    if table.total:
        yield table.total


def _csv_value(value: Value) -> Any:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return neutralise(value) if isinstance(value, str) else value


def _sheet_names(titles: Sequence[str]) -> list[str]:
    """Names that a workbook takes, each once."""
    found: list[str] = []
    for title in titles:
        name, number = _sheet_name(title), 1
        while name.lower() in {known.lower() for known in found}:
            number += 1
            name = f"{_sheet_name(title)[:27]} {number}"
        found.append(name)
    return found


def _sheet_name(name: str) -> str:
    cleaned = "".join(" " if letter in r"[]:*?/\'" else letter for letter in name).strip()
    return cleaned[:31] or "Data"


def _header_cell(page: Any, column: Column) -> WriteOnlyCell:
    brand = load_brand()
    cell = WriteOnlyCell(page, value=column.label)
    cell.data_type = "s"
    cell.font = Font(bold=True, color=brand.paper.lstrip("#"))
    cell.fill = PatternFill("solid", fgColor=brand.ink.lstrip("#"))
    cell.alignment = Alignment(horizontal="right" if column.is_numeric else "left", vertical="center")
    return cell


def _number_format(table: Table, place: int) -> str:
    """How the numbers of a column are shown; small amounts of money with four decimals."""
    kind = table.columns[place].kind
    if kind == "percent":
        return '0.0" %"'
    values = [row[place] for row in table.rows if isinstance(row[place], int | float | Decimal)]
    if kind == "money":
        return _FINE_MONEY if any(round(value, 2) != value for value in values) else _MONEY  # type: ignore[arg-type]
    is_whole = all(value == int(value) for value in values)  # type: ignore[arg-type]
    return _WHOLE if kind == "number" and is_whole else "General"


def _body_cell(page: Any, number_format: str, value: Value) -> WriteOnlyCell:
    cell = WriteOnlyCell(page, value=_spreadsheet_value(value))
    if isinstance(value, str):
        # Marked as text, so that neither openpyxl nor Excel takes a leading = for a formula.
        cell.data_type = "s"
        cell.quotePrefix = True
    elif isinstance(value, int | float | Decimal):
        cell.number_format = number_format
    return cell


def _spreadsheet_value(value: Value) -> Any:
    if isinstance(value, datetime) and value.tzinfo:
        # Spreadsheets know no zones; the files of the house carry UTC.
        return value.astimezone(UTC).replace(tzinfo=None)
    if isinstance(value, str):
        return neutralise(_printable(value))
    return value


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter >= " " or letter in "\t\n\r")


def _widths(table: Table) -> Sequence[int]:
    """In characters, judged by the header, the first rows and the total; wide letters count twice."""
    widths = [_length(column.label) for column in table.columns]
    for row in (*table.rows[:_SAMPLE], *([table.total] if table.total else [])):
        widths = [max(wide, _length(str(value or ""))) for wide, value in zip(widths, row, strict=True)]
    return [min(wide + 3, _MAX_WIDTH) for wide in widths]


def _length(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)
