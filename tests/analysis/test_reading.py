"""Cells become typed values, and what could not be read is said."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import Workbook

from apps.analysis import inference
from apps.analysis.columns import Column
from apps.analysis.loading import Loaded
from apps.perception.errors import UnreadableFile

Opened = Callable[..., Loaded]


MORNING, EVENING = datetime(2026, 10, 31, 9, 30), datetime(2026, 10, 31, 21, 5)
NEXT_DAY = datetime(2026, 11, 1, 10)


def one_column(opened: Opened, cells: list[str], heading: str = "Thing") -> tuple[Column, list[Any]]:
    """The column that holds these cells, and its values."""
    lines = "\n".join(f'"{cell}",x' for cell in cells)
    table = opened(f"{heading},Beside\n{lines}")
    values = table.sandbox.run(f'SELECT "{heading}" FROM data ORDER BY "Row no."')
    return table.columns[0], [value for (value,) in values]


@pytest.mark.parametrize(
    ("cells", "kind", "values"),
    [
        (["1", "-2", "+3"], "integer", [1, -2, 3]),
        (["1,234", "12,345,678"], "integer", [1234, 12345678]),
        (["12,34,567", "1,00,000"], "integer", [1234567, 100000]),
        (["1 234", "5 678"], "integer", [1234, 5678]),
        (["1,234.50", "(20.10)", "7"], "decimal", [Decimal("1234.50"), Decimal("-20.10"), Decimal(7)]),
        (["1.234,50", "2,5", "3"], "decimal", [Decimal("1234.50"), Decimal("2.5"), Decimal(3)]),
        (["5.25-", "−3.5"], "decimal", [Decimal("-5.25"), Decimal("-3.5")]),
        ([".5", "0.125"], "decimal", [Decimal("0.5"), Decimal("0.125")]),
        (["0.1", "123456789012345678.9"], "decimal", [Decimal("0.1"), Decimal("123456789012345678.9")]),
        (["yes", "No", "Y"], "boolean", [True, False, True]),
        (["是", "否"], "boolean", [True, False]),
        (["TRUE", "FALSE"], "boolean", [True, False]),
        (["2026-10-31", "2026-01-02"], "date", [date(2026, 10, 31), date(2026, 1, 2)]),
        (["31/10/2026", "2/1/2026"], "date", [date(2026, 10, 31), date(2026, 1, 2)]),
        (["10/31/2026", "1/2/2026"], "date", [date(2026, 10, 31), date(2026, 1, 2)]),
        (["31.10.26", "2.1.26"], "date", [date(2026, 10, 31), date(2026, 1, 2)]),
        (["31 Oct 2026", "5-Mar-26"], "date", [date(2026, 10, 31), date(2026, 3, 5)]),
        (["Jan 2, 2026", "Oct 31, 2026"], "date", [date(2026, 1, 2), date(2026, 10, 31)]),
        (["2026年10月31日", "2026年1月2日"], "date", [date(2026, 10, 31), date(2026, 1, 2)]),
        (["Oct 2026", "January 2026"], "date", [date(2026, 10, 1), date(2026, 1, 1)]),
        (["2026-10-31T09:30:00Z", "2026-11-01 10:00"], "datetime", [MORNING, NEXT_DAY]),
        (["31/10/2026 9:05 PM", "1/11/2026 10:00 AM"], "datetime", [EVENING, NEXT_DAY]),
        (["00123", "00456"], "text", ["00123", "00456"]),
        (["12345678901234567890", "2"], "text", ["12345678901234567890", "2"]),
        (["1.2.3.4", "10.0.0.1"], "text", ["1.2.3.4", "10.0.0.1"]),
        (["SKU 12", "SKU 13"], "text", ["SKU 12", "SKU 13"]),
        (["1-2", "3-4"], "text", ["1-2", "3-4"]),
    ],
)  # fmt: skip
def test_a_column_gets_its_type_and_exact_values(
    opened: Opened, cells: list[str], kind: str, values: list[Any]
) -> None:
    column, found = one_column(opened, cells)
    assert column.kind == kind
    assert found == values


def test_percent_and_currency_are_units_and_not_part_of_the_number(opened: Opened) -> None:
    percent, rates = one_column(opened, ["12.5%", "3 %"])
    assert (percent.unit, rates) == ("%", [Decimal("12.5"), Decimal(3)])
    dollars, amounts = one_column(opened, ["S$1,200.00", "S$ -3.50", "SGD 4"])
    assert (dollars.unit, amounts) == ("SGD", [Decimal(1200), Decimal("-3.50"), Decimal(4)])


def test_amounts_without_a_sign_beside_signed_ones_are_said(opened: Opened) -> None:
    column, _ = one_column(opened, ["RM 5", "7"])
    assert column.unit == "MYR"
    assert column.notes == ("1 amounts without a currency are taken for MYR.",)


def test_blanks_and_words_for_nothing_are_no_values(opened: Opened) -> None:
    column, values = one_column(opened, ["1", "", "n/a", "-", "#DIV/0!", "2"])
    assert values == [1, None, None, None, None, 2]
    assert (column.filled, column.blank, column.unreadable) == (2, 4, 0)


def test_what_cannot_be_read_is_counted_and_shown_with_its_row(opened: Opened) -> None:
    column, values = one_column(opened, [*(str(number) for number in range(40)), "forty"])
    assert column.kind == "integer"
    assert values[-1] is None
    assert column.unreadable == 1
    assert [(bad.row, bad.text) for bad in column.examples] == [(42, "forty")]


def test_a_mixture_stays_text_and_is_reported(opened: Opened) -> None:
    column, values = one_column(opened, ["1", "two", "3", "four"])
    assert column.kind == "text"
    assert values == ["1", "two", "3", "four"]
    assert column.notes == ("Mixed: 2 of 4 cells are numbers; the column is kept as text.",)


def test_dates_without_a_telling_day_are_read_day_first_and_that_is_said(opened: Opened) -> None:
    column, values = one_column(opened, ["03/04/2026", "05/06/2026"])
    assert values == [date(2026, 4, 3), date(2026, 6, 5)]
    assert "day first" in column.notes[0]


def test_lines_of_totals_are_left_out_but_a_name_is_not(opened: Opened) -> None:
    table = opened("Outlet,Amount,Note\nOrchard,1,a\nTotal,5,petrol\nBugis,4,b\nTotal,10,\n")
    assert (table.rows, table.totals) == (3, 1)
    assert "lines of totals" in table.warnings[0]


def test_repeated_and_empty_headings_get_names_of_their_own(opened: Opened) -> None:
    table = opened("Name,name,,Row no.,Other\na,b,c,d,e\n")
    assert [column.name for column in table.columns] == [
        "Name",
        "name (2)",
        "Column 3",
        "Row no. (2)",
        "Other",
    ]


def test_cells_beyond_the_headings_are_said(opened: Opened) -> None:
    table = opened("A,B\nx,y\nx,y,z\n")
    assert table.warnings == ("1 rows have more cells than there are headings; those cells were left out.",)


def test_a_sheet_is_chosen_by_name_and_the_others_are_listed(opened: Opened) -> None:
    book = Workbook()
    first = book.active
    assert first is not None
    first.title = "2024"
    first.append(["Outlet", "Amount"])
    first.append(["Orchard", 1.25])
    second = book.create_sheet("2025")
    second.append(["Outlet", "Day"])
    second.append(["Bugis", datetime(2025, 10, 31)])
    buffer = io.BytesIO()
    book.save(buffer)
    table = opened(buffer.getvalue(), "2025")
    assert (table.sheet, table.other_sheets) == ("2025", ("2024",))
    assert table.columns[1].kind == "date"
    assert opened(buffer.getvalue()).sheet == "2024"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "big5hkscs"])
def test_any_encoding_and_delimiter_reads_the_same(opened: Opened, encoding: str) -> None:
    text = "門店;銷售額\n" + "\n".join(
        f"{name};1.234,50" for name in ["烏節路分店", "武吉士分店", "裕廊東分店"]
    )
    table = opened(text.encode(encoding))
    assert [column.name for column in table.columns] == ["門店", "銷售額"]
    assert table.sandbox.run('SELECT sum("銷售額") FROM data') == [(Decimal("3703.50"),)]


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n" + b"\0" * 100, b"PK\x03\x04garbage"]
)
def test_what_is_no_table_is_refused_with_a_sentence(opened: Opened, content: bytes) -> None:
    with pytest.raises(UnreadableFile) as refused:
        opened(content)
    assert refused.value.detail.endswith(".")


REPEATED = ["S$1,234.50", "US$7", "", "12/31/2025", "n/a", "-0.25", "(3.10)", "5%", "yes", "2026-01-02 10:30"]


@pytest.mark.parametrize("first", range(len(REPEATED)))
def test_cells_that_repeat_are_read_as_cells_that_do_not(opened: Opened, first: int) -> None:
    """Repeated texts are read once and looked up. Both ways give the same values, counts and notes."""
    main = REPEATED[first] or "4"
    cells = [main] * 40 + [REPEATED[(first + 1) % len(REPEATED)], REPEATED[(first + 5) % len(REPEATED)]]
    few, few_values = one_column(opened, cells)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inference, "REPEATED", 10**9)
        each, each_values = one_column(opened, cells)
    assert few == each
    assert few_values == each_values
    assert few.filled + few.blank + few.unreadable == len(cells)
