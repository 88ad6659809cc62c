"""Reports as a manager reads them."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pypdf
import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from pptx import Presentation

from tests.browser.conftest import RESULTS
from tests.browser.login_page import sign_in
from tests.browser.obstacles import COLOURS, obstacles
from tests.browser.report_page import ReportPage

pytestmark = pytest.mark.timeout(300)

STAGES = "Open leads by stage"


@pytest.fixture
def report(page: Page, site: str) -> Callable[..., ReportPage]:
    """`report("sales_pipeline", who="sales.manager")` is that report, open."""

    def opened(key: str, *, who: str = "sales.manager", query: str = "") -> ReportPage:
        sign_in(page, site, who)
        return ReportPage(page, site, key).open(query)

    return opened


def test_all_formats_hold_the_numbers_of_the_page(report: Callable[..., ReportPage], tmp_path: Path) -> None:
    page = report("sales_pipeline", query="?period=last_90_days")
    shown = page.column(STAGES, 0)
    leads = page.column(STAGES, 2)
    with zipfile.ZipFile(page.save_as("CSV", tmp_path)) as archive:
        name = next(name for name in archive.namelist() if "stage" in name)
        rows = list(csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig"))))[1:]
    assert [row[0] for row in rows[: len(shown)]] == shown
    assert [f"{int(row[2]):,}" for row in rows[: len(shown)]] == leads
    book = load_workbook(page.save_as("Excel", tmp_path))
    cells = [row[2] for row in book[STAGES].iter_rows(min_row=2, values_only=True)]
    assert [f"{value:,}" for value in cells[: len(shown)]] == leads
    said = "".join(sheet.extract_text() for sheet in pypdf.PdfReader(page.save_as("PDF", tmp_path)).pages)
    assert all(number in said for number in leads)
    deck = Presentation(str(page.save_as("PowerPoint", tmp_path)))
    assert any(shape.has_chart for slide in deck.slides for shape in slide.shapes)


def test_a_point_of_a_chart_opens_the_rows_behind_it(report: Callable[..., ReportPage]) -> None:
    page = report("sales_pipeline", query="?period=last_90_days")
    page.click_chart(STAGES, 0)
    page.page.wait_for_url("**/admin/crm/lead/?**")
    expect(page.page.locator("#result_list")).to_be_visible()


def test_filters_make_the_address(report: Callable[..., ReportPage]) -> None:
    page = report("management_kpis", who="ceo")
    page.choose("Period", "Last month")
    page.choose("Department", "Sales")
    page.show()
    page.page.wait_for_url("**period=last_month**department=sales**")
    expect(page.ready().facts).to_contain_text("Sales")


def test_other_days_are_asked_for_when_chosen(report: Callable[..., ReportPage]) -> None:
    page = report("management_kpis", who="ceo")
    expect(page.page.get_by_label("From", exact=True)).to_be_hidden()
    page.choose("Period", "Other days …")
    page.page.get_by_label("From", exact=True).fill("2026-11-09")
    page.page.get_by_label("To, included", exact=True).fill("2026-11-01")
    page.show()
    expect(page.page.get_by_role("alert")).to_contain_text("ends before it begins")
    expect(page.page.get_by_label("From", exact=True)).to_have_value("2026-11-09")


def test_a_table_is_sorted_by_a_heading(report: Callable[..., ReportPage]) -> None:
    page = report("sales_pipeline", query="?period=last_90_days")
    page.sort(STAGES, "Leads")
    numbers = [int(text.replace(",", "")) for text in page.column(STAGES, 2)]
    assert numbers == sorted(numbers, reverse=True)


@pytest.mark.parametrize(("width", "scheme", "rule"), [(390, "light", ""), (1280, "dark", COLOURS)])
def test_a_report_has_no_serious_accessibility_issue(
    report: Callable[..., ReportPage], page: Page, width: int, scheme: Literal["light", "dark"], rule: str
) -> None:
    """All rules where there is the least room; another choice of colours can break one rule only."""
    page.set_viewport_size({"width": width, "height": 800})
    RESULTS.mkdir(exist_ok=True)
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    report("sales_pipeline", query="?period=last_90_days")
    page.screenshot(path=RESULTS / f"report-{width}-{scheme}.png", full_page=True)
    assert obstacles(page, within=".report", rule=rule) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
