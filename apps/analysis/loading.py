"""From a file to a typed table in a sandbox."""

# Identifiers are quoted and known, values are parameters.
from __future__ import annotations

import csv
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from apps.analysis.columns import ROW, Column, Unreadable, unique_names
from apps.analysis.errors import BadQuery, TooMuchData
from apps.analysis.formats import has_value
from apps.analysis.inference import MONEY, Reading, is_currency_column, readings
from apps.analysis.sandbox import Sandbox, identifier
from apps.perception.tables import Limits, Table, read_table

ROWS = 1_000_000
CELLS = 20_000_000
BYTES = 100 * 1024 * 1024
SECONDS = 60.0
_CHECKED_EVERY = 20_000
_SHOWN = 3
_TEXT, DATA = "text_cells", "data"
#: A line that adds up the lines above it would be counted twice.
_TOTAL = r"(grand |sub ?-?)?totals?:?|合计|总计|小计|jumlah( besar| keseluruhan)?:?"
_TOTAL_COLUMNS = 3


@dataclass(frozen=True)
class Loaded:
    """A table that can be asked. `rows` are those that count; `totals` lines of totals that were left out."""

    sandbox: Sandbox
    columns: tuple[Column, ...]
    rows: int
    totals: int
    sheet: str
    other_sheets: tuple[str, ...]
    warnings: tuple[str, ...]

    def column(self, name: str) -> Column | None:
        """The column of that heading, however it is capitalised."""
        wanted = " ".join(name.split()).casefold()
        return next((column for column in self.columns if column.name.casefold() == wanted), None)

    def require(self, name: str) -> Column:
        """The same, but raises `BadQuery` when there is none."""
        found = self.column(name)
        if found is None:
            headings = ", ".join(f"“{column.name}”" for column in self.columns[:40])
            raise BadQuery(f"The table has no column “{name[:100]}”. It has: {headings}.")
        return found


@contextmanager
def loaded(stream: BinaryIO, *, sheet: str = "") -> Iterator[Loaded]:
    """The table of a file, for as long as the block lasts. Raises as `load` does."""
    table = load(stream, sheet=sheet)
    try:
        yield table
    finally:
        table.sandbox.close()


def load(stream: BinaryIO, *, sheet: str = "") -> Loaded:
    """The table of a file. Who asks for it closes its sandbox. Raises `UnreadableFile`, `TooMuchData`."""
    stream.seek(0, 2)
    if stream.tell() > BYTES:
        raise TooMuchData(f"The file is larger than {BYTES // 1024 // 1024} MB. Please send a part of it.")
    stream.seek(0)
    table = read_table(stream, sheet=sheet, limits=Limits(rows=ROWS))
    sandbox = Sandbox()
    try:
        names = unique_names(table.header)
        with tempfile.TemporaryDirectory(prefix="table-") as folder:
            path = Path(folder, "cells.csv")
            longer = _write(table, path, len(names))
            sandbox.take(_TEXT, path, ["row", *(f"c{place}" for place in range(len(names)))])
        return _typed(sandbox, table, names, longer)
    except BaseException:
        sandbox.close()
        raise


