"""The board of leads as somebody of sales sees and moves it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Self

from playwright.sync_api import Locator, Page, expect

from tests.browser.login_page import enter

PATH = "/admin/crm/lead/board/"
GRIP = 12
"""Pixels from the edge of a card at which it is taken."""
KEEP_SOCKETS = """
    window.sockets = [];
    window.WebSocket = class extends WebSocket {
        constructor(...given) { super(...given); window.sockets.push(this); }
    };
"""
MOST_STEPS = 600
"""Steps of a finger, one for each frame: ten seconds."""


class Finger:
    """One finger on the screen, as the browser's own input events: scripts cannot make trusted ones."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.device = page.context.new_cdp_session(page)
        self.x = self.y = 0.0

    def touch(self, x: float, y: float) -> None:
        """Put it down."""
        self._send("touchStart", x, y)

    def move_until(self, place: Callable[[int], tuple[float, float]], is_there: Callable[[], bool]) -> None:
        """Go on moving (a finger is never still) to the place of each step, until it is as wanted."""
        for step in range(MOST_STEPS):
            self._send("touchMove", *place(step))
            # A frame for the page to scroll and to lay out what moved.
            self.page.evaluate("new Promise(requestAnimationFrame)")
            if is_there():
                return
        raise AssertionError(f"not there after {MOST_STEPS} steps of the finger")

    def lift(self) -> None:
        """Take it away."""
        self.device.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def _send(self, kind: str, x: float, y: float) -> None:
        self.x, self.y = x, y
        self.device.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})


class BoardPage:
    """`/admin/crm/lead/board/`."""

    def __init__(self, page: Page, site: str) -> None:
        self.page = page
        self.site = site
        page.add_init_script(KEEP_SOCKETS)

    def break_the_line(self) -> None:
        """Cut the connection that tells of changes, as a server that starts again does."""
        self.page.evaluate("sockets.at(-1).close()")

    def sign_in(self, name: str) -> Self:
        """As this demo user, straight to the board."""
        enter(self.page, self.site, name, PATH)
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

    def folded(self) -> list[str]:
        """The columns that are narrow strips."""
        found = self.page.locator(".kb-column.is-folded").all()
        return [column.get_attribute("data-status") or "" for column in found]

    def unfold(self, stage: str) -> None:
        """Open the strip of a stage."""
        button = self.page.get_by_role("button", name=f"Cards of {stage}")
        button.click()
        expect(button).to_have_attribute("aria-expanded", "true")

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

    def drag_by_finger(self, company: str, to: str) -> None:
        """Hold a card, carry it to the edge until the column has come into sight, and let go over it."""
        finger = Finger(self.page)
        box = self.card(company).bounding_box()
        assert box is not None
        finger.touch(box["x"] + box["width"] / 2, box["y"] + box["height"] - GRIP)
        expect(self.page.locator(".sortable-chosen")).to_have_count(1)
        width = self.page.evaluate("innerWidth")
        column = self._column(to)
        finger.move_until(lambda step: (width - GRIP - step % 2, finger.y), lambda: _middle(column) < width)
        finger.move_until(
            lambda step: (_middle(column), box["y"] + step % 2),
            lambda: column.locator(".kb-placeholder").count() == 1,
        )
        with self.page.expect_response("**/api/crm/kanban/move*"):
            finger.lift()

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


def _middle(place: Locator) -> float:
    """Where the middle of an element is, from the left edge of the screen."""
    box = place.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2
