"""A mail to a lead: asked for in the chat, edited in the queue, sent, and on the lead's timeline."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.obstacles import obstacles
from tests.browser.pages import ChatPage
from tests.browser.queue_page import QueuePage
from tests.processes import until
from tests.standins.graph_api import GraphApi

pytestmark = pytest.mark.timeout(300)

SignIn = Callable[[str], ChatPage]
Visit = Callable[[str, str], Page]
QUEUE = "/admin/assistant/approval/queue/"
LEAD = "ABC Restaurant Group"
ADDRESS = "john@abcrestaurant.sg"


def asked(chat: ChatPage, message: str) -> None:
    """Ask and wait until a person has to agree."""
    answer = chat.send(message)
    expect(answer.approval).to_contain_text("Needs your approval")


def test_a_mail_is_drafted_edited_in_the_queue_sent_and_on_the_timeline(
    sign_in: SignIn, visit: Visit, graph: GraphApi
) -> None:
    chat = sign_in("sales.rep")
    before = len(graph.sent)
    asked(chat, f"write an outreach mail to {LEAD}")
    assert len(graph.sent) == before, "nothing leaves before a person agrees"
    queue = QueuePage(visit("sales.rep", QUEUE)).open(ADDRESS)
    queue.edit(Subject="Stamps for your six outlets").approve()
    until(lambda: len(graph.sent) == before + 1, "the mail to arrive")
    mail = graph.sent[-1]
    assert mail.subject == "Stamps for your six outlets"
    assert LEAD in mail.html
    page = queue.page
    page.goto(page.url.split("/admin/")[0] + f"/admin/crm/lead/?q={LEAD.replace(' ', '+')}")
    page.get_by_role("link", name=LEAD).first.click()
    expect(page.get_by_text("Stamps for your six outlets").first).to_be_visible()
    page.goto(page.url.split("/admin/")[0] + "/admin/audit/emaillog/")
    row = page.get_by_role("row").filter(has_text="Stamps for your six outlets")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Sent")


def test_a_rejected_mail_is_never_sent_and_the_agent_is_told_why(
    sign_in: SignIn, visit: Visit, graph: GraphApi
) -> None:
    chat = sign_in("sales.rep")
    before = len(graph.sent)
    asked(chat, f"send a follow-up mail to {LEAD}")
    address = chat.page.url
    QueuePage(visit("sales.rep", QUEUE)).open(ADDRESS).reject("They asked for a call instead.")
    chat.page.goto(address)
    expect(chat.answer().element).to_contain_text("They asked for a call instead.")
    assert len(graph.sent) == before


def test_what_was_decided_is_not_decided_again(sign_in: SignIn, visit: Visit, page: Page) -> None:
    chat = sign_in("sales.rep")
    asked(chat, f"write an outreach mail to {LEAD}")
    queue = QueuePage(visit("sales.rep", QUEUE)).open(ADDRESS)
    form = page.url
    other = page.context.new_page()
    other.goto(form)
    QueuePage(other).reject()
    queue.question.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("already")).to_be_visible()


def test_the_queue_is_usable_on_a_phone_in_the_dark_and_without_a_mouse(
    sign_in: SignIn, visit: Visit, page: Page
) -> None:
    asked(sign_in("sales.rep"), f"write an outreach mail to {LEAD}")
    visit("sales.rep", QUEUE)
    for scheme, width in (("light", 1280), ("dark", 390)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert not obstacles(page, within=".queue")
    queue = QueuePage(page).open(ADDRESS)
    page.keyboard.press("e")
    expect(queue.question.get_by_label("Subject", exact=True)).to_be_visible()
    queue.question.get_by_role("heading", level=2).click()
    page.keyboard.press("r")
    expect(page.get_by_text("Rejected:")).to_be_visible()