def _write(table: Table, path: Path, width: int) -> int:
    """The cells in one plain form, with the number of their row; how many rows have more cells than
    headings.
    """
    ends = time.monotonic() + SECONDS
    longer = 0
    most = min(ROWS, CELLS // width)
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for count, row in enumerate(table.rows, 1):
            if count > most:
                raise TooMuchData(
                    f"The table has more than {CELLS:,} cells. Please send fewer columns or rows."
                )
            if count % _CHECKED_EVERY == 0 and time.monotonic() > ends:
                raise TooMuchData("The file takes too long to read. Please send a smaller one.")
            longer += any(row.cells[width:])
            writer.writerow((row.number, *row.cells[:width]))
    return longer


def _typed(sandbox: Sandbox, table: Table, names: list[str], longer: int) -> Loaded:
    texts = [f"c{place}" for place in range(len(names))]
    totals = _without_totals(sandbox, texts)
    found = readings(sandbox, _TEXT, list(zip(texts, names, strict=True)))
    columns = _build(sandbox, found)
    columns = [
        *(
            _counted(sandbox, column, text, reading.filled)
            for column, text, reading in zip(columns, texts, found, strict=False)
        ),
        *(_counted(sandbox, column, "", 0) for column in columns[len(texts) :]),
    ]
    for name in [_TEXT, *(reading.lookup for reading in found if reading.lookup)]:
        sandbox.run(f"DROP TABLE {identifier(name)}")
    rows = int(sandbox.run(f"SELECT count(*) FROM {DATA}")[0][0])  # noqa: S608
    warnings = [*table.notes]
    if longer:
        warnings.append(
            f"{longer:,} rows have more cells than there are headings; those cells were left out."
        )
    if totals:
        warnings.append(
            f"{totals:,} lines of totals in the file were left out, so that nothing counts twice."
        )
    return Loaded(
        sandbox,
        tuple(_governed(sandbox, columns)),
        rows,
        totals,
        table.sheet,
        table.other_sheets,
        tuple(warnings),
    )


def _without_totals(sandbox: Sandbox, texts: list[str]) -> int:
    """Remove lines that add up others: the word in one of the first columns, and an empty cell beside it."""
    word = " OR ".join(
        f"regexp_full_match({identifier(text)}, '{_TOTAL}', 'i')" for text in texts[:_TOTAL_COLUMNS]
    )
    gap = " OR ".join(f"{identifier(text)} = ''" for text in texts)
    where = f"WHERE ({word}) AND ({gap})"
    count = int(sandbox.run(f"SELECT count(*) FROM {_TEXT} {where}")[0][0])  # noqa: S608
    if count:
        sandbox.run(f"DELETE FROM {_TEXT} {where}")  # noqa: S608
    return count


def _build(sandbox: Sandbox, found: list[Reading]) -> list[Column]:
    """Make the typed table; columns of currencies that stood inside amounts come last."""
    taken = {reading.column.name.casefold() for reading in found}
    columns, extra, parts = [], [], [f"CAST(row AS BIGINT) AS {identifier(ROW)}"]
    source = _TEXT
    for place, reading in enumerate(found):
        column, value, currency = reading.column, reading.expression, reading.currency
        if reading.lookup:
            lookup = identifier(reading.lookup)
            source += f" LEFT JOIN {lookup} ON {lookup}.cell = {_TEXT}.c{place}"
            value, currency = f"{lookup}.value", currency and f"{lookup}.currency"
        parts.append(f"{value} AS {identifier(column.name)}")
        if currency:
            name = f"{column.name} (currency)"
            while name.casefold() in taken:
                name += "*"
            taken.add(name.casefold())
            column = replace(column, currency_column=name)
            extra.append((Column(name, "text"), currency))
        columns.append(column)
    parts.extend(f"{expression} AS {identifier(column.name)}" for column, expression in extra)
    sandbox.run(f"CREATE TABLE {DATA} AS SELECT {', '.join(parts)} FROM {source}", seconds=SECONDS)  # noqa: S608
    return [*columns, *(column for column, _ in extra)]


def _counted(sandbox: Sandbox, column: Column, text: str, had_text: int) -> Column:
    """How many cells were read, were blank, and could not be read; with examples of the last.

    `had_text` of its cells hold anything.
    """
    name = identifier(column.name)
    filled, rows = sandbox.run(f"SELECT count({name}), count(*) FROM {DATA}")[0]  # noqa: S608
    if column.kind == "text":
        return replace(column, filled=filled, blank=rows - filled)
    unreadable = had_text - filled
    return replace(
        column,
        filled=filled,
        blank=rows - had_text,
        unreadable=unreadable,
        examples=_unread(sandbox, name, identifier(text)) if unreadable else (),
    )


def _unread(sandbox: Sandbox, name: str, text: str) -> tuple[Unreadable, ...]:
    """The first cells that hold something which is not in the typed table."""
    rows = sandbox.run(
        f"SELECT d.{identifier(ROW)}, t.{text} FROM {_TEXT} t "  # noqa: S608
        f"JOIN {DATA} d ON d.{identifier(ROW)} = CAST(t.row AS BIGINT) "
        f"WHERE {has_value(f't.{text}')} AND d.{name} IS NULL ORDER BY 1 LIMIT {_SHOWN}"
    )
    return tuple(Unreadable(int(row), str(value)[:80]) for row, value in rows)


def _governed(sandbox: Sandbox, columns: list[Column]) -> list[Column]:
    """Amounts beside a column of currencies: that column says what they are."""
    named = [
        (column.name, codes)
        for column in columns
        if column.kind == "text"
        and not any(column.name == other.currency_column for other in columns)
        and (codes := is_currency_column(sandbox, DATA, column.name))
    ]
    if len(named) != 1:
        return columns
    name, codes = named[0]
    return [_in(column, name, codes) for column in columns]


def _in(column: Column, name: str, codes: tuple[str, ...]) -> Column:
    is_amount = column.kind == "decimal" or (column.kind == "integer" and MONEY.search(column.name))
    if not is_amount or column.unit or column.currency_column:
        return column
    if len(codes) == 1:
        return replace(column, unit=codes[0])
    return replace(column, currency_column=name)
