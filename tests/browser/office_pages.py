"""The pages of the back office as a test sees them: what a user does and reads, without selectors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

from playwright.sync_api import Locator, Page, expect

from tests.browser.login_page import enter


class Office:
    """`/admin/`, signed in."""

    def __init__(self, page: Page, base_url: str) -> None:
        self.page = page
        self.base_url = base_url

    def sign_in(self, name: str) -> Self:
        """As that demo user, straight to the home page."""
        enter(self.page, self.base_url, name, "/admin/")
        expect(self.heading("Home")).to_be_visible()
        return self

    def open(self, path: str) -> Self:
        """Go to a page below `/admin/`, and wait until its scripts have started."""
        self.page.goto(f"{self.base_url}/admin/{path}")
        self.page.wait_for_load_state("networkidle")
        return self

    def heading(self, name: str) -> Locator:
        """The page's title."""
        return self.page.get_by_role("heading", level=1).get_by_text(name)

    def section(self, name: str) -> Locator:
        """A section of the home page."""
        return self.page.get_by_role("region", name=name)

    def figure(self, name: str) -> Locator:
        """A tile of the home page."""
        return self.page.locator(".mz-tile").filter(has_text=name)

    def choose_period(self, name: str) -> None:
        """Another span of days for the figures."""
        self.page.get_by_role("button", name=name).click()

    def choose_colours(self, name: str) -> None:
        """Light, dark, or as the system."""
        self.page.locator(".mz-account").click()
        self.page.get_by_role("button", name=name, exact=True).click()
        self.page.keyboard.press("Escape")

    @property
    def colours(self) -> str:
        """`Light` or `Dark`, as the page is shown."""
        return str(self.page.evaluate("document.documentElement.className")).title()

    def look_for(self, text: str) -> Locator:
        """Type into the search over everything; the hits."""
        self.page.keyboard.press("Control+k")
        field = self.page.get_by_role("searchbox", name="Search everything")
        expect(field).to_be_focused()
        field.fill(text)
        return self.page.get_by_role("dialog", name="Search everything").get_by_role("link")

    def rows(self) -> Locator:
        """The rows of a list."""
        return self.page.locator("#result_list tbody tr.data-row")

    def names(self) -> list[str]:
        """The first cells of a list."""
        return self.page.locator("#result_list tbody th").all_inner_texts()

    def turn_to(self, name: str) -> Self:
        """First, Newer or Older page."""
        with self.page.expect_navigation():
            self.page.get_by_role("navigation", name="Pages").get_by_role("link", name=name).click()
        return self

    def saved_filters(self) -> Locator:
        """The open menu of saved filters."""
        menu = self.page.locator(".mz-saved-menu")
        if not menu.is_visible():
            self.page.get_by_text("Saved filters").click()
        expect(menu.get_by_role("button", name="Save this view")).to_be_visible()
        return menu

    def save_filter(self, name: str, *, shared: bool = False) -> None:
        """Save the page as it is filtered now."""
        self.saved_filters().get_by_role("button", name="Save this view").click()
        dialog = self.page.get_by_role("dialog", name="Save this view")
        dialog.get_by_label("Name").fill(name)
        dialog.get_by_label("Offer it to everybody").set_checked(shared)
        dialog.get_by_role("button", name="Save", exact=True).click()

    def overflows(self) -> bool:
        """Whether the page can be scrolled sideways."""
        return bool(
            self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        )


OpenOffice = Callable[[str], Office]
