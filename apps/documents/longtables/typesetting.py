"""Rows to pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from apps.documents.brand import load_brand
from apps.documents.content import Table, cell_text
from apps.documents.longtables.typst_files import Typst, forget
from apps.documents.typography import width

#: Rows that are laid out at once: more need more memory, fewer more time.
PART = 500
#: Points between the margins of A4.
_ROOM = 493.0
_SIZE = 8.5
_GAP = 4 * 72 / 25.4
#: Rows whose texts decide how wide the columns are.
_SAMPLE = 300
#: A column may claim so many points before long texts are broken into lines.
_MOST, _LEAST = 190.0, 34.0
#: The widths that we know are those of the widest face; that of the pages needs less.
_NARROWER = 0.9
#: Longer texts may go on over a page; others stay on one.
_LONG_TEXT = 600


@dataclass(frozen=True)
class Sheets:
    """Pages of a table: a PDF of which the first `pages` count, with `rows` rows on them."""

    pdf: bytes
    pages: int
    rows: int
    dropped_rows: int


@dataclass(frozen=True)
class Setting:
    """What stands on the pages besides the table."""

    title: str
    author: str
    language: str
    footer: str
    heading: str


def typeset(table: Table, setting: Setting) -> Iterator[Sheets]:
    """The table in parts of whole pages, one after the other; only one part is in memory at a time.

    A part that is not the last gives up its last page, whose rows begin the next part.
    """
    start, total = 0, len(table.rows)
    texts = _Texts(table)
    while start < total:
        is_last = start + PART >= total
        rows = texts.rows(start, start + PART)
        part = _Part(texts, rows, setting, is_first=start == 0, is_last=is_last)
        sheets = part.sheets()
        start += sheets.rows
        yield sheets
        del part, sheets
        if not is_last:
            forget()


class _Texts:
    """The cells of a table as readers see them, and how wide their columns are."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.head = [column.label for column in table.columns]
        self.numeric = list(table.numeric)
        unbroken = [
            numeric or column.kind == "date"
            for numeric, column in zip(self.numeric, table.columns, strict=True)
        ]
        self.total = self._row(table.total) if table.total else []
        self.widths = column_widths(self.head, [*self.rows(0, _SAMPLE), self.total or self.head], unbroken)

    def rows(self, start: int, end: int) -> list[list[str]]:
        """The texts of some rows."""
        return [self._row(row) for row in self.table.rows[start:end]]

    def _row(self, values: Sequence[Any]) -> list[str]:
        return [cell_text(column, value) for column, value in zip(self.table.columns, values, strict=True)]


class _Part:
    """Some of the rows, laid out."""

    def __init__(
        self, texts: _Texts, rows: list[list[str]], setting: Setting, *, is_first: bool, is_last: bool
    ) -> None:
        self._rows = rows
        self._is_last = is_last
        brand = load_brand()
        breakable = any(len(text) > _LONG_TEXT for row in rows for text in row)
        data = {
            **asdict(setting),
            "heading": setting.heading if is_first else "",
            "caption": texts.table.caption if is_first else "",
            "brand": {"ink": brand.ink, "slate": brand.slate, "coral": brand.coral, "line": brand.line},
            "fonts": [brand.document_font, *brand.chinese_fonts],
            "display": ["Inter Display", *brand.chinese_fonts],
            "breakable": breakable,
            "widths": texts.widths,
            "numeric": texts.numeric,
            "head": texts.head,
            "rows": rows,
            "total": texts.total if is_last else [],
        }
        # A row that goes on over the page could not be given up with its second half.
        self._gives_up_last_page = not is_last and not breakable
        self._document = Typst("long_table", data)

    def sheets(self) -> Sheets:
        """The pages, and how many rows are on those that count."""
        end = self._document.value("end")
        pdf = self._document.pdf()
        kept = len(self._rows)
        if self._gives_up_last_page and end["pages"] > 1:
            return Sheets(pdf, end["pages"] - 1, end["carry"], kept - end["carry"])
        return Sheets(pdf, end["pages"], kept, 0)


def column_widths(
    head: Sequence[str], rows: Sequence[Sequence[str]], unbroken: Sequence[bool]
) -> list[float]:
    """Points for each column, together as wide as the page.

    Numbers and days are not broken, so their columns get what they need; the others share the rest by need.
    """
    needs = [_need(place, head, rows, is_unbroken=is_unbroken) for place, is_unbroken in enumerate(unbroken)]
    fixed = sum(need for need, is_unbroken in zip(needs, unbroken, strict=True) if is_unbroken)
    flexible = sum(needs) - fixed
    room = max(_ROOM - fixed, _ROOM / 3)
    if not flexible:
        return [need * _ROOM / sum(needs) for need in needs]
    return [
        need if is_unbroken else need * room / flexible
        for need, is_unbroken in zip(needs, unbroken, strict=True)
    ]


def _need(place: int, head: Sequence[str], rows: Sequence[Sequence[str]], *, is_unbroken: bool) -> float:
    longest = max((width(row[place], _SIZE) for row in rows), default=0.0) * _NARROWER
    label = max((width(word, _SIZE) for word in head[place].split()), default=0.0) * _NARROWER
    need = max(longest, label, _LEAST) + _GAP
    return need if is_unbroken else min(need, _MOST)
