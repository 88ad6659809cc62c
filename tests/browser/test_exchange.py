"""A file of leads comes in through the back office, and the list goes out."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import RESULTS

pytestmark = pytest.mark.timeout(300)

HEADINGS = "Company,Contact,E-mail,Value,Status"
GOOD = "Golden Wok Group,Amy,amy@golden-wok.example,1200,contacted"
BAD = ["Bad Mail,Bob,not-an-address,,", ",Nobody,,,", "Odd Value,Cyd,,a lot,"]


def upload(page: Page, *lines: str) -> None:
    content = "\n".join([HEADINGS, *lines]).encode()
    page.set_input_files("input[type=file]", {"name": "leads.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Submit").click()


def test_a_file_with_errors_is_corrected_and_imported_and_the_list_exported(
    visit: Callable[[str, str], Page], site: str, tmp_path: Path
) -> None:
    page = visit("sales.rep", "/admin/crm/lead/import/")
    upload(page, GOOD, *BAD)
    for number, reason in ((3, "“not-an-address”"), (4, "The company name is missing"), (5, "“a lot”")):
        expect(page.get_by_role("row", name=re.compile(rf"^{number} .*{reason}"))).to_be_visible()
    RESULTS.mkdir(exist_ok=True)
    page.screenshot(path=RESULTS / "import-with-errors.png", full_page=True)
    upload(page, GOOD)
    expect(page.get_by_text("amy@golden-wok.example")).to_be_visible()
    page.screenshot(path=RESULTS / "import-preview.png", full_page=True)
    page.get_by_role("button", name="Confirm import").click()
    expect(page.locator("#result_list").get_by_text("Golden Wok Group")).to_be_visible()

    page.goto(f"{site}/admin/crm/lead/export/?q=golden+wok+group")
    page.locator("select[name=format]").select_option(label="csv")
    with page.expect_download() as download:
        page.get_by_role("button", name="Submit").click()
    download.value.save_as(tmp_path / "leads.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "leads.csv").read_text(encoding="utf-8-sig"))))
    assert [(row["Company"], row["Status"], row["Value"]) for row in rows] == [
        ("Golden Wok Group", "contacted", "1200.00")
    ]
