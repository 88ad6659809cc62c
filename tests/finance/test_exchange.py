"""Entries to and from files, through the pages of the back office."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.finance.models import Entry
from apps.finance.services.posting import reverse
from tests.conftest import Cast
from tests.factories.crm import csv_bytes, xlsx_bytes
from tests.factories.finance import EntryFactory

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
LIST = "/admin/finance/entry/"
CSV, XLSX = "0", "1"
HEADINGS = ["Date", "Category", "From or to", "Amount", "Currency", "Reference", "Paid on", "What for"]
GRAB = ["2026-11-03", "Travel and transport", "Grab", "1,234.50", "SGD", "G-1", "2026-11-03", "Taxi"]


@pytest.fixture
def office(keeper: User, browser_client: Browser) -> Client:
    return browser_client(keeper)


def preview(client: Client, content: bytes, name: str = "ledger.csv") -> Any:
    upload = SimpleUploadedFile(name, content)
    return client.post(f"{LIST}import/", {"import_file": upload, "format": "0", "resource": ""})


def confirm(client: Client, page: Any) -> Any:
    form = page.context["confirm_form"]
    sent = {name: form.initial.get(name, "") for name in form.fields}
    return client.post(f"{LIST}process_import/", sent)


def export(client: Client, file_format: str = CSV, query: str = "") -> bytes:
    names = ["id", "booked_on", "kind", "category", "party", "description", "amount", "currency", "paid_on",
             "external_reference", "status", "counts_as", "recorded_by", "posted_by"]  # fmt: skip
    fields = {f"entryresource_{name}": "on" for name in names}
    answer = client.post(f"{LIST}export/?{query}", {"format": file_format, "resource": "0", **fields})
    assert "attachment" in answer["Content-Disposition"], answer.content[:2000]
    return bytes(answer.content)


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_file_is_previewed_and_becomes_drafts(office: Client, keeper: User) -> None:
    rows = [HEADINGS, GRAB, ["05/11/2026", "subscriptions", "Alpine", "USD 0.10", "", "", "", ""]]
    page = preview(office, csv_bytes(rows), "november.csv")
    assert "Grab" in page.content.decode()
    assert not Entry.objects.exists()
    assert confirm(office, page).status_code == 302
    grab, alpine = Entry.objects.order_by("booked_on")
    assert (grab.status, grab.amount, grab.currency, grab.recorded_by) == (
        "draft", Decimal("1234.50"), "SGD", keeper,
    )  # fmt: skip
    assert (grab.booked_on, grab.paid_on, grab.external_reference) == (
        date(2026, 11, 3), date(2026, 11, 3), "G-1",
    )  # fmt: skip
    assert (alpine.amount, alpine.currency, alpine.category.code) == (Decimal("0.10"), "USD", "subscriptions")
    assert alpine.booked_on == date(2026, 11, 5)
    assert "From the file november.csv, row 2." in office.get(grab.admin_url).content.decode()
    assert AuditEvent.objects.filter(action="finance.entries.imported").count() == 1


def test_every_wrong_row_is_named_with_all_that_is_wrong_and_nothing_is_imported(office: Client) -> None:
    rows = [
        HEADINGS,
        ["3 Brumaire", "Travel and transport", "Grab", "12.345", "", "", "", ""],
        ["2026-11-03", "Yachts", "", "-5", "", "", "", ""],
        ["2026-11-03", "Rent and utilities", "Landlord", "SGD 5", "USD", "", "", ""],
        ["2026-11-03", "Rent and utilities", "Landlord", "5", "QQQ", "", "", ""],
        GRAB,
    ]
    page = preview(office, csv_bytes(rows))
    shown = " ".join(page.content.decode().split())
    for number, reason in (
        (2, "“3 Brumaire” is no day."),
        (2, "“12.345” is no amount."),
        (3, "There is no category “Yachts”. There are: Subscriptions,"),
        (3, "“-5” is no amount."),
        (3, "It does not say from or to whom."),
        (4, "The row names two currencies: USD and SGD."),
        (5, "QQQ is no currency."),
    ):
        row = shown.split(f"<td>{number}</td>")[1].split("</tr>")[0]
        assert reason in row, number
    assert "<td>6</td>" not in shown
    assert not page.context.get("confirm_form")
    assert not Entry.objects.exists()


def test_a_file_without_a_column_is_told_which(office: Client) -> None:
    page = preview(office, csv_bytes([["Date", "Vendor", "Sum"], ["2026-11-03", "Grab", "5"]]))
    assert "There is no column “Category”, “Amount”." in page.content.decode()


def test_what_is_in_the_ledger_is_skipped_and_equal_rows_of_a_file_are_two(office: Client) -> None:
    EntryFactory(external_reference="G-1", party="Other")
    coffee = ["2026-11-04", "Meals and entertainment", "Kopi", "4.40", "SGD", "", "", ""]
    content = csv_bytes([HEADINGS, GRAB, coffee, coffee])
    confirm(office, preview(office, content))
    assert Entry.objects.filter(party="Kopi").count() == 2
    again = preview(office, content)
    assert [row.import_type for row in again.context["result"].valid_rows()] == ["skip"] * 3


def test_excel_and_other_languages_are_understood(office: Client) -> None:
    rows = [["日期", "类别", "对方", "金额", "类型"], [date(2026, 11, 3), "meals", "海底捞", 196.2, "支出"]]
    confirm(office, preview(office, xlsx_bytes(rows), "ledger.xlsx"))
    entry = Entry.objects.get()
    assert (entry.party, entry.amount, entry.booked_on) == ("海底捞", Decimal("196.20"), date(2026, 11, 3))


@pytest.mark.parametrize("file_format", [CSV, XLSX])
def test_what_was_exported_comes_back_unchanged_and_changes_nothing(office: Client, file_format: str) -> None:
    entry = EntryFactory(party="=cmd|'/C calc'!A0", amount=Decimal("999999999999.99"), description="-20%")
    page = preview(office, export(office, file_format), "ledger.xlsx")
    assert [row.import_type for row in page.context["result"].valid_rows()] == ["skip"]
    changed = [["ID", *HEADINGS], [str(entry.pk), *GRAB]]
    assert "with other values" in preview(office, csv_bytes(changed)).content.decode()


def test_an_export_holds_what_the_list_shows_to_the_cent(office: Client, keeper: User) -> None:
    EntryFactory(party="Draft", draft=True)
    entry = EntryFactory(party="Booked", amount=Decimal("33.10"), currency="USD")
    reverse(actor=keeper, entry=entry, reason="Twice")
    rows = rows_of(export(office, query="status__exact=posted"))
    assert [(row["Amount"], row["Counts as"], row["Currency"]) for row in rows] == [
        ("33.10", "33.10", "USD"),
        ("33.10", "-33.10", "USD"),
    ]
    assert rows[0]["Recorded by"] == keeper.email
    event = AuditEvent.objects.get(action="finance.entries.exported")
    assert (event.actor, event.details["rows"]) == (keeper, 2)


@pytest.mark.parametrize("trigger", ["=", "+", "-", "@", "\t"])
def test_no_exported_cell_is_run_by_a_spreadsheet(office: Client, trigger: str) -> None:
    EntryFactory(party=f"{trigger}cmd|' /C calc'!A0")
    cell = next(value for value in rows_of(export(office))[0].values() if "cmd" in value)
    assert cell.startswith("'")
    sheet = load_workbook(io.BytesIO(export(office, XLSX))).active
    assert sheet is not None
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_who_reads_exports_and_only_who_records_imports(cast: Cast, browser_client: Browser) -> None:
    EntryFactory(party="Courts")
    reader = browser_client(cast.executive)
    assert "Courts" in export(reader).decode("utf-8-sig")
    assert reader.get(f"{LIST}import/").status_code == 403
    for stranger in (cast.owner, cast.manager):
        client = browser_client(stranger)
        assert client.get(f"{LIST}export/").status_code == 403
        assert client.get(f"{LIST}import/").status_code == 403
        assert client.post(f"{LIST}process_import/", {"format": "0"}).status_code == 403


def test_a_second_click_records_nothing_twice(office: Client) -> None:
    page = preview(office, csv_bytes([HEADINGS, GRAB]))
    confirm(office, page)
    answer = confirm(office, page)
    assert Entry.objects.count() == 1
    assert "not there any more" in office.get(answer.url).content.decode()
