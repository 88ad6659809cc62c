"""Leads to and from files, through the pages of the back office."""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.crm.models import Lead, StageChange
from tests.conftest import Cast
from tests.factories.crm import LeadFactory, csv_bytes, xlsx_bytes
from tests.perception.workbooks import workbook_with

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
IMPORT, CONFIRM = "/admin/crm/lead/import/", "/admin/crm/lead/process_import/"
EXPORT = "/admin/crm/lead/export/"
CSV, XLSX = "0", "1"
HEADINGS = ["Company", "Contact", "E-mail", "Value", "Status", "Follow up on"]


def preview(client: Client, content: bytes, name: str = "leads.csv") -> Any:
    upload = SimpleUploadedFile(name, content)
    return client.post(IMPORT, {"import_file": upload, "format": CSV, "resource": ""})


def confirm(client: Client, page: Any) -> Any:
    form = page.context["confirm_form"]
    return client.post(CONFIRM, {name: form.initial.get(name, "") for name in form.fields})


def export(
    client: Client, file_format: str, query: str = "", names: Iterable[str] = ("company_name",)
) -> bytes:
    fields = {f"leadresource_{name}": "on" for name in names}
    answer = client.post(f"{EXPORT}?{query}", {"format": file_format, "resource": "0", **fields})
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"], answer.content[:2000]
    assert "no-store" in answer["Cache-Control"]
    return bytes(answer.content)


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_file_is_previewed_and_then_imported(cast: Cast, browser_client: Browser) -> None:
    client = browser_client(cast.owner)
    rows = [
        HEADINGS,
        ["ABC", "John", "john@abc.sg", "SGD 1,200", "contacted", "24/12/2026"],
        ["DEF", "", "", "", "", ""],
    ]
    page = preview(client, csv_bytes(rows))
    assert "ABC" in page.content.decode()
    assert not Lead.objects.exists()
    assert confirm(client, page).status_code == 302
    abc = Lead.objects.get(company_name="ABC")
    assert (abc.value, abc.status, abc.assigned_to) == (Decimal(1200), "contacted", cast.owner)
    assert str(abc.follow_up_date) == "2026-12-24"
    assert Lead.objects.count() == 2
    assert StageChange.objects.filter(from_status="").count() == 2
    assert AuditEvent.objects.filter(action="crm.leads.imported").count() == 1


def test_every_wrong_row_is_named_and_nothing_is_imported(cast: Cast, browser_client: Browser) -> None:
    rows = [
        HEADINGS,
        ["ABC", "", "nonsense", "", "", ""],
        ["", "Somebody", "", "", "", ""],
        ["DEF", "", "", "a lot", "", ""],
        ["GHI", "", "", "", "lukewarm", ""],
        ["Fine", "", "", "", "", ""],
    ]
    page = preview(browser_client(cast.owner), csv_bytes(rows))
    shown = " ".join(page.content.decode().split())
    for number, reason in (
        (2, "“nonsense” is not an e-mail address."),
        (3, "The company name is missing."),
        (4, "“a lot” is not an amount of money."),
        (5, "“lukewarm” is not a status I know"),
    ):
        assert f'<td>{number}</td> <td class="mz-import-reason"> <p>{reason}' in shown
    assert "<td>6</td>" not in shown
    assert "confirm_form" not in page.context or page.context["confirm_form"] is None
    assert not Lead.objects.exists()


def test_rows_that_repeat_a_lead_are_skipped(cast: Cast, browser_client: Browser) -> None:
    LeadFactory(contact_email="john@abc.sg", assigned_to=cast.colleague)
    rows = [HEADINGS, ["ABC", "", "john@abc.sg", "", "", ""], ["DEF", "", "jane@def.sg", "", "", ""]]
    client = browser_client(cast.owner)
    confirm(client, preview(client, csv_bytes(rows)))
    assert set(Lead.objects.values_list("company_name", flat=True)) & {"ABC", "DEF"} == {"DEF"}


def test_a_manager_gives_new_leads_to_colleagues_by_name_or_address(
    cast: Cast, browser_client: Browser
) -> None:
    client = browser_client(cast.manager)
    owners = {"A": "colin  COLLEAGUE", "B": cast.owner.email, "C": ""}
    confirm(client, preview(client, csv_bytes([["Company", "Owner"], *map(list, owners.items())])))
    assert dict(Lead.objects.values_list("company_name", "assigned_to")) == {
        "A": cast.colleague.pk,
        "B": cast.owner.pk,
        "C": cast.manager.pk,
    }


def test_headings_in_other_languages_and_excel_are_understood(cast: Cast, browser_client: Browser) -> None:
    client = browser_client(cast.owner)
    page = preview(client, xlsx_bytes([["公司名称", "邮箱"], ["金龙", "j@jin.example"]]), "leads.xlsx")
    confirm(client, page)
    assert Lead.objects.get().company_name == "金龙"


