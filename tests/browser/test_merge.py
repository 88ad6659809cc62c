"""Somebody adds a lead that is there already, is warned, merges the two, and takes it back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import RESULTS
from tests.browser.merge_pages import LeadForm, MergePage
from tests.browser.pages import ChatPage

pytestmark = pytest.mark.timeout(300)


def test_a_duplicate_is_noticed_merged_and_brought_back(
    page: Page, site: str, sign_in: Callable[[str], ChatPage]
) -> None:
    sign_in("sales.rep")
    form = LeadForm(page, site)
    first = form.open_new().type(company_name="Quartz Noodle House", contact_phone="+65 6111 2233").save()
    form.open_new().type(company_name="Quartz Noodel House")
    expect(form.warning).to_contain_text("Similar company")
    expect(form.warning.get_by_role("link")).to_have_attribute("target", "_blank")
    second = form.type(contact_email="hello@quartz-noodle.sg", location="Bugis").save()

    form.open_tab("Edit").type(contact_phone="61112233")
    form.warning.get_by_role("link", name="Merge").click()
    merging = MergePage(page)
    expect(page.get_by_role("group", name="Company", exact=True)).to_be_visible()
    RESULTS.mkdir(exist_ok=True)
    page.screenshot(path=RESULTS / "merge-two-leads.png", full_page=True)
    merging.choose("Company", "Quartz Noodle House").choose("E-mail", "hello@quartz-noodle.sg").merge()

    page.goto(first)  # an old link
    expect(page.get_by_role("heading", name="Quartz Noodle House", exact=True, level=1)).to_be_visible()
    assert page.url.split("?")[0] == second.split("?")[0]
    page.go_back()
    merging.undo()
    for address, name in ((first, "Quartz Noodle House"), (second, "Quartz Noodel House")):
        page.goto(address)
        expect(page.get_by_role("heading", name=name, exact=True, level=1)).to_be_visible()
        assert page.url.split("?")[0] == address.split("?")[0]
