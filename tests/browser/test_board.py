"""The board of leads with mouse, finger and keyboard, and with a colleague at the same time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.board_page import BoardPage

pytestmark = pytest.mark.timeout(300)

FIRST_CARDS = 25
"""Of a column, before anybody asks for more."""
Open = Callable[[str], BoardPage]
Changes = Callable[[str], list[tuple[str, str]]]


@pytest.fixture
def board(page: Page, site: str) -> Open:
    """`board("sales.rep")` is the board of that demo user."""
    return lambda name: BoardPage(page, site).sign_in(name)


@pytest.fixture
def colleague(browser: Browser, site: str) -> Iterator[BoardPage]:
    """The board of the sales manager in a browser of their own."""
    context: BrowserContext = browser.new_context(viewport={"width": 1600, "height": 900})
    yield BoardPage(context.new_page(), site).sign_in("sales.manager")
    context.close()


@pytest.fixture
def aged(database: str) -> Callable[[str, int], None]:
    """`aged(lead_id, days)` lets a lead be in its stage for so long."""
    login = connection.settings_dict

    def write(lead_id: str, days: int) -> None:
        account = {"user": login["USER"], "password": login["PASSWORD"], "dbname": database}
        with psycopg.connect(host=login["HOST"], port=login["PORT"], **account) as server:
            server.execute(
                "UPDATE crm_lead SET stage_since = now() - make_interval(days => %s, hours => 1) WHERE id=%s",
                (days, lead_id),
            )

    return write


@pytest.fixture
def changes(database: str) -> Changes:
    """The latest changes of stage of a lead, as the platform's database has them."""
    login = connection.settings_dict

    def read(lead_id: str) -> list[tuple[str, str]]:
        account = {"user": login["USER"], "password": login["PASSWORD"], "dbname": database}
        with psycopg.connect(host=login["HOST"], port=login["PORT"], **account) as server:
            rows = server.execute(
                "SELECT from_status, to_status FROM crm_stagechange WHERE lead_id = %s"
                " ORDER BY at DESC, id DESC",
                [lead_id],
            )
            return [(before, after) for before, after in rows]

    return read


def test_a_dragged_card_stays_where_it_was_dropped_and_is_written_down(board: Open, changes: Changes) -> None:
    mine = board("sales.rep")
    company = mine.names("new")[0]
    before, others = mine.count("contacted"), mine.names("contacted")
    mine.drag(company, "contacted", 1)
    assert mine.closed_columns() == ["qualified", "proposal", "closed_won"]
    mine.keep_picture("dragging")
    mine.drop()
    expect(mine.toast).to_have_text(f"{company} is now in Contacted.")
    mine.reload()
    assert mine.names("contacted")[:3] == [others[0], company, others[1]]
    assert mine.count("contacted") == before + 1
    assert changes(mine.lead_of(company))[0] == ("new", "contacted")


def test_a_card_counts_one_day_and_several(board: Open, aged: Callable[[str, int], None]) -> None:
    mine = board("sales.rep")
    company = mine.names("contacted")[-1]
    for days, words in ((1, "1 day in this stage"), (2, "2 days in this stage")):
        aged(mine.lead_of(company), days)
        age = mine.reload().card(company).locator(".kb-age")
        expect(age).to_have_attribute("title", words)
        expect(age.locator(".mz-sr-only")).to_have_text(words)


def test_a_column_that_the_lifecycle_does_not_allow_takes_no_card(board: Open) -> None:
    mine = board("sales.rep")
    company = mine.names("new")[0]
    mine.lift(company)
    target = mine.page.locator(".kb-column[data-status=proposal]").bounding_box()
    assert target is not None
    mine.page.mouse.move(target["x"] + 60, target["y"] + 200, steps=10)
    mine.page.mouse.up()
    expect(mine.toast).to_have_text("A lead in New cannot go to Proposal. Next it can be: Contacted, Lost.")
    assert mine.names("new")[0] == company
    assert company not in mine.names("proposal")


def test_a_card_is_moved_by_keyboard_and_every_step_is_said(board: Open, changes: Changes) -> None:
    mine = board("sales.rep")
    company = mine.names("contacted")[0]
    mine.focus(company)
    mine.press(" ")
    expect(mine.voice).to_contain_text(f"{company} picked up in Contacted, place 1")
    mine.press("ArrowRight", "ArrowDown")
    expect(mine.voice).to_contain_text("Qualified, place 2")
    mine.keep_picture("keyboard")
    mine.press("Escape")
    expect(mine.voice).to_contain_text("Cancelled")
    assert mine.names("contacted")[0] == company
    mine.press(" ", "ArrowRight", "ArrowDown")
    with mine.page.expect_response("**/api/crm/kanban/move*"):
        mine.press(" ")
    expect(mine.card(company).locator(".kb-card")).to_be_focused()
    assert mine.reload().names("qualified")[1] == company
    assert changes(mine.lead_of(company))[0] == ("contacted", "qualified")


def test_losing_a_lead_asks_why_and_cancelling_puts_the_card_back(board: Open) -> None:
    mine = board("sales.rep")
    company = mine.names("new")[1]
    mine.move_by_menu(company, "Lost")
    expect(mine.dialog).to_contain_text(f"Why was {company} lost?")
    mine.dialog.get_by_role("button", name="Mark as lost").click()
    expect(mine.dialog.get_by_text("Choose a reason.")).to_be_visible()
    mine.keep_picture("lost")
    mine.press("Escape")
    assert mine.names("new")[1] == company
    mine.move_by_menu(company, "Lost")
    mine.dialog.get_by_label("Reason").select_option("price")
    mine.dialog.get_by_role("button", name="Mark as lost").click()
    expect(mine.toast).to_have_text(f"{company} is now in Lost.")
    assert mine.reload().names("closed_lost")[0] == company
    expect(mine.card(company)).to_contain_text("Price")


