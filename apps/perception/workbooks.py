"""Excel workbooks (.xlsx)."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from itertools import chain, islice
from typing import IO, Any, BinaryIO
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from apps.perception.cells import cell_text
from apps.perception.errors import (
    UnreadableFile,
    corrupt_file,
    empty_file,
    no_header,
    too_large,
    too_many_rows,
)
from apps.perception.headers import SEARCHED_ROWS, find_header
from apps.perception.kinds import MAX_WORKBOOK, open_archive
from apps.perception.sheet_parts import Merge, joined_headings, merges, valueless
from apps.perception.tables import Limits, Row, Table
from apps.perception.weight import check_weight

#: What openpyxl lets out when the parts of a workbook are damaged.
DAMAGE = (InvalidFileException, BadZipFile, ParseError, KeyError, ValueError, TypeError, OSError, EOFError)

_MOST_NOTES = 5


def read_workbook(stream: BinaryIO, *, sheet: str, limits: Limits) -> Table:
    """The named sheet, or the first visible one with headings and rows below, else with headings alone; see
    `read_table`.

    Of formulas, the value that was last computed is read. Raises `UnreadableFile`.
    """
    check_weight(open_archive(stream, "workbook", max_bytes=MAX_WORKBOOK), limits)
    stream.seek(0)
    try:
        with warnings.catch_warnings():
            # Styles and extensions that openpyxl does not know are of no importance to a reader of values.
            warnings.simplefilter("ignore", UserWarning)
            book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    except DAMAGE as error:
        raise corrupt_file("workbook") from error
    names = [page.title for page in book.worksheets if page.sheet_state == "visible"]
    wanted = [_named(names, sheet)] if sheet else names
    is_empty, bare = True, ""
    for name in wanted:
        first, rest = _start(book[name], limits)
        is_empty = is_empty and not any(any(row.cells) for row in first)
        index = find_header([row.cells for row in first])
        if index is None:
            continue
        if sheet or _has_rows(first[index:]):
            return _table(book[name], first, index, rest, _others(names, name), limits)
        bare = bare or name
    if bare:
        first, rest = _start(book[bare], limits)
        index = find_header([row.cells for row in first]) or 0
        return _table(book[bare], first, index, rest, _others(names, bare), limits)
    raise empty_file() if is_empty else no_header()


def _others(names: list[str], name: str) -> list[str]:
    return [other for other in names if other != name]


def _has_rows(rows: list[Row]) -> bool:
    """Whether it is a table, and no sheet with a sentence or two: “How to read this workbook”."""
    is_wide = sum(1 for cell in rows[0].cells if cell) > 1
    return is_wide and any(any(row.cells) for row in rows[1:])


def _named(names: list[str], wanted: str) -> str:
    for name in names:
        if name.casefold() == wanted.strip().casefold():
            return name
    raise UnreadableFile(
        f"The workbook has no sheet “{wanted}”. It has: {', '.join(names[:20])}.", code="unknown_sheet"
    )


def _start(page: Any, limits: Limits) -> tuple[list[Row], Iterator[Row]]:
    """The first rows, in which headings are looked for, and the others."""
    rows = _rows(page, limits)
    return list(islice(rows, SEARCHED_ROWS)), rows


def _rows(page: Any, limits: Limits) -> Iterator[Row]:
    # The size written in the file may be wrong (some programs write A1:A1); reading on is safe.
    page.reset_dimensions()
    values = enumerate(page.iter_rows(values_only=True), start=1)
    empty = 0
    while True:
        try:
            number, cells = next(values)
        except StopIteration:
            return
        except DAMAGE as error:
            raise corrupt_file("workbook") from error
        row = Row(number, _cells(number, cells, limits))
        if not row.cells:
            # A row with nothing but a far column takes as long as many narrow ones.
            empty += 1 + len(cells) // limits.columns
            if empty > limits.empty_rows:
                raise too_many_rows(limits.rows)
        yield row


def _cells(number: int, values: tuple[object, ...], limits: Limits) -> tuple[str, ...]:
    end = len(values)
    while end and values[end - 1] is None:
        end -= 1
    cells = [cell_text(value) for value in values[:end]]
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > limits.columns:
        raise too_large(f"more than {limits.columns} columns in row {number}")
    if any(len(cell) > limits.cell_characters for cell in cells):
        raise too_large(f"a cell of more than {limits.cell_characters:,} characters in row {number}")
    return tuple(cells)


def _table(
    page: Any, first: list[Row], index: int, rest: Iterator[Row], others: list[str], limits: Limits
) -> Table:
    header = tuple(" ".join(cell.split()) for cell in first[index].cells)
    last = index
    if two := _two_rows(page, first, index):
        header, last = two
    body = _body(chain(first[last + 1 :], rest), len(header), limits)
    notes = _notes(page, header, first[last].number)
    return Table(header, body, None, sheet=page.title, other_sheets=tuple(others), notes=notes)


def _two_rows(page: Any, first: list[Row], index: int) -> tuple[tuple[str, ...], int] | None:
    """Headings in two rows, the upper one with joined cells, and the place of the lower; None for one row."""
    found: list[Merge] | None = None
    for upper in (index, index - 1):
        if not 0 <= upper < len(first) - 1 or first[upper + 1].number != first[upper].number + 1:
            continue
        # Without a gap in it no cell of the row is joined to the next.
        if all(first[upper].cells) and len(first[upper].cells) >= len(first[upper + 1].cells):
            continue
        if found is None:
            with _part(page) as part:
                found = merges(part, last_row=first[-1].number)
        header = joined_headings(first[upper].number, first[upper].cells, first[upper + 1].cells, found)
        if header is not None:
            return header, upper + 1
    return None


def _notes(page: Any, header: tuple[str, ...], row: int) -> tuple[str, ...]:
    with _part(page) as part:
        places = valueless(part, below=row)
    names = [header[place] for place in places if place < len(header) and header[place]]
    return tuple(
        f"“{name}” holds formulas whose values the file does not carry, so they count as empty. Open the "
        "file in Excel, save it and send it again."
        for name in names[:_MOST_NOTES]
    )


def _part(page: Any) -> IO[bytes]:
    """The sheet's own XML, of which openpyxl lets out the values alone."""
    part: IO[bytes] = page.parent._archive.open(page._worksheet_path)
    return part


def _body(rows: Iterator[Row], width: int, limits: Limits) -> Iterator[Row]:
    count = 0
    for row in rows:
        if not any(row.cells):
            continue
        count += 1
        if count > limits.rows:
            raise too_large(f"more than {limits.rows:,} rows")
        yield Row(row.number, row.cells + ("",) * (width - len(row.cells)))
