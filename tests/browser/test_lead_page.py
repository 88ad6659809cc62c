"""A day's work on the page of a lead, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import RESULTS
from tests.browser.lead_page import LeadPage
from tests.browser.obstacles import COLOURS, obstacles

pytestmark = pytest.mark.timeout(300)

ABC = "ABC Restaurant"


@pytest.fixture
def lead_page(page: Page, site: str) -> LeadPage:
    """The representative's page of the lead of the guided tour."""
    return LeadPage(page, site).sign_in("sales.rep").open(ABC)


@pytest.fixture
def second_person(browser: Browser, site: str) -> Iterator[Callable[[str], LeadPage]]:
    """`second_person("sales.manager")` works on the same lead in a browser of their own."""
    contexts = []

    def enter(name: str) -> LeadPage:
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        contexts.append(context)
        return LeadPage(context.new_page(), site).sign_in(name).open(ABC)

    yield enter
    for context in contexts:
        context.close()


def picture(page: Page, name: str) -> None:
    """Kept for people to look at."""
    RESULTS.mkdir(exist_ok=True)
    page.screenshot(path=RESULTS / f"lead-page-{name}.png", full_page=True)


def test_a_call_a_task_and_a_file_are_added_without_a_new_page(lead_page: LeadPage, tmp_path: Path) -> None:
    page = lead_page.page
    page.evaluate("window.sameDocument = true")
    lead_page.log("Call", How_did_it_go="They want a demo on Friday.")
    expect(lead_page.entries.first).to_contain_text("They want a demo on Friday.")

    lead_page.page.get_by_role("group", name="Quick actions").get_by_role("link", name="Task").click()
    tasks = page.get_by_role("tabpanel", name="Tasks")
    expect(tasks.get_by_label("What is to be done?")).to_be_focused()
    tasks.get_by_label("What is to be done?").fill("Prepare the demo")
    tasks.get_by_role("button", name="Add task").click()
    tick = tasks.get_by_role("checkbox", name="Done: Prepare the demo")
    expect(tick).not_to_be_checked()
    tick.click()
    expect(tick).to_be_checked()

    menu = tmp_path / "menu.txt"
    menu.write_text("Nasi lemak")
    lead_page.put(menu)
    lead_page.tab("Timeline")
    expect(lead_page.entries.first).to_contain_text("menu.txt")
    expect(lead_page.tab("Files")).to_contain_text("menu.txt")
    assert page.evaluate("window.sameDocument") is True
    picture(page, "worked-on")


def test_a_file_of_the_wrong_kind_is_refused_beside_the_field(lead_page: LeadPage, tmp_path: Path) -> None:
    program = tmp_path / "setup.exe"
    program.write_bytes(b"MZ")
    lead_page.put(program)
    expect(lead_page.page.locator("#put-file [data-error=file]")).to_contain_text("cannot be put here")


def test_losing_a_lead_asks_for_the_reason_and_it_can_come_back(lead_page: LeadPage) -> None:
    page = lead_page.page
    page.get_by_role("link", name="Mark as lost").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Mark as lost").click()
    expect(dialog).to_contain_text("Say why the lead was lost.")
    dialog.get_by_label("Why was it lost?").select_option("price")
    dialog.get_by_role("button", name="Mark as lost").click()
    expect(lead_page.stage).to_contain_text("Lost")
    page.get_by_role("button", name="Move to Contacted").click()
    expect(lead_page.stage).to_contain_text("Contacted")


def test_a_question_to_the_agent_opens_the_chat_with_its_answer(lead_page: LeadPage) -> None:
    page = lead_page.page
    page.get_by_label("Ask the agent about this lead").fill("What do we know about this lead?")
    page.get_by_role("button", name="Ask", exact=True).click()
    page.wait_for_url("**/?session=*")
    expect(page.locator("[data-status=completed]").last).to_be_visible(timeout=60_000)
    expect(page.locator("[data-status=completed]").last).to_contain_text("is at the stage Contacted")