def test_a_colleague_sees_the_move_without_reloading(board: Open, colleague: BoardPage) -> None:
    mine = board("sales.rep")
    company = mine.names("qualified")[0]
    expect(colleague.card(company)).to_have_count(1)
    colleague.page.evaluate("window.sameDocument = true")
    mine.move_by_menu(company, "Proposal")
    moved = colleague.page.locator("ol[data-status=proposal]").get_by_role("link", name=company, exact=True)
    expect(moved).to_be_visible()
    assert colleague.page.evaluate("window.sameDocument"), "the page was not loaded again"
    assert colleague.names("proposal")[0] == company
    colleague.keep_picture("colleague")


def test_the_second_of_two_is_told_who_was_faster(board: Open, colleague: BoardPage) -> None:
    mine = board("sales.rep")
    company = mine.names("contacted")[0]
    # The colleague's page cannot read the card again: the next move is made on what it still shows.
    colleague.page.route("**/api/crm/kanban/cards/*", lambda route: route.abort())
    mine.move_by_menu(company, "Qualified")
    expect(mine.toast).to_have_text(f"{company} is now in Qualified.")
    colleague.move_by_menu(company, "New")
    expect(colleague.toast).to_contain_text(f"{company} was changed by Rachel Ng in the meantime.")
    colleague.page.unroute("**/api/crm/kanban/cards/*")
    assert company in colleague.reload().names("qualified")


def test_filters_stay_in_the_address_and_for_the_next_visit(board: Open) -> None:
    mine = board("sales.manager")
    company = mine.names("proposal")[0]
    with mine.page.expect_response("**/api/crm/kanban?search=*"):
        mine.page.get_by_label("Search leads").fill(company)
    expect(mine.page.locator("ol[data-status=new] .kb-slot")).to_have_count(0)
    expect(mine.card(company)).to_be_visible()
    assert "search=" in mine.page.url
    mine.reload()
    assert mine.names("new") == []
    with mine.page.expect_response("**/api/crm/kanban?search=*"):
        mine.page.goto(f"{mine.site}/admin/crm/lead/board/")
    expect(mine.page.get_by_label("Search leads")).to_have_value(company)
    mine.page.get_by_role("button", name="Clear filters").first.click()
    expect(mine.page.locator("ol[data-status=contacted] .kb-slot").first).to_be_visible()
    assert "search=" not in mine.page.url


def test_every_column_is_in_sight_and_the_closed_ones_open_on_demand(board: Open) -> None:
    mine = board("sales.manager")
    columns = mine.page.locator(".kb-column")
    assert columns.count() == 6
    for column in columns.all():
        expect(column).to_be_in_viewport(ratio=0.5)
    assert mine.folded() == ["closed_won", "closed_lost"]
    mine.unfold("Lost")
    expect(mine.page.locator("ol[data-status=closed_lost] .kb-slot").first).to_be_visible()
    assert mine.reload().folded() == ["closed_won"]

    mine.page.set_viewport_size({"width": 1600, "height": 900})
    expect(mine.page.locator(".kb-column.is-folded")).to_have_count(0)


@pytest.fixture
def phone(browser: Browser, site: str) -> Iterator[BoardPage]:
    """The representative's board on a telephone."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    yield BoardPage(context.new_page(), site).sign_in("sales.rep")
    context.close()


def test_a_card_is_dragged_by_finger_to_a_column_out_of_sight(phone: BoardPage, changes: Changes) -> None:
    company = phone.names("new")[0]
    phone.drag_by_finger(company, "contacted")
    expect(phone.toast).to_have_text(f"{company} is now in Contacted.")
    phone.keep_picture("finger")
    assert company in phone.reload().names("contacted")
    assert changes(phone.lead_of(company))[0] == ("new", "contacted")


def test_on_a_phone_a_card_is_moved_by_its_menu_and_the_page_does_not_scroll_sideways(
    phone: BoardPage,
) -> None:
    mine = phone
    mine.keep_picture("phone")
    first, second = mine.names("contacted")[:2]
    mine.card(first).scroll_into_view_if_needed()
    with mine.page.expect_response("**/api/crm/kanban/move*"):
        mine.move_by_menu(first, "One down")
    expect(mine.page.locator("ol[data-status=contacted] .kb-company").nth(1)).to_have_text(first)
    assert mine.reload().names("contacted")[:2] == [second, first]
    wide = mine.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390, "only the board scrolls sideways, never the page"


def test_after_a_break_as_many_cards_are_there_as_before_at_the_same_place(board: Open) -> None:
    mine = board("sales.manager")
    mine.unfold("Lost")
    column = mine.page.locator(".kb-column[data-status=closed_lost]")
    more = column.get_by_role("button", name="Load more")
    more.click()
    expect(column.locator(".kb-slot").nth(FIRST_CARDS)).to_be_attached()
    loaded = column.locator(".kb-slot").count()
    column.locator(".kb-slot").last.scroll_into_view_if_needed()
    place = column.locator(".kb-column-body").evaluate("body => body.scrollTop")
    assert place > 0
    with mine.page.expect_response(lambda answer: "/kanban/closed_lost" in answer.url):
        mine.break_the_line()
    expect(mine.page.locator("#board")).to_have_attribute("aria-busy", "false")
    expect(column.locator(".kb-slot")).to_have_count(loaded)
    assert column.locator(".kb-column-body").evaluate("body => body.scrollTop") == place
