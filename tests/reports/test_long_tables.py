"""Tables of thousands of rows in a PDF: whole, headed on every page, in bounded time and memory."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any
from unittest import mock

import pikepdf
import pytest
from pypdf import PdfReader

from apps.documents import longtables
from apps.documents.content import Column, Table
from apps.documents.longtables import Setting, typesetting
from apps.documents.longtables.typesetting import column_widths
from apps.documents.pdf import LONG_TABLE, render_report
from apps.documents.report import Report, Section

COLUMNS = (Column("Company"), Column("Note"), Column("Value", "money"), Column("Last contact", "date"))
ROWS, PART = 420, 120


def table(rows: int) -> Table:
    found = tuple(
        (f"Row {number:05d} 陈记", "*bold* #let x <tag>", Decimal(number), date(2026, 11, 1 + number % 28))
        for number in range(rows)
    )
    return Table(COLUMNS, found, total=("Sum of all", None, Decimal(sum(range(rows))), None))


def report(*tables: Table) -> Report:
    sections = tuple(Section(f"Section {number}", table=item) for number, item in enumerate(tables, 1))
    return Report("Long report", "All rows", "November 2026", sections, date(2026, 11, 22))


@cache
def long_pdf() -> bytes:
    with mock.patch.object(typesetting, "PART", PART):
        return render_report(report(table(ROWS)))


@cache
def texts() -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(long_pdf())).pages]


def test_every_row_is_there_once_and_in_order() -> None:
    said = "\n".join(texts())
    assert re.findall(r"Row (\d{5})", said) == [f"{number:05d}" for number in range(ROWS)]
    assert said.count("Sum of all") == 1


def test_every_page_of_rows_has_the_header_and_its_number() -> None:
    pages = texts()
    with_rows = [page for page in pages if "Row 0" in page]
    assert len(with_rows) > 10
    assert all("Company" in page and "Last contact" in page for page in with_rows)
    assert all(f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, 1))


def test_no_page_but_the_last_is_left_half_empty() -> None:
    counts = [page.count("Row 0") for page in texts() if "Row 0" in page]
    assert min(counts[1:-1]) > max(counts) - 3


def test_text_is_never_markup() -> None:
    assert "*bold* #let x <tag>" in texts()[1]


def test_the_front_says_where_the_rows_are() -> None:
    assert f"All {ROWS} rows stand at the end of this report." in texts()[0]


def test_the_whole_document_is_tagged_and_has_its_properties() -> None:
    with pikepdf.open(io.BytesIO(long_pdf())) as book:
        root = book.Root.StructTreeRoot
        numbers = pikepdf.NumberTree(root.ParentTree)
        pages = [int(page.StructParents) for page in book.pages]
        assert len(set(pages)) == len(pages)
        assert all(number in numbers for number in pages)
        assert bool(book.Root.MarkInfo.Marked)
        assert str(book.Root.Lang) == "en"
        assert _count(root, "/TR") == ROWS + _parts(root) + 1
        assert str(book.docinfo.Title) == "Long report"


def _parts(root: Any) -> int:
    return _count(root, "/THead")


def _count(element: Any, kind: str) -> int:
    """Elements of a kind; a part that gave up its last page must have given up its tags too."""
    found, waiting = 0, [element]
    while waiting:
        item = waiting.pop()
        if str(item.get("/S", "")) == kind:
            found += 1
        kids = item.get("/K", pikepdf.Array())
        kids = kids if isinstance(kids, pikepdf.Array) else [kids]
        waiting.extend(kid for kid in kids if isinstance(kid, pikepdf.Dictionary) and "/S" in kid)
    return found


def test_the_same_report_gives_the_same_bytes() -> None:
    short = report(table(LONG_TABLE + 1))
    assert render_report(short) == render_report(short)


def test_several_long_tables_follow_each_other() -> None:
    two = report(table(LONG_TABLE + 1), table(3), table(LONG_TABLE + 2))
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(render_report(two))).pages]
    assert "Section 2" in "".join(pages[:2])
    starts = [number for number, page in enumerate(pages) if "Row 00000" in page]
    assert len(starts) == 3
    assert all(f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, 1))


def test_short_tables_stay_where_they_are() -> None:
    said = "".join(
        page.extract_text() for page in PdfReader(io.BytesIO(render_report(report(table(20))))).pages
    )
    assert "stand at the end" not in said


def test_a_row_longer_than_a_page_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "PART", 100)
    words = " ".join(f"w{number}" for number in range(1_500))
    rows = list(table(LONG_TABLE + 60).rows)
    rows[99] = (words, *rows[99][1:])
    pdf = render_report(report(replace(table(1), rows=tuple(rows))))
    said = " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)
    assert all(f"w{number} " in said for number in range(0, 1_499, 7))
    assert all(f"Row {number:05d}" in said for number in range(LONG_TABLE + 60) if number != 99)


def test_the_total_is_there_wherever_the_page_ends() -> None:
    setting = Setting("T", "A", "en", "f", "H")
    for rows in range(31, 37):  # the 34th begins a second page
        (part,) = longtables.typeset(table(rows), setting)
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(part.pdf)).pages]
        assert part.pages == len(pages)
        assert "Sum of all" in pages[-1]


def test_only_some_rows_are_in_memory_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "PART", 120)
    parts = list(longtables.typeset(table(400), Setting("T", "A", "en", "f", "H")))
    assert len(parts) > 3
    assert sum(part.rows for part in parts) == 400
    assert parts[-1].dropped_rows == 0


def test_twice_the_rows_do_not_need_twice_the_memory() -> None:
    small, large = (int(process.communicate()[0]) for process in [_measured(1_000), _measured(2_000)])
    assert large < small * 1.4


def _measured(rows: int) -> subprocess.Popen[str]:
    """A process of its own that tells the kilobytes that it needed at most."""
    code = (
        "import resource; from django.conf import settings;"
        f"settings.configure(KNOWLEDGE_DIR={_knowledge()!r}, USE_TZ=True, USE_I18N=False);"
        "from tests.reports.test_long_tables import table;"
        "from apps.documents.longtables import Setting, typeset;"
        f"[None for _ in typeset(table({rows}), Setting('T', 'A', 'en', 'f', 'H'))];"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)


def _knowledge() -> str:
    from django.conf import settings

    return str(settings.KNOWLEDGE_DIR)


@pytest.mark.parametrize("numeric", [(False, True), (True, True), (False, False)])
def test_columns_fill_the_page(numeric: tuple[bool, bool]) -> None:
    rows = [["A rather long name of a company that goes on and on", "SGD 1,234,567.00"]]
    widths = column_widths(["Company", "Value"], rows, numeric)
    assert sum(widths) == pytest.approx(493.0)
    assert min(widths) > 30
