"""Tables out of files."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from apps.perception.errors import UnreadableFile
from apps.perception.kinds import MAX_WORKBOOK, unpacked_size
from apps.perception.tables import Limits, Row, Table, read_table
from apps.perception.weight import check_weight
from tests.factories.crm import csv_bytes, xlsx_bytes
from tests.perception.workbooks import workbook_with

PEOPLE = [["Company", "Contact", "Phone"], ["ABC", "John", "91234567"], ["金龙", "王", "81234567"]]


def table(content: bytes, **options: object) -> Table:
    return read_table(io.BytesIO(content), **options)  # type: ignore[arg-type]


def rows(content: bytes, **options: object) -> list[tuple[str, ...]]:
    return [row.cells for row in table(content, **options).rows]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    found = table(csv_bytes(PEOPLE, delimiter=delimiter))
    assert found.delimiter == delimiter
    assert found.header == ("Company", "Contact", "Phone")
    assert [row.cells for row in found.rows] == [("ABC", "John", "91234567"), ("金龙", "王", "81234567")]


def test_excels_separator_line_is_obeyed_and_counted() -> None:
    found = table(b"sep=;\nCompany;Contact\nABC, Ltd;John\n")
    assert found.header == ("Company", "Contact")
    assert list(found.rows) == [Row(3, ("ABC, Ltd", "John"))]


def test_line_ends_inside_quotes_belong_to_the_cell() -> None:
    content = b'Company,Notes,Phone\r\nABC,"first line\r\nsecond, line\r\n\r\nfourth",1\r\nDEF,,2\r\n'
    assert rows(content) == [("ABC", "first line\nsecond, line\n\nfourth", "1"), ("DEF", "", "2")]


def test_row_numbers_are_those_of_a_spreadsheet() -> None:
    content = b'Company,Notes\nABC,"two\nlines"\n\n,\nDEF,\n'
    assert [row.number for row in table(content).rows] == [2, 5]


def test_short_rows_are_filled_and_long_ones_kept() -> None:
    assert rows(b"A,B,C\n1\n1,2,3,4\n") == [("1", "", ""), ("1", "2", "3", "4")]


def test_titles_above_the_headings_are_skipped() -> None:
    grid = [
        ["Leads of the trade show"],
        [],
        ["Exported by", "Rachel"],
        ["Company", "Contact", "E-mail", "Phone"],
    ]
    content = csv_bytes([*grid, ["ABC", "John", "j@abc.sg", "1"]])
    found = table(content)
    assert found.header == ("Company", "Contact", "E-mail", "Phone")
    assert list(found.rows) == [Row(5, ("ABC", "John", "j@abc.sg", "1"))]


def test_expected_rows_counts_records_not_lines() -> None:
    assert table(b'Company,Notes\nABC,"a\nb\nc"\n\nDEF,x\n').expected_rows == 2


def test_the_callers_stream_stays_open() -> None:
    stream = io.BytesIO(csv_bytes(PEOPLE))
    list(read_table(stream).rows)
    assert not stream.closed


def test_control_characters_never_leave_the_reader() -> None:
    assert rows("Company,Notes\nA\x00B\x07C,\ufeffx\n".encode()) == [("ABC", "x")]


def test_a_workbook_is_read_like_a_text() -> None:
    found = table(xlsx_bytes(PEOPLE))
    assert found.sheet == "Leads"
    assert [row.cells for row in found.rows] == [("ABC", "John", "91234567"), ("金龙", "王", "81234567")]


def test_cells_of_a_workbook_become_plain_text() -> None:
    grid = [
        ["Company", "Phone", "Value", "Day", "Moment", "Done"],
        ["ABC", 91234567, 1200.5, date(2026, 3, 4), datetime(2026, 3, 4, 15, 30), True],
        ["DEF", 91234567.0, 0.1, None, None, False],
    ]
    assert rows(xlsx_bytes(grid)) == [
        ("ABC", "91234567", "1200.5", "2026-03-04", "2026-03-04 15:30:00", "TRUE"),
        ("DEF", "91234567", "0.1", "", "", "FALSE"),
    ]


def test_merged_titles_in_a_workbook_are_skipped() -> None:
    book = Workbook()
    sheet = book.active
    sheet["A1"] = "Prospects 2026"
    sheet.merge_cells("A1:D1")
    for column, heading in enumerate(["Company", "Contact", "E-mail", "Phone"], start=1):
        sheet.cell(3, column, heading)
    sheet["A4"] = "ABC"
    stream = io.BytesIO()
    book.save(stream)
    found = table(stream.getvalue())
    assert found.header == ("Company", "Contact", "E-mail", "Phone")
    assert list(found.rows) == [Row(4, ("ABC", "", "", ""))]


def test_the_last_value_of_a_formula_is_read_not_its_text() -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["Company", "Value"])
    sheet.append(["ABC", "=1+1"])
    stream = io.BytesIO()
    book.save(stream)
    # Never computed by a spreadsheet, so there is no last value; the formula itself must not come out.
    assert rows(stream.getvalue()) == [("ABC", "")]


def test_the_first_sheet_with_headings_is_taken_and_the_others_are_named() -> None:
    content = xlsx_bytes([[]], title="Cover", more={"People": PEOPLE, "Old": PEOPLE})
    found = table(content)
    assert (found.sheet, found.other_sheets) == ("People", ("Cover", "Old"))
    assert table(content, sheet="old").sheet == "Old"
    with pytest.raises(UnreadableFile, match="no sheet “None such”"):
        table(content, sheet="None such")


def test_a_workbook_named_csv_is_still_a_workbook() -> None:
    # The reader is not even told the name.
    assert table(xlsx_bytes(PEOPLE)).header == ("Company", "Contact", "Phone")


def encrypted_workbook() -> bytes:
    """As Excel saves with a password: an OLE container around an encrypted package."""
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 600
        + "EncryptedPackage".encode("utf-16-le")
        + b"\0" * 90
    )


def old_workbook() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "Workbook".encode("utf-16-le") + b"\0" * 90


def archive_of(name: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(name, "<x/>")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b" \r\n\r\n", "empty_file"),
        (b"\xef\xbb\xbf", "empty_file"),
        (b",,,\n,,,\n", "empty_file"),
        (b"ABC,john@abc.sg,91234567\nDEF,d@e.sg,2\n", "no_header"),
        (b"%PDF-1.7\n...", "wrong_kind"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "wrong_kind"),
        (b"<!DOCTYPE html><html><table></table></html>", "wrong_kind"),
        (bytes(range(1, 32)) * 20, "wrong_kind"),
        (b"PK\x03\x04 and then nothing", "corrupt_file"),
        (xlsx_bytes(PEOPLE)[:-400], "corrupt_file"),
        (archive_of("word/document.xml"), "wrong_kind"),
        (archive_of("ppt/presentation.xml"), "wrong_kind"),
        (archive_of("readme.txt"), "wrong_kind"),
        (archive_of("xl/workbook.xml"), "corrupt_file"),
        (encrypted_workbook(), "encrypted_file"),
        (old_workbook(), "legacy_format"),
        (b'Company,Notes\nABC,"never closed\nDEF,x\n', "open_quote"),
        (xlsx_bytes([[]]), "empty_file"),
    ],
)
def test_what_is_no_table_is_refused_with_its_reason(content: bytes, code: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        list(table(content).rows)
    assert caught.value.code == code
    assert caught.value.detail.endswith(("again.", "first row.", "(.xlsx).", "row.", "empty."))


@pytest.mark.parametrize(
    "limits", [Limits(rows=1), Limits(columns=2), Limits(cell_characters=4)], ids=["rows", "columns", "cell"]
)
@pytest.mark.parametrize("make", [csv_bytes, xlsx_bytes])
def test_limits_stop_the_reader(limits: Limits, make: object) -> None:
    with pytest.raises(UnreadableFile) as caught:
        list(table(make(PEOPLE), limits=limits).rows)  # type: ignore[operator]
    assert caught.value.code == "too_large"


def test_a_zip_bomb_is_refused_by_its_directory() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(700):
                part.write(b"\0" * 1024 * 1024)
    with pytest.raises(UnreadableFile) as caught:
        table(stream.getvalue())
    assert caught.value.code == "too_large"


EMPTY = b'<row r="2"></row>'


@pytest.mark.parametrize(
    "added",
    [
        EMPTY * 8_000_000,
        b'<row r="900000000"/>',
        b"".join(b'<row r="%d"><c r="XFD%d"/></row>' % (n, n) for n in range(4, 60_000)),
        b'<row r="4">' + b'<c r="A4"/>' * 25_000_000 + b"</row>",
    ],
    ids=["empty rows", "a row far below", "empty cells far to the right", "cells in one row"],
)
def test_what_would_take_long_to_parse_is_refused(added: bytes) -> None:
    content = workbook_with(PEOPLE, added)
    began = time.process_time()
    with pytest.raises(UnreadableFile) as caught:
        list(table(content).rows)
    assert caught.value.code == "too_large"
    assert time.process_time() - began < 5


@pytest.mark.parametrize("line", ["\n", ",\n"])
def test_a_text_of_empty_lines_is_refused(line: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        table(b"Company,Phone\nABC,1\n" + line.encode() * 200_000)
    assert "very many empty ones" in caught.value.detail


def test_empty_rows_below_the_last_are_no_reason_to_refuse() -> None:
    below = b"".join(b'<row r="%d"/>' % n for n in range(len(PEOPLE) + 1, 50_000))
    assert [row.cells for row in table(workbook_with(PEOPLE, below)).rows] == [
        tuple(row) for row in PEOPLE[1:]
    ]


def test_a_workbook_of_fifty_thousand_rows_is_within_the_limits() -> None:
    cells = b"".join(b'<c t="inlineStr"><is><t>Something %d</t></is></c>' % n for n in range(20))
    content = workbook_with([["Company", "Phone"]], (b"<row>" + cells + b"</row>") * 50_000)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        check_weight(archive, Limits())
        assert unpacked_size(archive) < MAX_WORKBOOK


cells = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufeff\ufffe\uffff"),
    max_size=12,
).map(str.strip)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=8),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from(",;\t|"),
)
def test_what_a_csv_writer_writes_comes_back(grid: list[list[str]], encoding: str, delimiter: str) -> None:
    header = ["Company name", "Contact name", "Remarks"]
    found = table(csv_bytes([header, *grid], encoding=encoding, delimiter=delimiter))
    assert found.header == tuple(header)
    assert [row.cells for row in found.rows] == [tuple(row) for row in grid if any(row)]