def test_two_people_edit_at_once_and_nothing_is_lost(
    lead_page: LeadPage, second_person: Callable[[str], LeadPage]
) -> None:
    manager = second_person("sales.manager")
    lead_page.open(ABC, tab="edit")
    manager.open(ABC, tab="edit")
    manager.field("value").fill("25000")
    manager.field("location").fill("Orchard Road")
    manager.save()
    lead_page.field("value").fill("19000")
    lead_page.save()
    page = lead_page.page
    expect(page.get_by_text("Somebody else changed this while you were typing.")).to_be_visible()
    expect(page.locator(".crm-clashes")).to_contain_text("Marcus Tay")
    expect(lead_page.field("value")).to_have_value("19000")
    expect(lead_page.field("location")).to_have_value("Orchard Road")
    picture(page, "conflict")
    lead_page.save()
    expect(page.locator(".crm-figures")).to_contain_text("SGD 19,000")
    expect(page.locator(".crm-facts")).to_contain_text("Orchard Road")


def test_a_note_is_corrected_by_keyboard_and_a_conflict_keeps_what_was_typed(lead_page: LeadPage) -> None:
    page = lead_page.page
    lead_page.log("Note", colleagues="Likes tea.")
    other = lead_page.same_in_another_tab()
    for tab, text in ((lead_page, "Likes coffee."), (other, "Likes cocoa.")):
        expect(tab.entries.first).to_contain_text("Likes tea.")
        form = tab.correct_first()
        expect(form.get_by_label("Text")).to_have_value("Likes tea.")
        form.get_by_label("Text").fill(text)
    lead_page.correction.get_by_role("button", name="Save").press("Enter")
    expect(lead_page.entries.first).to_contain_text("Likes coffee.")
    expect(lead_page.entries.first.get_by_text("Edit")).to_be_focused()

    save = other.correction.get_by_role("button", name="Save")
    save.click()
    expect(other.correction).to_contain_text("Rachel Ng changed this in the meantime (now: “Likes coffee.”)")
    expect(other.correction.get_by_label("Text")).to_have_value("Likes cocoa.")
    picture(other.page, "correction")
    save.click()
    expect(other.entries.first).to_contain_text("Likes cocoa.")
    lead_page.correct_first()
    page.keyboard.press("Escape")
    expect(lead_page.correction).to_be_hidden()


def test_a_page_says_when_a_colleague_changed_the_lead_and_not_when_one_did_it_oneself(
    lead_page: LeadPage, second_person: Callable[[str], LeadPage]
) -> None:
    manager = second_person("sales.manager")
    bar = lead_page.page.locator("[data-changes]")
    with lead_page.page.expect_response("**/changes/*"):
        lead_page.log("Call", How_did_it_go="They rang back.")
    expect(bar).to_be_empty()
    manager.open(ABC, tab="edit")
    manager.field("industry").fill("Nightclub")
    manager.save()
    expect(bar).to_contain_text("Marcus Tay changed this lead.")
    picture(lead_page.page, "changed")
    bar.get_by_role("button", name="Reload").click()
    expect(lead_page.page.locator(".crm-facts")).to_contain_text("Nightclub")


def test_without_scripts_the_page_is_there_and_a_refused_form_keeps_what_was_typed(
    browser: Browser, site: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = LeadPage(context.new_page(), site).sign_in("sales.rep").open(ABC, is_scripted=False).page
    page.get_by_label("How did it go?").fill("They want a demo.")
    page.locator("#log-call-at").fill("2999-01-01T10:00")
    page.get_by_role("form", name="Call").get_by_role("button", name="Save").click()
    expect(page.locator("#log-call-at_error")).to_contain_text("not in the future")
    expect(page.get_by_label("How did it go?")).to_have_value("They want a demo.")
    context.close()


def test_the_tabs_are_used_by_keyboard(lead_page: LeadPage) -> None:
    page = lead_page.page
    page.get_by_role("tab", name="Timeline").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("tabpanel", name="Tasks")).to_be_visible()
    assert page.url.endswith("#tasks")


@pytest.mark.parametrize(("width", "scheme", "rule"), [(390, "light", ""), (1280, "dark", COLOURS)])
def test_the_page_has_no_serious_accessibility_issue(
    lead_page: LeadPage, width: int, scheme: Literal["light", "dark"], rule: str
) -> None:
    """All rules where there is the least room; another choice of colours can break one rule only."""
    page = lead_page.page
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.reload()
    for tab in ("Tasks", "Files", "Agent runs", "Related", "Changes", "Edit", "Timeline"):
        lead_page.tab(tab)
        assert obstacles(page, within="[data-subject-page]", rule=rule) == [], tab
        assert page.evaluate("document.documentElement.scrollWidth") <= width, tab
    picture(page, f"{scheme}-{width}")
