"""Reading receipts by rules: what stands there, what may be read otherwise, and what is not there."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import docx
import pytest

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.artifacts.services import store
from apps.core.errors import DomainError
from apps.documents.pdf import render_report
from apps.documents.report import Report, Section
from apps.finance.receipts.amounts import amounts_in
from apps.finance.receipts.days import days_in
from apps.finance.receipts.reading import read_text
from apps.finance.tools import read_receipt
from apps.finance.words.guessing import likely_category
from tests.factories.finance import EntryFactory, category
from tests.tool_bench import BenchContext

TODAY = date(2026, 11, 22)
AWS = """Tax Invoice
Invoice number: EUINSG26-7781234
Amazon Web Services Singapore Private Limited
Invoice Date: November 3, 2026
Due date: December 3, 2026
TOTAL AMOUNT DUE ON November 3, 2026   USD 1,414.02
Charges 1,297.27
GST 116.75
"""
HOTPOT = """海底捞火锅 (新加坡)
收据号码: A123456
日期 2026年11月5日
小计 180.00
消费税 9% 16.20
合计 S$196.20
"""
RESIT = """RESTORAN NYONYA
No. Resit: R-0099
Tarikh: 01-10-2026
Jumlah kecil RM 40.00
Cukai SST 6% RM 2.40
JUMLAH RM 42.40
"""
GRAB = "Grab\nTrip on 21 Nov 2026\nTotal paid\n$23.80\n"
BOOKS = "Popular Bookstore\nTotal items: 3\nTotal  SGD 61.45\nCash 100.00\nChange 38.55\n15/11/26\n"


@pytest.mark.parametrize(
    ("text", "merchant", "day", "total", "currency", "tax", "number"),
    [
        (AWS, "Amazon Web Services Singapore Private Limited", (2026, 11, 3), "1414.02", "USD", "116.75",
         "EUINSG26-7781234"),
        (HOTPOT, "海底捞火锅 (新加坡)", (2026, 11, 5), "196.20", "SGD", "16.20", "A123456"),
        (RESIT, "RESTORAN NYONYA", (2026, 10, 1), "42.40", "MYR", "2.40", "R-0099"),
        (GRAB, "Grab", (2026, 11, 21), "23.80", "SGD", None, ""),
        (BOOKS, "Popular Bookstore", (2026, 11, 15), "61.45", "SGD", None, ""),
    ],
    ids=["aws", "chinese", "malay", "ride", "cash"],
)  # fmt: skip
def test_receipts_are_read(
    text: str,
    merchant: str,
    day: tuple[int, int, int],
    total: str,
    currency: str,
    tax: str | None,
    number: str,
) -> None:
    found = read_text(text, today=TODAY)
    assert (found.merchant, found.day, found.total) == (merchant, date(*day), Decimal(total))
    assert (found.currency, found.tax, found.number) == (currency, Decimal(tax) if tax else None, number)
    assert found.unread == []


def test_what_may_be_read_otherwise_is_said() -> None:
    told = " ".join(read_text("Cafe\n05/11/2026\nTotal $10.00\nTotal $12.00", today=TODAY).guesses)
    assert "day/month/year: 5 November 2026" in told
    assert "more than one total" in told
    assert "taken for SGD" in told


def test_what_is_not_there_is_not_made_up() -> None:
    found = read_text("Thank you\nSubtotal 12.00\nTotal items 4", today=TODAY)
    assert (found.total, found.day, found.currency) == (None, None, "")
    assert set(found.unread) >= {"date", "total", "currency"}


def test_a_day_that_is_to_come_is_not_the_receipts() -> None:
    assert read_text("Due date: 2026-12-24\nTotal SGD 5.00", today=TODAY).day is None


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("S$1,234.50", ["1234.50"]),
        ("1.234,56 EUR", ["1234.56"]),
        ("9% GST 1.01", ["1.01"]),
        ("USD 99", ["99"]),
        ("Tel 6123-4567", []),
        ("2026-11-03", []),
    ],
)
def test_amounts_on_a_line(line: str, values: list[str]) -> None:
    assert [amount.value for amount in amounts_in(line)] == [Decimal(value) for value in values]


@pytest.mark.parametrize(
    "text",
    ["2026-02-30", "2026-13-01", "2026/22/11", "31/02/2026", "99/99/2026", "0000-00-00", "12/12/9999"],
)
def test_days_that_do_not_exist_are_none(text: str) -> None:
    assert list(days_in(text)) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Grab taxi to airport", "travel"),
        ("餐饮发票", "meals"),
        ("kedai kopi", "meals"),
        ("???", "other_expenses"),
    ],
)
def test_the_words_speak_for_a_category(text: str, code: str) -> None:
    assert likely_category(text)[0] == code


@pytest.mark.django_db
class TestTool:
    """Files of all kinds."""

    def test_pdf_docx_and_text_say_the_same(
        self, keeper: User, context: Callable[[User], BenchContext], receipt: Callable[..., Artifact]
    ) -> None:
        paper = docx.Document()
        for line in RESIT.splitlines():
            paper.add_paragraph(line)
        stream = io.BytesIO()
        paper.save(stream)
        pdf = render_report(
            Report("Resit", "", "", (Section("", paragraphs=tuple(RESIT.splitlines())),), TODAY)
        )
        files = [
            receipt(keeper, RESIT),
            store(owner=keeper, name="resit.docx", content=stream.getvalue(), origin="uploaded"),
            store(owner=keeper, name="resit.pdf", content=pdf, origin="uploaded"),
        ]
        for file in files:
            found = read_receipt(context(keeper), artifact_id=str(file.pk))
            assert (found.total, found.currency, found.number) == (Decimal("42.40"), "MYR", "R-0099"), (
                file.name
            )

    def test_the_usual_category_of_a_merchant_wins(
        self, keeper: User, context: Callable[[User], BenchContext], receipt: Callable[..., Artifact]
    ) -> None:
        file = receipt(keeper, GRAB)
        assert read_receipt(context(keeper), artifact_id=str(file.pk)).category == "travel"
        EntryFactory(party="GRAB", category=category("meals"))
        assert read_receipt(context(keeper), artifact_id=str(file.pk)).category == "meals"

    def test_a_picture_or_an_empty_file_gets_a_sentence(
        self, keeper: User, context: Callable[[User], BenchContext], receipt: Callable[..., Artifact]
    ) -> None:
        png = bytes.fromhex(
            "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000000000500"
            "01a5f645400000000049454e44ae426082"
        )
        picture = store(owner=keeper, name="receipt.png", content=png, origin="uploaded")
        with pytest.raises(DomainError) as refused:
            read_receipt(context(keeper), artifact_id=str(picture.pk))
        assert refused.value.detail