def test_a_wrong_row_is_shown_as_it_stands_in_the_file(cast: Cast, browser_client: Browser) -> None:
    rows = [["Leads of May"], ["No.", "邮箱", "公司名称"], ["1", "nonsense", "金龍"], ["2", "", "DEF"]]
    (wrong,) = preview(browser_client(cast.owner), csv_bytes(rows)).context["result"].invalid_rows
    assert wrong.number == 3
    assert wrong.values[:3] == ("金龍", "---", "nonsense")


def test_columns_with_the_same_heading_stay_apart(cast: Cast, browser_client: Browser) -> None:
    client = browser_client(cast.owner)
    rows = [["row", "Remark", "Remark", "Company"], ["17", "first", "second", "ABC"]]
    confirm(client, preview(client, csv_bytes(rows)))
    lead = Lead.objects.get()
    assert (lead.company_name, lead.notes, lead.import_row) == ("ABC", "first", 2)


def test_a_cell_too_many_is_an_error(cast: Cast, browser_client: Browser) -> None:
    page = preview(browser_client(cast.owner), b"Company,Value\nABC,1,200\n")
    assert "more cells than there are headings" in page.content.decode()


def test_an_empty_cell_takes_no_source_away_and_a_value_brings_its_currency(
    cast: Cast, browser_client: Browser
) -> None:
    lead = LeadFactory(assigned_to=cast.owner, company_name="ABC", source="referral", currency="MYR")
    client = browser_client(cast.owner)
    rows = [["ID", "Company", "Source", "Value", "Industry"], [str(lead.pk), "ABC", "", "SGD 1,500", ""]]
    confirm(client, preview(client, csv_bytes(rows)))
    lead.refresh_from_db()
    assert (lead.source, lead.value, lead.currency) == ("referral", Decimal(1500), "SGD")
    assert lead.industry == ""


def test_what_was_exported_comes_back_unchanged(cast: Cast, browser_client: Browser) -> None:
    LeadFactory(assigned_to=cast.owner, contact_phone="+65 9123 4567", notes="-20% asked for")
    client = browser_client(cast.owner)
    names = ["id", "company_name", "contact_phone", "notes", "value", "source", "follow_up_date"]
    for file_format in (CSV, XLSX):
        page = preview(client, export(client, file_format, names=names), "leads.xlsx")
        assert [row.import_type for row in page.context["result"].valid_rows()] == ["skip"]


def test_what_goes_wrong_after_the_preview_imports_nothing_and_is_told(
    cast: Cast, browser_client: Browser
) -> None:
    lead = LeadFactory(assigned_to=cast.owner, company_name="ABC")
    client = browser_client(cast.owner)
    page = preview(client, csv_bytes([["ID", "Company"], ["", "New one"], [str(lead.pk), "Renamed"]]))
    lead.delete()
    answer = confirm(client, page)
    assert not Lead.objects.exists()
    assert "Nothing was imported" in client.get(answer.url).content.decode()
    assert not AuditEvent.objects.filter(action="crm.leads.imported").exists()


def test_a_second_click_on_confirm_imports_nothing_twice(cast: Cast, browser_client: Browser) -> None:
    client = browser_client(cast.owner)
    page = preview(client, csv_bytes([["Company"], ["ABC"]]))
    confirm(client, page)
    answer = confirm(client, page)
    assert Lead.objects.count() == 1
    assert "not there any more" in client.get(answer.url).content.decode()


@pytest.mark.parametrize("content", [b"", b"just words", b"Name,City\nA,B\n", b"\x00\x01\x02\x03" * 50])
def test_a_file_that_is_no_list_of_leads_is_refused(
    cast: Cast, browser_client: Browser, content: bytes
) -> None:
    page = preview(browser_client(cast.owner), content)
    assert page.status_code == 200
    assert not page.context.get("confirm_form")
    assert not Lead.objects.exists()


def test_an_exported_file_comes_back_as_changes(cast: Cast, browser_client: Browser) -> None:
    lead = LeadFactory(assigned_to=cast.owner, company_name="ABC", industry="F&B")
    hidden = LeadFactory(assigned_to=cast.colleague, company_name="Hidden")
    client = browser_client(cast.owner)
    rows = [["ID", "Company", "Industry"], [str(lead.pk), "ABC", "Hotel"]]
    confirm(client, preview(client, csv_bytes(rows)))
    lead.refresh_from_db()
    assert (lead.industry, Lead.objects.count()) == ("Hotel", 2)
    stolen = preview(client, csv_bytes([["ID", "Company"], [str(hidden.pk), "Mine"]]))
    assert "There is no lead with the ID" in stolen.content.decode()


