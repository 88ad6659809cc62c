"""Headings in two rows, formulas without a value, and sheets that hold no table."""

from __future__ import annotations

import io

from openpyxl import Workbook

from apps.analysis.loading import load
from apps.perception.tables import read_table


def _bytes(book: Workbook) -> io.BytesIO:
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return stream


def _quarters() -> Workbook:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in (
        ["Outlet", "Q1", None, "Q2", None],
        [None, "Revenue", "Cost", "Revenue", "Cost"],
        ["Bugis", 10, 4, 20, 5],
    ):
        page.append(row)
    for cells in ("A1:A2", "B1:C1", "D1:E1"):
        page.merge_cells(cells)
    return book


def test_merged_headings_in_two_rows_are_joined() -> None:
    table = read_table(_bytes(_quarters()))
    assert table.header == ("Outlet", "Q1 / Revenue", "Q1 / Cost", "Q2 / Revenue", "Q2 / Cost")
    assert [row.cells for row in table.rows] == [("Bugis", "10", "4", "20", "5")]


def test_a_merged_title_over_all_columns_is_no_heading() -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in (["Sales of 2026", None], ["Outlet", "Revenue"], ["Bugis", 10]):
        page.append(row)
    page.merge_cells("A1:B1")
    table = read_table(_bytes(book))
    assert table.header in {("Outlet", "Revenue")}
    assert [row.cells for row in table.rows] == [("Bugis", "10")]


def test_a_merged_cell_over_data_joins_nothing() -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in (["Outlet", "Plan", None], ["Bugis", 10, 20], ["Jurong", 30, 40]):
        page.append(row)
    page.merge_cells("B1:C1")
    table = read_table(_bytes(book))
    assert table.header[:2] == ("Outlet", "Plan")
    assert len(list(table.rows)) == 2


def test_formulas_without_a_value_are_said() -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(["Outlet", "Quantity", "Price", "Total"])
    for row in range(2, 5):
        page.append(["Bugis", row, 2.5, f"=B{row}*C{row}"])
    table = load(_bytes(book))
    try:
        [warning] = table.warnings
    finally:
        table.sandbox.close()
    assert warning == (
        "“Total” holds formulas whose values the file does not carry, so they count as empty. "
        "Open the file in Excel, save it and send it again."
    )


def test_a_sheet_with_a_sentence_is_not_taken_for_the_table() -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = "Read me"
    page.append(["This workbook holds the orders of 2026"])
    orders = book.create_sheet("Orders")
    orders.append(["Outlet", "Revenue"])
    orders.append(["Bugis", 10])
    table = read_table(_bytes(book))
    assert (table.sheet, table.header, table.other_sheets) == ("Orders", ("Outlet", "Revenue"), ("Read me",))
