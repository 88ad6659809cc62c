"""No serious obstacle for anybody: axe-core over the back office, in both colours and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.obstacles import obstacles
from tests.browser.office_pages import Office

pytestmark = pytest.mark.timeout(300)

PAGES = {
    "sales.manager": [
        "",
        "crm/lead/",
        "crm/lead/board/",
        "crm/lead/add/",
        "crm/task/",
        "notifications/notice/",
        "assistant/run/",
        "reports/",
    ],
    "ceo": ["", "crm/lead/board/", "reports/management_kpis/"],
    "admin": ["accounts/user/", "accounts/user/add/", "audit/emaillog/", "llm/modelprice/add/"],
}
ON_A_PHONE = ["", "crm/lead/", "notifications/notice/", "crm/task/", "reports/"]


@pytest.mark.parametrize("name", PAGES)
def test_pages_have_no_serious_obstacle(name: str, page: Page, site: str) -> None:
    office = Office(page, site).sign_in(name)
    for number, path in enumerate(PAGES[name]):
        colours = ("Light", "Dark")[number % 2]
        office.open(path).choose_colours(colours)
        assert office.colours == colours
        assert obstacles(page) == [], (path, colours)


def test_open_menus_and_dialogs_have_none_either(page: Page, site: str) -> None:
    office = Office(page, site).sign_in("sales.manager").open("crm/lead/")
    office.saved_filters()
    assert obstacles(page) == []
    office.saved_filters().get_by_role("button", name="Save this view").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert obstacles(page) == []
    page.keyboard.press("Escape")
    expect(office.look_for("lim").first).to_be_visible()
    assert obstacles(page) == []


def test_the_page_of_a_lead_has_none(page: Page, site: str) -> None:
    office = Office(page, site).sign_in("sales.rep").open("crm/lead/")
    with page.expect_navigation():
        office.rows().first.get_by_role("link").first.click()
    page.wait_for_load_state("networkidle")

    assert obstacles(page) == []


def test_pages_fit_on_a_phone(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    office = Office(page, site).sign_in("sales.manager")
    for path in ON_A_PHONE:
        office.open(path)
        assert not office.overflows(), path
        assert obstacles(page) == [], path
        page.get_by_role("button", name="Menu").click()
        leads = page.locator("#nav-sidebar").get_by_role("link", name="Leads", exact=True)
        expect(leads, path).to_be_visible()
