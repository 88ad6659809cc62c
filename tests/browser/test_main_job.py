"""The main job as a member of staff does it: from log-in to the downloaded file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pptx import Presentation

from tests.browser.login_page import LoginPage
from tests.browser.obstacles import COLOURS, obstacles
from tests.browser.pages import ChatPage

pytestmark = pytest.mark.timeout(300)

SignIn = Callable[[str], ChatPage]


def test_a_wrong_password_is_refused_with_a_sentence(page: Page, site: str) -> None:
    login = LoginPage(page, site).open()
    login.try_to_sign_in("sales.rep@demo.mezzofy.com", "wrong")
    expect(login.problem).to_be_visible()


def test_the_page_says_that_no_model_is_connected(sign_in: SignIn) -> None:
    expect(sign_in("sales.rep").mode).to_contain_text("Offline mode")


def test_leads_are_imported_from_a_file_and_cited(sign_in: SignIn, tmp_path: Path) -> None:
    chat = sign_in("sales.rep")
    answer = chat.ask("import these leads", file=Path(settings.BASE_DIR) / "docs/samples/leads.csv")
    assert "imported" in answer.text
    assert any("leads.csv" in step for step in answer.steps())
    assert answer.failed_steps() == 0
    assert answer.citations.count() > 0
    report = answer.download("csv", tmp_path)
    rows = list(csv.DictReader(io.StringIO(report.read_text(encoding="utf-8-sig"))))
    assert rows, "the report names every row that was not imported"


def test_the_pipeline_is_a_table_whose_rows_open_the_leads(sign_in: SignIn) -> None:
    chat = sign_in("sales.rep")
    answer = chat.ask("what's in my pipeline?")
    assert answer.rows.count() > 3
    assert answer.citations.count() > 3
    with chat.page.context.expect_page() as opened:
        answer.citations.first.click()
    opened.value.wait_for_url("**/admin/crm/lead/**")


def test_a_pitch_deck_is_made_previewed_and_downloaded(sign_in: SignIn, tmp_path: Path) -> None:
    chat = sign_in("sales.rep")
    answer = chat.ask("create a pitch deck for ABC Restaurant Group")
    deck = Presentation(str(answer.download("pptx", tmp_path)))
    words = " ".join(
        shape.text_frame.text for slide in deck.slides for shape in slide.shapes if shape.has_text_frame
    )
    assert "ABC Restaurant Group" in words
    assert any(shape.has_chart for slide in deck.slides for shape in slide.shapes)


def test_the_weekly_report_is_a_pdf(sign_in: SignIn, tmp_path: Path) -> None:
    chat = sign_in("ceo")
    answer = chat.ask("create the weekly KPI report")
    report = pypdf.PdfReader(answer.download("pdf", tmp_path))
    assert "New leads" in "".join(page.extract_text() for page in report.pages)


def test_an_answer_survives_a_reload_without_gap_or_repeat(sign_in: SignIn) -> None:
    chat = sign_in("sales.rep")
    before = chat.ask("what does the growth plan cost?").text
    chat.reload()
    assert chat.answer().text == before
    assert chat.answers.count() == 1


def test_a_run_that_goes_on_during_a_reload_is_shown_to_its_end(sign_in: SignIn) -> None:
    chat = sign_in("sales.rep")
    chat.send("create a pitch deck for ABC Restaurant Group")
    expect(chat.page.locator("[data-status=running]")).to_be_attached(timeout=30_000)
    chat.reload()
    answer = chat.answer().wait()
    assert answer.artifacts.count() == 1
    assert chat.answers.count() == 1


def test_a_deletion_waits_for_the_person_and_happens_once_approved(sign_in: SignIn) -> None:
    chat = sign_in("sales.manager")
    answer = chat.send('delete the lead "ABC Restaurant Group"')
    expect(answer.approval).to_be_visible(timeout=30_000)
    answer.decide("Reject", note="they called back")
    answer.wait()
    assert "declined" in answer.text


def test_a_missing_company_is_asked_for(sign_in: SignIn) -> None:
    chat = sign_in("sales.rep")
    assert "Which company" in chat.ask("create a pitch deck").text


def test_a_broken_file_gets_a_sentence_and_nothing_half_done(sign_in: SignIn) -> None:
    chat = sign_in("sales.rep")
    broken = {
        "name": "leads.xlsx",
        "mimeType": "application/zip",
        "buffer": b"PK\x03\x04 this is no workbook",
    }
    answer = chat.ask("import these leads", file=broken)  # type: ignore[arg-type]
    assert answer.text == "The workbook is damaged and cannot be opened. Please send it again."


@pytest.mark.parametrize("width", [390, 1280])
def test_the_chat_has_no_serious_accessibility_issue(sign_in: SignIn, width: int) -> None:
    chat = sign_in("sales.rep")
    chat.page.set_viewport_size({"width": width, "height": 800})
    chat.ask("what's in my pipeline?")
    chat.page.emulate_media(color_scheme="light", reduced_motion="reduce")
    assert obstacles(chat.page) == []
    chat.page.emulate_media(color_scheme="dark")
    chat.reload().answer().wait()
    assert obstacles(chat.page, rule=COLOURS) == []
    assert chat.page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_trace_of_a_run_can_be_read_in_the_back_office(sign_in: SignIn, site: str) -> None:
    chat = sign_in("admin")
    chat.ask("what does the growth plan cost?")
    chat.page.goto(f"{site}/admin/assistant/run/")
    chat.page.locator("#result_list .field-reference a").first.click()
    expect(chat.page.locator("article.trace")).to_contain_text("search_knowledge")
    chat.page.locator("article.trace summary").last.click()
    expect(chat.page.locator("article.trace details[open]")).to_contain_text("Result")
