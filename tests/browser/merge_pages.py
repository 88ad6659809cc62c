"""The pages of leads and merges as a person meets them."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect


class LeadForm:
    """The form of a lead, with its warning."""

    def __init__(self, page: Page, base_url: str) -> None:
        self.page = page
        self.base_url = base_url

    def open_new(self) -> LeadForm:
        self.page.goto(f"{self.base_url}/admin/crm/lead/add/")
        return self

    def open_tab(self, name: str) -> LeadForm:
        """One of the tabs of a lead's page, with the mouse."""
        self.page.get_by_role("tab", name=name, exact=True).click()
        expect(self.page.locator("#id_company_name")).to_be_visible()
        return self

    def type(self, **fields: str) -> LeadForm:
        """Key by key: what only reacts to typing must react."""
        for name, text in fields.items():
            field = self.page.locator(f"#id_{name}")
            field.clear()
            field.press_sequentially(text)
        return self

    def save(self) -> str:
        """Returns the address of the lead's page."""
        self.page.get_by_role("button", name="Save", exact=True).click()
        self.page.wait_for_url("**/change/**")
        return self.page.url

    @property
    def warning(self) -> Locator:
        return self.page.locator("[data-duplicates] .dup-item")


class MergePage:
    """Two leads side by side, and what came of it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def choose(self, field: str, text: str) -> MergePage:
        """A value of a field, with the keyboard."""
        radio = self.page.get_by_role("group", name=field, exact=True).get_by_role("radio", name=text)
        radio.focus()
        radio.press("Space")
        expect(radio).to_be_checked()
        return self

    def merge(self) -> MergePage:
        self.page.get_by_role("button", name="Merge", exact=True).press("Enter")
        expect(self.page.get_by_role("heading", name="Merged", exact=True)).to_be_visible()
        return self

    def undo(self) -> MergePage:
        self.page.get_by_role("button", name="Undo the merge").click()
        expect(self.page.get_by_text("The merge was undone. Both are there again.")).to_be_visible()
        return self
