"""The queue of approvals as a test sees it."""

from __future__ import annotations

from typing import Self

from playwright.sync_api import Locator, Page, expect


class QueuePage:
    """`/admin/assistant/approval/queue/`: what waits on one side, the one that is looked at on the other."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def items(self) -> Locator:
        """What waits, one line each."""
        return self.page.locator(".queue-item")

    @property
    def question(self) -> Locator:
        """The one that is looked at."""
        return self.page.locator(".queue-question")

    def open(self, words: str) -> Self:
        """Look at the first that is about `words`."""
        self.items.filter(has_text=words).first.get_by_role("link").click()
        expect(self.question).to_contain_text(words)
        return self

    def edit(self, **changes: str) -> Self:
        """Change arguments by their label."""
        self.question.get_by_text("Edit before approving").click()
        for label, value in changes.items():
            self.question.get_by_label(label, exact=True).fill(value)
        return self

    def text_of(self, label: str) -> str:
        """The argument as the form proposes it."""
        return self.question.get_by_label(label, exact=True).input_value()

    def approve(self) -> Self:
        """Agree, as it stands in the form."""
        self.question.get_by_role("button", name="Approve").click()
        expect(self.page.get_by_text("Approved:")).to_be_visible()
        return self

    def reject(self, note: str = "") -> Self:
        """Say no."""
        self.question.get_by_label("Note").fill(note)
        self.question.get_by_role("button", name="Reject").click()
        expect(self.page.get_by_text("Rejected:")).to_be_visible()
        return self