@pytest.mark.parametrize(
    "trigger", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", "\u200b=", "\u200e@"]
)
def test_no_exported_cell_is_run_by_a_spreadsheet(cast: Cast, browser_client: Browser, trigger: str) -> None:
    LeadFactory(assigned_to=cast.owner, company_name=f"{trigger}cmd|' /C calc'!A0")
    client = browser_client(cast.owner)
    cell = next(value for value in rows_of(export(client, CSV))[0].values() if "cmd" in value)
    assert cell.startswith("'")
    sheet = load_workbook(io.BytesIO(export(client, XLSX))).active
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_an_export_holds_what_the_list_shows(cast: Cast, browser_client: Browser) -> None:
    LeadFactory(assigned_to=cast.owner, company_name="Mine", status="new")
    LeadFactory(assigned_to=cast.owner, company_name="Mine too", status="contacted")
    LeadFactory(assigned_to=cast.colleague, company_name="Theirs")
    client = browser_client(cast.owner)
    everything = export(client, CSV).decode("utf-8-sig")
    assert "Mine too" in everything
    assert "Theirs" not in everything
    narrowed = export(client, CSV, "status__exact=new").decode("utf-8-sig")
    assert "Mine too" not in narrowed
    assert AuditEvent.objects.filter(action="crm.leads.exported", actor=cast.owner).count() == 2


def test_only_those_with_the_right_take_rows_in_or_out(cast: Cast, browser_client: Browser) -> None:
    for stranger in (cast.outsider, cast.executive):
        client = browser_client(stranger)
        assert client.get(IMPORT).status_code == 403
        assert client.get(EXPORT).status_code == 403


def test_too_many_leads_are_not_exported_at_once(
    cast: Cast, browser_client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.reports.exchange.pages.MAX_EXPORT", 2)
    LeadFactory.create_batch(3, assigned_to=cast.owner)
    answer = browser_client(cast.owner).post(
        EXPORT, {"format": CSV, "resource": "0", "leadresource_company_name": "on"}
    )
    assert "Content-Disposition" not in answer
    assert re.search("Narrow the list", answer.content.decode())


@pytest.mark.parametrize("query", ["id__in=x", "assigned_to__id__exact=x", "value__gte=abc"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_filter_that_makes_no_sense_leads_back_to_the_list(
    cast: Cast, browser_client: Browser, query: str, method: str
) -> None:
    client = browser_client(cast.owner)
    address = f"{EXPORT}?{query}"
    answer = (
        client.get(address) if method == "get" else client.post(address, {"format": CSV, "resource": "0"})
    )
    assert (answer.status_code, answer.url) == (302, "/admin/crm/lead/")
    assert "One of the filters makes no sense" in client.get(answer.url).content.decode()


@pytest.mark.parametrize("query", ["assigned_to__id__exact=", "source__exact=%00"])
def test_a_filter_that_only_the_rows_show_to_be_wrong_leads_back_to_the_list(
    cast: Cast, browser_client: Browser, query: str
) -> None:
    answer = browser_client(cast.owner).post(f"{EXPORT}?{query}", {"format": CSV, "resource": "0"})
    assert (answer.status_code, answer.url) == (302, "/admin/crm/lead/")


def test_the_page_of_the_export_names_the_columns_of_the_file(cast: Cast, browser_client: Browser) -> None:
    LeadFactory(assigned_to=cast.owner)
    client = browser_client(cast.owner)
    (row,) = rows_of(export(client, CSV, names=()))
    page = client.get(EXPORT)
    assert page.context["fields_list"][0][1] == list(row)
    assert ", ".join(row) in " ".join(page.content.decode().split())
    assert {"ID", "Owner", "Expected close", "Last contacted", "Lost reason", "Created"} <= set(row)


@pytest.mark.parametrize(
    "wrong",
    [
        {"format": "99"},
        {"format": "-1"},
        {"format": "x"},
        {"format": ""},
        {"resource": "99"},
        {"resource": "x"},
        {"import_file_name": ""},
    ],
)
def test_a_confirmation_that_no_preview_made_leads_back_to_the_upload(
    cast: Cast, browser_client: Browser, wrong: dict[str, str]
) -> None:
    client = browser_client(cast.owner)
    page = preview(client, csv_bytes([["Company"], ["ABC"]]))
    form = page.context["confirm_form"]
    sent = {name: form.initial.get(name, "") for name in form.fields}
    answer = client.post(CONFIRM, {**sent, **wrong})
    assert (answer.status_code, answer.url) == (302, IMPORT)
    assert "not the form of a preview" in client.get(IMPORT).content.decode()
    assert not Lead.objects.exists()


def test_a_workbook_of_millions_of_empty_rows_is_refused_with_a_sentence(
    cast: Cast, browser_client: Browser
) -> None:
    bomb = workbook_with([["Company"], ["ABC"]], b'<row r="2"></row>' * 8_000_000)
    assert len(bomb) < 400_000
    began = time.process_time()
    page = preview(browser_client(cast.owner), bomb, "leads.xlsx")
    assert time.process_time() - began < 5
    assert "very many empty ones" in page.content.decode()
    assert not page.context.get("confirm_form")


def test_a_stranger_is_told_nothing_about_a_confirmation(cast: Cast, browser_client: Browser) -> None:
    assert browser_client(cast.outsider).post(CONFIRM, {"format": "x"}).status_code == 403
