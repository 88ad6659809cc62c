"""CSV, TSV and their relatives."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO, TextIO

from apps.perception.cells import clean_text
from apps.perception.encodings import detect_encoding, open_text
from apps.perception.errors import UnreadableFile, empty_file, no_header, too_large, too_many_rows
from apps.perception.headers import SEARCHED_ROWS, find_header
from apps.perception.tables import Limits, Row, Table

DELIMITERS = ",;\t|"
SNIFFED_ROWS = 50


def read_delimited(stream: BinaryIO, *, limits: Limits) -> Table:
    """The file as a table; see `read_table`. The whole file is checked before the first row is given out."""
    encoding = detect_encoding(stream)
    delimiter, hint_lines = _sniff_delimiter(stream, encoding)
    records = _Records(stream, encoding, delimiter, hint_lines, limits)
    first = list(islice(records, SEARCHED_ROWS))
    if not any(any(row.cells) for row in first):
        raise empty_file()
    index = find_header([row.cells for row in first])
    if index is None:
        raise no_header()
    header = _without_empty_end(first[index].cells)
    start = first[index].number
    count = records.count_after(start)
    if count > limits.rows:
        raise too_large(f"more than {limits.rows:,} rows")
    body = (_padded(row, len(header)) for row in records if row.number > start and any(row.cells))
    return Table(header, body, count, encoding=encoding, delimiter=delimiter)


class _Records:
    """The records of the file; each iteration reads it anew from its start."""

    def __init__(
        self, stream: BinaryIO, encoding: str, delimiter: str, hint_lines: int, limits: Limits
    ) -> None:
        self.stream = stream
        self.encoding = encoding
        self.delimiter = delimiter
        self.hint_lines = hint_lines
        self.limits = limits

    def __iter__(self) -> Iterator[Row]:
        for number, record in self._raw():
            yield Row(number, tuple([clean_text(cell) for cell in record]))

    def count_after(self, start: int) -> int:
        """How many records below record `start` are not blank. Raises `UnreadableFile` when too many are."""
        count = 0
        for number, record in self._raw():
            if number > start and "".join(record).strip():
                count += 1
            if number - count > start + self.limits.empty_rows:
                raise too_many_rows(self.limits.rows)
        return count

    def _raw(self) -> Iterator[tuple[int, list[str]]]:
        text = open_text(self.stream, self.encoding)
        try:
            yield from self._records(text)
        finally:
            # Closing the text would close the caller's stream with it. A caller who stops half way may have
            # closed it already.
            if not self.stream.closed:
                text.detach()

    def _records(self, text: TextIO) -> Iterator[tuple[int, list[str]]]:
        lines = _Lines(text)
        reader = csv.reader(lines, delimiter=self.delimiter)
        number = 0
        try:
            for number, record in enumerate(reader, start=1):
                if lines.finished and lines.is_quote_open:
                    raise _open_quote(number)
                if number > self.hint_lines:
                    self._check(number, record)
                    yield number, record
                lines.record_ends()
        except csv.Error as error:
            if lines.is_quote_open:
                raise _open_quote(number + 1) from error
            raise too_large(f"a cell that is too long in row {number + 1}") from error

    def _check(self, number: int, record: list[str]) -> None:
        if len(record) > self.limits.columns:
            raise too_large(f"more than {self.limits.columns} columns in row {number}")
        if record and max(map(len, record)) > self.limits.cell_characters:
            raise too_large(f"a cell of more than {self.limits.cell_characters:,} characters in row {number}")


class _Lines:
    """The lines of a text, remembering whether the record being read has a quotation mark without a partner.

    The csv module takes everything behind such a mark, to the end of the file, for one cell.
    """

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._quotes = 0
        self.finished = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._text.readline()
        if not line:
            self.finished = True
            raise StopIteration
        self._quotes += line.count('"')
        return line

    @property
    def is_quote_open(self) -> bool:
        return self._quotes % 2 == 1

    def record_ends(self) -> None:
        self._quotes = 0


def _open_quote(number: int) -> UnreadableFile:
    return UnreadableFile(
        f"In row {number} a quotation mark opens a cell and nothing closes it. Please correct the row.",
        code="open_quote",
    )


def _sniff_delimiter(stream: BinaryIO, encoding: str) -> tuple[str, int]:
    """The separator, and how many lines at the top only declare it (Excel writes `sep=;`)."""
    text = open_text(stream, encoding)
    try:
        sample = [line for line, _ in zip(text, range(SNIFFED_ROWS * 4), strict=False)]
    finally:
        text.detach()
    declared = sample[0].strip().lower() if sample else ""
    if declared.startswith("sep=") and len(declared) == 5 and declared[4] in DELIMITERS:
        return declared[4], 1
    if declared == "sep=":
        return "\t", 1
    return max(DELIMITERS, key=lambda delimiter: _consistency(sample, delimiter)), 0


def _consistency(lines: list[str], delimiter: str) -> tuple[float, int]:
    """How many records have the most common number of cells (if more than one), and that number."""
    try:
        records = islice(csv.reader(lines, delimiter=delimiter), SNIFFED_ROWS)
        widths = [len(record) for record in records if record]
    except csv.Error:
        return 0.0, 0
    many = Counter(width for width in widths if width > 1)
    if not many:
        return 0.0, 0
    width, count = max(many.items(), key=lambda item: (item[1], item[0]))
    return count / len(widths), width


def _without_empty_end(cells: tuple[str, ...]) -> tuple[str, ...]:
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    return tuple(" ".join(cell.split()) for cell in cells[:end])


def _padded(row: Row, width: int) -> Row:
    missing = width - len(row.cells)
    return row if missing <= 0 else Row(row.number, row.cells + ("",) * missing)
