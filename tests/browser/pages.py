"""The pages of the staff app as a test sees them: what a user does and reads, without selectors in the tests.

Everything here waits for what it names; nothing sleeps.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

from playwright.sync_api import Locator, Page, expect

ANSWER_WITHIN = 60_000
"""Milliseconds in which a run must end."""
FINAL = "completed|failed|cancelled"


class Answer:
    """One answer of an agent."""

    def __init__(self, element: Locator) -> None:
        self.element = element
        self.page = element.page

    def wait(self, status: str = "completed", *, timeout: float = ANSWER_WITHIN) -> Self:
        """Wait until the run is over, and insist on how."""
        self.page.wait_for_function(
            "([element, final]) => new RegExp(`^(${final})$`).test(element.dataset.status)",
            arg=[self.element.element_handle(), FINAL],
            timeout=timeout,
        )
        expect(self.element).to_have_attribute("data-status", status)
        return self

    @property
    def status(self) -> str:
        """`queued`, `running`, `waiting_approval`, `completed`, `failed` or `cancelled`."""
        return self.element.get_attribute("data-status") or ""

    @property
    def text(self) -> str:
        """What it says, as it is read on the screen."""
        prose = self.element.locator(".prose")
        return prose.inner_text() if prose.is_visible() else ""

    @property
    def agent(self) -> str:
        """Who answers, as "Sales agent"."""
        return self.element.locator(".answer-name").inner_text()

    @property
    def step_line(self) -> Locator:
        """The line that sums up the steps, as "Worked through 4 steps"."""
        return self.element.locator(".steps summary")

    def steps(self) -> list[str]:
        """The lines of all steps; unfolds them."""
        details = self.element.locator("details.steps")
        if details.get_attribute("open") is None:
            self.step_line.click()
        return self.element.locator(".step-summary").all_inner_texts()

    def failed_steps(self) -> int:
        """How many steps carry a cross."""
        return self.element.locator(".step.is-failed").count()

    @property
    def rows(self) -> Locator:
        """The body rows of the tables in the text."""
        return self.element.locator(".prose tbody tr")

    @property
    def citations(self) -> Locator:
        """The superscript links of the text."""
        return self.element.locator(".cite a")

    @property
    def sources(self) -> Locator:
        """The links of the list below the text."""
        return self.element.locator(".sources a")

    @property
    def artifacts(self) -> Locator:
        """The cards of the files it made."""
        return self.element.locator(".artifact")

    def artifact(self, name: str) -> Locator:
        """The card of the file whose name contains `name`."""
        return self.artifacts.filter(has_text=name)

    def download(self, name: str, folder: Path) -> Path:
        """Download a file by its card; returns where it lies, under the name the server gave it."""
        with self.page.expect_download() as download:
            self.artifact(name).get_by_role("link", name="Download").click()
        path = folder / download.value.suggested_filename
        download.value.save_as(path)
        return path

    def preview(self, name: str) -> Locator:
        """Open the preview of a file; returns the dialog."""
        self.artifact(name).get_by_role("button", name="Preview").click()
        dialog = self.page.get_by_role("dialog")
        expect(dialog.locator(".preview-stage > .spinner")).to_have_count(0)
        return dialog

    @property
    def approval(self) -> Locator:
        """The last approval card."""
        return self.element.locator(".approval").last

    def decide(self, decision: str, *, note: str = "", **changes: str) -> None:
        """`Approve` or `Reject` what it asks; `changes` are arguments by their label, edited first."""
        expect(self.approval.get_by_role("button", name=decision)).to_be_enabled()
        if changes:
            self.approval.get_by_role("button", name="Edit").click()
        for label, value in changes.items():
            self.approval.get_by_label(label).fill(value)
        if note:
            self.approval.get_by_label("Note").fill(note)
        self.approval.get_by_role("button", name=decision).click()

    @property
    def failure(self) -> Locator:
        """The box that says what went wrong."""
        return self.element.locator(".failure")

    def retry(self) -> Answer:
        """Ask the same question again; returns the new answer."""
        answers = self.page.locator(".turn.is-answer")
        before = answers.count()
        self.failure.get_by_role("button", name="Try again").click()
        expect(answers).to_have_count(before + 1)
        return Answer(answers.nth(before))


class ChatPage:
    """`/`: the staff chat."""

    def __init__(self, page: Page, base_url: str) -> None:
        self.page = page
        self.base_url = base_url

    def open(self, session_id: str = "") -> Self:
        """Go to a chat, or to a new one."""
        self.page.goto(f"{self.base_url}/{f'?session={session_id}' if session_id else ''}")
        return self.ready()

    def reload(self) -> Self:
        """As the browser's button does."""
        self.page.reload()
        return self.ready()

    def ready(self) -> Self:
        """Wait until the page's script listens."""
        expect(self.page.locator("html[data-ready]")).to_be_attached()
        return self

    @property
    def message_field(self) -> Locator:
        """Where a message is written."""
        return self.page.get_by_label("Message", exact=True)

    @property
    def session_id(self) -> str:
        """The chat of the address; empty for a new one."""
        return str(self.page.evaluate("new URLSearchParams(location.search).get('session') ?? ''"))

    def attach(self, file: str | Path | dict[str, Any]) -> None:
        """Choose a file: a path, or Playwright's `{name, mimeType, buffer}`."""
        self.page.locator("#file-input").set_input_files(file)  # type: ignore[arg-type]
        expect(self.attachment).to_be_visible()

    @property
    def attachment(self) -> Locator:
        """The file that goes with the next message."""
        return self.page.locator("#attachment")

    def choose_agent(self, title: str) -> None:
        """Choose who shall answer, by title ("Sales"), or "Auto"."""
        self.page.locator("#agent-button").click()
        self.page.locator("#agent-panel").get_by_text(title, exact=True).click()

    def send(self, text: str = "", *, file: str | Path | dict[str, Any] | None = None) -> Answer:
        """Send a message, with a file if given; returns the answer as soon as its place is there."""
        before = self.answers.count()
        if file is not None:
            self.attach(file)
        self.message_field.fill(text)
        self.message_field.press("Enter")
        return self.answer(before)

    def ask(self, text: str, *, file: str | Path | dict[str, Any] | None = None) -> Answer:
        """Send a message and wait for the completed answer."""
        return self.send(text, file=file).wait()

    @property
    def answers(self) -> Locator:
        """All answers."""
        return self.page.locator(".turn.is-answer")

    @property
    def questions(self) -> Locator:
        """All messages of the user."""
        return self.page.locator(".turn.is-question")

    def answer(self, index: int = -1) -> Answer:
        """The answer with this number, from 0; the last by default."""
        element = self.answers.last if index < 0 else self.answers.nth(index)
        expect(element).to_be_visible(timeout=ANSWER_WITHIN)
        return Answer(element)

    def stop(self) -> None:
        """Press the stop button."""
        self.page.get_by_role("button", name="Stop the answer").click()

    @property
    def problem(self) -> Locator:
        """The sentence above the message field."""
        return self.page.locator("#composer-problem")

    @property
    def connection_line(self) -> Locator:
        """The line that says that the connection is lost."""
        return self.page.locator("#connection")

    @property
    def mode(self) -> Locator:
        """The sentence that says who answers."""
        return self.page.locator("#mode-sentence")

    @property
    def suggestions(self) -> Locator:
        """What an empty chat proposes."""
        return self.page.locator(".suggestion")

    @property
    def sessions(self) -> Locator:
        """The rows of the list of chats."""
        return self.page.locator(".session")

    def session(self, title: str) -> Locator:
        """The row of the chat whose title contains `title`."""
        return self.sessions.filter(has_text=title)

    def new_chat(self) -> None:
        """Start an empty chat."""
        self.page.get_by_role("button", name="New chat").click()

    def open_session(self, title: str) -> None:
        """Open a chat of the list."""
        self.session(title).get_by_role("link").click()

    def search(self, words: str) -> None:
        """Filter the list of chats."""
        self.page.get_by_label("Search chats by title").fill(words)

    def delete_session(self, title: str) -> None:
        """Delete a chat and confirm."""
        row = self.session(title)
        row.hover()
        row.get_by_role("button", name="Delete").click()
        self.page.get_by_role("dialog").get_by_role("button", name="Delete chat").click()
        expect(row).to_have_count(0)
