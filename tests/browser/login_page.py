"""The log-in page, and the way in past it."""

from __future__ import annotations

from typing import Any, Self

from playwright.sync_api import Locator, Page

PASSWORD = "mezzofy-demo"
_COOKIES: dict[tuple[str, str], list[Any]] = {}
"""Of whoever has signed in, by site and name."""


def sign_in(page: Page, base_url: str, name: str) -> None:
    """As that demo user. Only the first of a name fills in the form; the next ones take over the session, so
    none of them may sign out.
    """
    known = _COOKIES.get((base_url, name))
    if known is None:
        LoginPage(page, base_url).open().try_to_sign_in(f"{name}@demo.mezzofy.com", PASSWORD)
        page.wait_for_url(f"{base_url}/")
        _COOKIES[base_url, name] = page.context.cookies()
    else:
        page.context.add_cookies(known)


def enter(page: Page, base_url: str, name: str, path: str) -> None:
    """Go to a page as that demo user."""
    sign_in(page, base_url, name)
    page.goto(f"{base_url}{path}")


class LoginPage:
    """`/login/`."""

    def __init__(self, page: Page, base_url: str) -> None:
        self.page = page
        self.base_url = base_url

    def open(self) -> Self:
        """Go to the page."""
        self.page.goto(f"{self.base_url}/login/")
        return self

    def try_to_sign_in(self, email: str, password: str) -> None:
        """Fill in the form and send it, whatever happens."""
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()

    @property
    def problem(self) -> Locator:
        """Why it did not work."""
        return self.page.get_by_role("alert")
