"""The board of leads as somebody of sales sees and moves it."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from playwright.sync_api import Locator, Page, expect

from tests.browser.pages import LoginPage

PATH = "/admin/crm/lead/board/"
GRIP = 12
"""Pixels from the edge of a card at which it is taken."""


class BoardPage:
    """`/admin/crm/lead/board/`."""

    def __init__(self, page: Page, site: str) -> None:
        self.page = page
        self.site = site

    def sign_in(self, name: str) -> Self:
        """As this demo user, straight to the board."""
        LoginPage(self.page, self.site).open(PATH).try_to_sign_in(f"{name}@demo.mezzofy.com", "mezzofy-demo")
        self.page.wait_for_url(f"**{PATH}*")
        return self.ready()

    def ready(self) -> Self:
        """Wait until the cards are there and changes of others arrive."""
        expect(self.page.locator(".kb-slot").first).to_be_visible()
        expect(self.page.locator("#live-mark")).to_have_attribute("data-state", "live")
        return self

    def reload(self) -> Self:
        """Read everything again."""
        self.page.reload()
        return self.ready()

    def names(self, status: str) -> list[str]:
        """The companies of a column, from the top."""
        return self.page.locator(f"ol[data-status={status}] .kb-company").all_inner_texts()

    def count(self, status: str) -> int:
        """The number above a column."""
        return int(self._column(status).locator(".kb-count").inner_text())

    def card(self, company: str) -> Locator:
        """The card of a company."""
        return self.page.locator(".kb-slot", has=self.page.get_by_role("link", name=company, exact=True))

    def lead_of(self, company: str) -> str:
        """The id of the lead."""
        return self.card(company).get_attribute("data-id") or ""

    def drag(self, company: str, to: str, place: int) -> None:
        """With the mouse, onto the place of another card (counted from 0), without letting go."""
        self.lift(company)
        target = self.page.locator(f"ol[data-status={to}] .kb-slot").nth(place).bounding_box()
        assert target is not None
        x, y = target["x"] + target["width"] / 2, target["y"] + GRIP
        self.page.mouse.move(x, y + 2 * GRIP, steps=12)
        self.page.mouse.move(x, y, steps=4)
        expect(self._column(to).locator(".kb-placeholder")).to_have_count(1)

    def drop(self) -> None:
        """Let go, and wait for the server's answer."""
        with self.page.expect_response("**/api/crm/kanban/move*"):
            self.page.mouse.up()

    def lift(self, company: str) -> None:
        """Take a card with the mouse."""
        box = self.card(company).bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] - GRIP
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + GRIP, y + GRIP, steps=4)

    def closed_columns(self) -> list[str]:
        """The columns that would refuse the card in the hand."""
        found = self.page.locator(".kb-column.is-closed").all()
        return [column.get_attribute("data-status") or "" for column in found]

    def move_by_menu(self, company: str, to: str) -> None:
        """By "Move to…"."""
        self.card(company).get_by_role("button", name="Move").click()
        self.page.get_by_role("menuitem", name=to, exact=True).click()

    def press(self, *keys: str) -> None:
        """One key after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def focus(self, company: str) -> None:
        """Go to a card with the keyboard's focus."""
        self.card(company).locator(".kb-card").focus()

    @property
    def voice(self) -> Locator:
        """What a screen reader is told."""
        return self.page.locator("#board-say")

    @property
    def dialog(self) -> Locator:
        """The question why a lead was lost."""
        return self.page.get_by_role("dialog")

    @property
    def toast(self) -> Locator:
        """The latest short message."""
        return self.page.locator(".mz-toast").last

    def keep_picture(self, name: str) -> None:
        """As an artifact of the test run, not in git."""
        folder = Path("test-results")
        folder.mkdir(exist_ok=True)
        self.page.screenshot(path=folder / f"board-{name}.png")

    def _column(self, status: str) -> Locator:
        return self.page.locator(f".kb-column[data-status={status}]")
