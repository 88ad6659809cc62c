"""The back office in a real browser: home, search over everything, lists, saved filters, notices."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.office_pages import Office, OpenOffice

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def office(page: Page, site: str) -> OpenOffice:
    return lambda name: Office(page, site).sign_in(name)


def test_home_shows_what_is_due_and_figures_that_open_their_rows(office: OpenOffice, page: Page) -> None:
    home = office("sales.rep")

    expect(page.get_by_text("Hello Rachel")).to_be_visible()
    expect(home.section("Follow-ups").get_by_role("listitem").first).to_be_visible()
    expect(home.figure("New leads")).to_contain_text(re.compile(r"\d \w{3} \d{4}: \d"))
    home.choose_period("Last 90 days")
    expect(page.get_by_role("button", name="Last 90 days")).to_have_attribute("aria-pressed", "true")
    expect(home.figure("New leads")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Last 90 days")).to_have_attribute("aria-pressed", "true")
    number = home.figure("New leads").locator(".mz-tile-value")
    expect(number).to_have_text(re.compile(r"^\d+$"))
    count = int(number.inner_text())
    home.figure("New leads").click()
    expect(home.heading("Leads")).to_be_visible()
    assert home.rows().count() == min(count, 25)


def test_figures_that_fail_say_so_and_can_be_tried_again(office: OpenOffice, page: Page) -> None:
    page.route("**/home/figures/**", lambda route: route.fulfill(status=500))
    home = office("sales.rep")
    again = page.get_by_role("button", name="Try again")
    expect(again).to_be_visible()
    expect(home.section("Follow-ups")).to_be_visible()
    page.unroute("**/home/figures/**")

    again.click()

    expect(home.figure("New leads")).to_be_visible()
    expect(home.figure("Leads won")).to_be_visible()


def test_control_k_finds_a_lead_and_enter_opens_it(office: OpenOffice, page: Page) -> None:
    home = office("sales.rep")
    name = home.section("Follow-ups").get_by_role("link").first.inner_text()
    hits = home.look_for(name)
    expect(hits.filter(has_text="Lead").first).to_contain_text(name)

    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/admin/\w+/\w+/[0-9a-f-]{36}/change/"))


def test_control_k_finds_pages_and_says_when_there_is_nothing(office: OpenOffice, page: Page) -> None:
    home = office("sales.rep")
    expect(home.look_for("board")).to_contain_text(["Board"])
    page.get_by_role("searchbox", name="Search everything").fill("zzzzzz")
    expect(page.get_by_text("Nothing found.")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Search everything")).to_be_hidden()


def test_older_newer_and_the_browsers_back_walk_over_the_same_pages(office: OpenOffice, page: Page) -> None:
    leads = office("sales.manager").open("crm/lead/")
    first = leads.names()
    second = leads.turn_to("Older").names()
    third = leads.turn_to("Older").names()

    assert len(first) == len(second) == len(third) == 25
    assert leads.turn_to("Newer").names() == second
    page.go_back()
    assert leads.names() == third
    assert leads.turn_to("First").names() == first


def test_a_filter_is_saved_shared_used_by_a_colleague_renamed_and_deleted(
    office: OpenOffice, page: Page, site: str
) -> None:
    leads = office("sales.manager").open("crm/lead/?status__exact=proposal")
    leads.save_filter("Close to the end", shared=True)
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(leads.saved_filters().get_by_role("link", name="Close to the end")).to_be_visible()
    leads.save_filter("Close to the end")
    refusal = page.get_by_role("dialog").get_by_role("alert")
    expect(refusal).to_have_text("You already have a filter of that name here.")
    page.keyboard.press("Escape")

    page.context.clear_cookies()
    theirs = Office(page, site).sign_in("sales.rep").open("crm/lead/")
    theirs.saved_filters().get_by_role("link", name="Close to the end").click()
    expect(page).to_have_url(re.compile("status__exact=proposal"))
    expect(theirs.saved_filters().get_by_role("button", name="Rename")).to_have_count(0)

    page.context.clear_cookies()
    mine = Office(page, site).sign_in("sales.manager").open("crm/lead/")
    mine.saved_filters().get_by_role("button", name="Delete Close to the end").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(mine.saved_filters().get_by_text("Nothing saved yet.")).to_be_visible()


def test_the_keyboard_reaches_the_content_first(office: OpenOffice, page: Page) -> None:
    office("sales.rep").open("")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#content$"))
