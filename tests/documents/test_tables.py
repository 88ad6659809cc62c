"""Spreadsheets that run nothing."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from apps.documents.content import Column, Table
from apps.documents.formulas import as_written, neutralise
from apps.documents.tables import to_csv, to_xlsx

HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\u00a0=1",
    "\u3000＝1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "\ufeff=1",
    "\u200b=1",
    "\u2060+1",
    "\u200e-1",
    "\u200f@x",
    " \u00ad\u202e\ufeff ＝1",
    '=HYPERLINK("http://x","y")',
]
HARMLESS = ["ABC", "\u200bABC", "\u200e", "a=b", "陈记", "", "1-2", "O'Brien", "9%"]


@pytest.mark.parametrize("text", HOSTILE)
def test_formulas_are_made_text(text: str) -> None:
    assert neutralise(text) == f"'{text}"


@pytest.mark.parametrize("text", [*HOSTILE, *HARMLESS])
def test_what_was_made_text_comes_back_as_written(text: str) -> None:
    assert as_written(neutralise(text)) == text


@pytest.mark.parametrize("text", HARMLESS)
def test_other_text_is_left_alone(text: str) -> None:
    assert neutralise(text) == text


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_of_a_csv_is_a_formula(text: str) -> None:
    table = Table((Column(text),), ((text,),))
    rows = list(csv.reader(io.StringIO(to_csv(table).decode("utf-8-sig"), newline="")))
    assert rows == [[f"'{text}"], [f"'{text}"]]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_of_a_workbook_is_a_formula(text: str) -> None:
    sheet = load_workbook(io.BytesIO(to_xlsx(Table((Column(text),), ((text,),))))).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}


def test_a_csv_keeps_numbers_quotes_and_line_breaks() -> None:
    table = Table((Column("A"), Column("B", "money")), (('say "hi"\nthere', Decimal("-12.50")),))
    content = to_csv(table)
    assert content.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))) == [
        ["A", "B"],
        ['say "hi"\nthere', "-12.50"],
    ]


def test_a_workbook_keeps_types_formats_and_the_total() -> None:
    moment = datetime(2026, 11, 22, 9, 0, tzinfo=ZoneInfo("Asia/Singapore"))
    table = Table(
        (Column("Who"), Column("Value", "money", "SGD"), Column("Day", "date"), Column("At", "date")),
        (("陈记", Decimal("12.5"), date(2026, 11, 2), moment),),
        total=("Total", Decimal("12.5"), None, None),
    )
    sheet = load_workbook(io.BytesIO(to_xlsx(table, sheet="Leads/[2026]"))).active
    row = [cell.value for cell in sheet[2]]
    assert row == ["陈记", 12.5, datetime(2026, 11, 2), moment.astimezone(UTC).replace(tzinfo=None)]
    assert sheet["B2"].number_format == "#,##0.00"
    assert sheet["A3"].value == "Total"
    assert sheet.freeze_panes == "A2"
    assert sheet.title == "Leads  2026"


def test_control_characters_do_not_break_a_workbook() -> None:
    sheet = load_workbook(io.BytesIO(to_xlsx(Table((Column("A"),), (("a\x00b\x0bc",),))))).active
    assert sheet["A2"].value == "abc"


def test_a_ragged_row_is_refused() -> None:
    with pytest.raises(ValueError, match="columns"):
        Table((Column("A"),), (("a", "b"),))


def test_a_total_has_room_for_its_digits() -> None:
    table = Table((Column("A", "number"),), ((1,),), total=(1_234_567_890,))
    sheet = load_workbook(io.BytesIO(to_xlsx(table))).active
    assert sheet is not None
    assert sheet.column_dimensions["A"].width >= len("1,234,567,890")
