"""The editor of an agent and what follows it, as a test sees them."""

from __future__ import annotations

from typing import Self

from playwright.sync_api import Locator, Page

from tests.browser.office_pages import Office


class AgentPage:
    """One agent in the back office."""

    def __init__(self, office: Office, name: str) -> None:
        self.office = office
        self.page: Page = office.page
        self.name = name

    def open(self) -> Self:
        """The agent's own page."""
        self.office.open(f"assistant/agentversion/agent/{self.name}/")
        return self

    def write_a_version(self) -> None:
        """Begin a draft and wait for its editor."""
        self.page.get_by_role("button", name="Write a new version").click()
        self.page.wait_for_load_state("networkidle")

    @property
    def words(self) -> Locator:
        """The instructions."""
        return self.page.get_by_label("Instructions", exact=True)

    @property
    def count(self) -> Locator:
        """How many characters the instructions have."""
        return self.page.locator("[data-count]")

    def family(self, name: str) -> Locator:
        """A family on the check-list of tools."""
        return self.page.locator("[data-family]").filter(has=self.page.get_by_text(name, exact=True))

    def save_and_compare(self) -> None:
        """To the comparison with what answers now."""
        self.page.get_by_role("button", name="Save and compare").click()
        self.page.wait_for_load_state("networkidle")
