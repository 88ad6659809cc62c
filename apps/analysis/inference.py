"""Finding the type of each column of text, and the expression that reads it.

What is looked at are the different texts of a column, with the number of rows of each (`times`).
"""

# Identifiers are quoted and known, values are parameters.
from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from apps.analysis import formats
from apps.analysis.columns import Column
from apps.analysis.formats import CODES, Style
from apps.analysis.sandbox import Sandbox, identifier

#: From this share of its filled cells on, a column has a type; the others are reported as unreadable.
ENOUGH = 0.95
#: Below that, but from here on, it is worth saying that a column is a mixture.
MIXTURE = 0.2
#: Digits that DuckDB keeps exactly.
DIGITS = 38
_LONGEST = 18
#: From so many rows for each different text on, a lookup is quicker than reading every cell.
REPEATED = 3
MONEY = re.compile(
    r"amount|price|revenue|sales|total|cost|value|fee|spend|budget|salary|profit|paid|net|gross|tax|discount"
    r"|额|金|价|费|收入|成本|jumlah|harga|jualan|kos|hasil",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Reading:
    """A column, how to read its text (an SQL expression), and the same for its currency ("" without).

    `filled` counts the cells that hold anything. `lookup` is a table of `cell`, `value` and `currency` where
    the same few texts come again and again: each was read once there. It is "" where the expression is used.
    """

    column: Column
    expression: str
    currency: str = ""
    filled: int = 0
    lookup: str = ""


@dataclass(frozen=True)
class _Counts:
    filled: int
    digits: int
    booleans: int
    dot: int
    comma: int
    percent: int
    code_like: int
    dates: dict[str, int]
    timed: int
    first_above_12: int
    second_above_12: int


def readings(sandbox: Sandbox, table: str, names: list[tuple[str, str]]) -> list[Reading]:
    """What each column is. `names` pairs the column of text in `table` with its heading."""
    rows = int(sandbox.run(f"SELECT count(*) FROM {identifier(table)}")[0][0])  # noqa: S608
    return [_read(sandbox, table, rows, text, name) for text, name in names]


def _read(sandbox: Sandbox, table: str, rows: int, text: str, name: str) -> Reading:
    """Look at each different text once, with the number of its rows: columns repeat themselves."""
    different, cell = f"{text}_cells", identifier(text)
    grouped = f"SELECT {cell}, count(*) AS times FROM {identifier(table)} GROUP BY 1"  # noqa: S608
    sandbox.run(f"CREATE TABLE {identifier(different)} AS {grouped}")
    counts = _count(sandbox, different, cell)
    reading = replace(_reading(sandbox, different, cell, name, counts), filled=counts.filled)
    count = int(sandbox.run(f"SELECT count(*) FROM {identifier(different)}")[0][0])  # noqa: S608
    if reading.column.kind != "text" and count * REPEATED <= rows:
        reading = replace(reading, lookup=f"{text}_values")
        parts = f"{cell} AS cell, {reading.expression} AS value, {reading.currency or 'NULL'} AS currency"
        values = f"SELECT {parts} FROM {identifier(different)}"  # noqa: S608
        sandbox.run(f"CREATE TABLE {identifier(reading.lookup)} AS {values}")
    sandbox.run(f"DROP TABLE {identifier(different)}")
    return reading


def _reading(sandbox: Sandbox, table: str, text: str, name: str, counts: _Counts) -> Reading:
    if not counts.filled:
        return Reading(Column(name, "text"), _text(text))
    enough = counts.filled * ENOUGH
    if counts.booleans >= enough:
        return Reading(Column(name, "boolean"), formats.boolean(text))
    if sum(counts.dates.values()) >= enough:
        return _date(counts, text, name)
    style: Style = "comma" if counts.comma > counts.dot else "dot"
    numbers = max(counts.comma, counts.dot)
    if numbers >= enough and not counts.code_like:
        return _number(sandbox, table, text, name, style, counts)
    return Reading(Column(name, "text", notes=_mixture(counts, numbers)), _text(text))


def _text(text: str) -> str:
    return f"nullif({text}, '')"


def _mixture(counts: _Counts, numbers: int) -> tuple[str, ...]:
    if counts.code_like and numbers >= counts.filled * ENOUGH:
        return ("Numbers with leading zeros or very many digits are kept as text: they are codes.",)
    dates = sum(counts.dates.values())
    what, count = ("dates", dates) if dates > numbers else ("numbers", numbers)
    if count >= counts.filled * MIXTURE:
        return (f"Mixed: {count:,} of {counts.filled:,} cells are {what}; the column is kept as text.",)
    return ()


def _count(sandbox: Sandbox, table: str, text: str) -> _Counts:
    filled, digits, booleans = _tallies(
        sandbox,
        table,
        [formats.has_value(text), f"regexp_matches({text}, '[0-9]')", f"{formats.boolean(text)} IS NOT NULL"],
    )
    if digits < filled * MIXTURE:
        return _Counts(filled, digits, booleans, 0, 0, 0, 0, {}, 0, 0, 0)
    tests = [
        formats.is_number(text, "dot"),
        formats.is_number(text, "comma"),
        f"ends_with({text}, '%')",
        formats.matches(text, rf"0\d+|\d{{{_LONGEST + 1},}}"),
        formats.has_time(text),
        f"{formats.date_part(text, 1)} > 12",
        f"{formats.date_part(text, 2)} > 12",
        *(formats.matches(text, pattern) for pattern in formats.DATES.values()),
    ]
    dot, comma, percent, code_like, timed, first, second, *dates = _tallies(sandbox, table, tests)
    found = dict(zip(formats.DATES, dates, strict=True))
    return _Counts(filled, digits, booleans, dot, comma, percent, code_like, found, timed, first, second)


def _tallies(sandbox: Sandbox, table: str, tests: Iterable[str]) -> list[int]:
    counts = ", ".join(f"coalesce(sum(times) FILTER (WHERE {test}), 0)" for test in tests)
    return [int(value) for value in sandbox.run(f"SELECT {counts} FROM {identifier(table)}")[0]]  # noqa: S608


def _date(counts: _Counts, text: str, name: str) -> Reading:
    day_first = counts.second_above_12 <= counts.first_above_12
    notes: list[str] = []
    if counts.dates["numbers_first"]:
        if counts.first_above_12 and counts.second_above_12:
            notes.append(
                "Some dates have the day first and some the month; the rarer ones could not be read."
            )
        elif not counts.first_above_12 and not counts.second_above_12:
            notes.append("No date shows whether day or month comes first; they were read with the day first.")
    expression = formats.moment(text, day_first=day_first)
    if counts.timed:
        return Reading(Column(name, "datetime", notes=tuple(notes)), expression)
    return Reading(Column(name, "date", notes=tuple(notes)), f"CAST({expression} AS DATE)")


def _number(sandbox: Sandbox, table: str, text: str, name: str, style: Style, counts: _Counts) -> Reading:
    if counts.percent and counts.percent < counts.filled * ENOUGH:
        note = (
            f"Mixed: {counts.percent:,} of {counts.filled:,} cells are per cent; the column is kept as text."
        )
        return Reading(Column(name, "text", notes=(note,)), _text(text))
    canonical = formats.number_text(text, style)
    scale, whole = _digits(sandbox, table, canonical)
    notes = []
    if scale + whole > DIGITS:
        note = "The numbers have too many digits to be computed exactly; the column is kept as text."
        return Reading(Column(name, "text", notes=(note,)), _text(text))
    if counts.comma == counts.dot and _is_ambiguous(sandbox, table, text):
        notes.append("A point is read as the decimal sign and a comma as the mark between thousands.")
    kind = "DECIMAL(38, 0)" if not scale else f"DECIMAL({max(whole, 1) + scale}, {scale})"
    if not scale and whole <= _LONGEST:
        kind = "BIGINT"
    column = Column(name, "decimal" if scale else "integer", scale=scale, notes=tuple(notes))
    expression = f"TRY_CAST({canonical} AS {kind})"
    if counts.percent:
        return Reading(replace(column, unit="%"), expression)
    return _with_currency(sandbox, table, text, Reading(column, expression))


#: Decimals of a price.
_PRICE = 2


def _digits(sandbox: Sandbox, table: str, canonical: str) -> tuple[int, int]:
    """The most decimals and the most digits before them. Numbers that are whole however they are written
    (“3.000000”, but no prices: “3.00”) have none.
    """
    found = sandbox.run(
        "SELECT coalesce(max(length(split_part(n, '.', 2))), 0), "  # noqa: S608
        "coalesce(max(length(ltrim(split_part(n, '.', 1), '-'))), 0), "
        "coalesce(max(length(rtrim(split_part(n, '.', 2), '0'))), 0) "
        f"FROM (SELECT {canonical} AS n FROM {identifier(table)})"
    )[0]
    is_whole = not int(found[2]) and int(found[0]) != _PRICE
    return 0 if is_whole else int(found[0]), int(found[1])


def _is_ambiguous(sandbox: Sandbox, table: str, text: str) -> bool:
    return bool(_tallies(sandbox, table, [formats.matches(text, r"-?\d{1,3}[.,]\d{3}")])[0])


def _with_currency(sandbox: Sandbox, table: str, text: str, reading: Reading) -> Reading:
    """The currency that stands in the cells: a unit if it is one, a column of its own if there are
    several.
    """
    written = formats.currency_of(text)
    rows = sandbox.run(
        f"SELECT {written}, sum(times) FROM {identifier(table)} "  # noqa: S608
        f"WHERE {formats.has_value(text)} GROUP BY 1"
    )
    found = {str(code): int(count) for code, count in rows}
    bare = found.pop("", 0)
    if not found:
        return reading
    column = reading.column
    if len(found) == 1:
        code = next(iter(found))
        note = (f"{bare:,} amounts without a currency are taken for {code}.",) if bare else ()
        return replace(reading, column=replace(column, unit=code, notes=(*column.notes, *note)))
    note = (f"Amounts in {', '.join(sorted(found))}: they are never added across currencies.",)
    return replace(
        reading, column=replace(column, notes=(*column.notes, *note)), currency=f"nullif({written}, '')"
    )


def is_currency_column(sandbox: Sandbox, table: str, text: str) -> tuple[str, ...]:
    """The currencies in a column that holds nothing else; () for other columns."""
    rows = sandbox.run(
        f"SELECT DISTINCT upper({identifier(text)}) FROM {identifier(table)} "  # noqa: S608
        f"WHERE {identifier(text)} IS NOT NULL LIMIT {len(CODES) + 1}"
    )
    codes = sorted(str(row[0]) for row in rows)
    return tuple(codes) if codes and set(codes) <= {*CODES, "RMB"} else ()
