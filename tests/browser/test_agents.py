"""Writing an agent in a real browser: edit, count, choose tools, compare, publish, go back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.agent_page import AgentPage
from tests.browser.obstacles import obstacles
from tests.browser.office_pages import Office

pytestmark = pytest.mark.timeout(300)

PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture
def sales(page: Page, site: str) -> AgentPage:
    """The sales agent, as its department's manager opens it."""
    return AgentPage(Office(page, site).sign_in("sales.manager"), "sales").open()


def _fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_a_manager_writes_compares_publishes_and_goes_back(sales: AgentPage, page: Page) -> None:
    sales.write_a_version()
    before = sales.words.input_value()
    expect(sales.count).to_have_text(f"{len(before):,} of 12,000 characters")
    sales.words.fill(before.replace("Under 150 words", "Under 90 words"))
    expect(sales.count).to_have_text(f"{len(before) - 1:,} of 12,000 characters")
    page.get_by_label("What you change and why").fill("Shorter mails")
    sales.save_and_compare()

    expect(page.locator("del")).to_have_text("150")
    expect(page.locator("ins")).to_have_text("90")
    assert obstacles(page) == []
    page.set_viewport_size(PHONE)
    assert _fits(page)
    page.get_by_role("button", name="Publish version").click()
    expect(page.get_by_text("answers from now on.")).to_be_visible()
    expect(page.get_by_text("Under 90 words")).to_be_visible()

    page.get_by_role("listitem").filter(has_text="was in force").get_by_role(
        "link", name="Compare"
    ).first.click()
    page.get_by_role("button", name="Roll back to version").click()
    expect(page.get_by_text("with the earlier words.")).to_be_visible()
    expect(page.get_by_text("Under 150 words")).to_be_visible()


def test_a_whole_family_of_tools_ticks_its_tools(sales: AgentPage, page: Page) -> None:
    sales.write_a_version()
    crm = sales.family("crm")
    crm.locator("summary").click()
    first = crm.get_by_role("checkbox").nth(1)
    expect(first).to_be_checked()
    expect(first).to_be_disabled()
    crm.get_by_role("checkbox").first.uncheck()
    expect(first).to_be_enabled()
    first.uncheck()
    boxes = crm.get_by_role("checkbox").count() - 1
    expect(crm.locator("summary")).to_contain_text(f"{boxes - 1} of {boxes}")
    page.set_viewport_size(PHONE)
    assert _fits(page)
    assert obstacles(page) == []


def test_the_pages_of_agents_have_no_serious_obstacle(sales: AgentPage, page: Page) -> None:
    for path in ("", "agent/sales/", "agent/sales/reach/"):
        sales.office.open(f"assistant/agentversion/{path}")
        assert obstacles(page) == [], path
