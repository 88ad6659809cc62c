"""The page of a lead as a person uses it."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from playwright.sync_api import Locator, Page, expect

from tests.browser.login_page import sign_in


class LeadPage:
    """One tab that shows a lead, signed in as somebody."""

    def __init__(self, page: Page, site: str) -> None:
        self.page = page
        self.site = site

    def sign_in(self, name: str) -> Self:
        """As that demo user."""
        sign_in(self.page, self.site, name)
        return self

    def open(self, company: str, tab: str = "", *, is_scripted: bool = True) -> Self:
        """The page of the lead of that company, found by the list's own search."""
        self.page.goto(f"{self.site}/admin/crm/lead/?q={company}")
        found = self.page.locator("#result_list .field-who a").first.get_attribute("href")
        self.page.goto(f"{self.site}{found}")
        if tab:
            self.page.goto(f"{self.page.url.split('?')[0]}#{tab}")
            self.page.reload()
        ready = "[data-ready]" if is_scripted else ""
        expect(self.page.locator(f"[data-subject-page]{ready}")).to_be_attached()
        return self

    def tab(self, name: str) -> Locator:
        """Open a tab; returns what it shows."""
        self.page.get_by_role("tab", name=name, exact=True).click()
        shown = self.page.get_by_role("tabpanel", name=name, exact=True)
        expect(shown).to_be_visible()
        return shown

    def act(self, name: str) -> Locator:
        """Press a quick action; returns the form that opens. Nothing is dialled or mailed here."""
        button = self.page.get_by_role("group", name="Quick actions").get_by_role("link", name=name)
        button.evaluate("link => link.protocol.startsWith('http') || (link.href = '#')")
        button.click()
        return self.page.get_by_role("form", name="E-mail" if name == "Mail" else name, exact=True)

    def log(self, name: str, **fields: str) -> None:
        """Write something down; `fields` by their labels with underscores."""
        form = self.act(name)
        for label, text in fields.items():
            form.get_by_label(label.replace("_", " ")).fill(text)
        form.get_by_role("button", name="Save").click()
        expect(form).to_be_hidden()

    def correct_first(self) -> Locator:
        """Open the correction of the newest entry with the keyboard; returns its form."""
        self.entries.first.get_by_text("Edit").press("Enter")
        expect(self.correction).to_be_visible()
        return self.correction

    @property
    def correction(self) -> Locator:
        """The form that corrects the newest entry."""
        return self.entries.first.locator("form")

    def same_in_another_tab(self) -> LeadPage:
        """The same page, opened by the same person once more."""
        other = LeadPage(self.page.context.new_page(), self.site)
        other.page.goto(self.page.url)
        expect(other.page.locator("[data-subject-page][data-ready]")).to_be_attached()
        return other

    def put(self, file: Path) -> None:
        """Upload a file."""
        form = self.act("File")
        form.locator("input[type=file]").set_input_files(file)
        form.get_by_role("button", name="Save").click()

    @property
    def entries(self) -> Locator:
        """The entries of the timeline, newest first."""
        return self.page.locator("[data-entry]")

    @property
    def stage(self) -> Locator:
        """The stage that the lead is in."""
        return self.page.locator(".crm-step[aria-current=step]")

    def field(self, name: str) -> Locator:
        """A field of the edit form."""
        return self.page.locator(f"#lead_form [name={name}]")

    def save(self) -> None:
        """Save the edit form."""
        self.page.locator("#submit-row button[name=_save]").click()
        self.page.wait_for_load_state()
