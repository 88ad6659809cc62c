"""One name for each page, one entry of the side bar for each place, a landmark around what it is about."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from mezzofy.navigation import place_of
from tests.conftest import Cast
from tests.factories.crm import LeadFactory

pytestmark = pytest.mark.django_db

Browser = Callable[[User], Client]
HOME = "/admin/"
_HEADING = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)
_LIT = re.compile(r'<a href="([^"]+)" aria-current="page"')


def entries(client: Client) -> list[Any]:
    groups = client.get(HOME).context["sidebar_navigation"]
    return [item for group in groups for item in group["items"] if item["has_permission"]]


def test_every_page_of_the_side_bar_bears_its_name_and_lights_it_alone(
    cast: Cast, browser_client: Browser
) -> None:
    client = browser_client(cast.admin)
    for item in entries(client):
        link, title = str(item["link"]), str(item["title"])
        if not link.startswith(HOME):
            continue
        page = client.get(link).content.decode()
        assert [name.strip() for name in _HEADING.findall(page)] == [title], link
        assert _LIT.findall(page) == [link]
        assert f"<title> {title} | Mezzofy</title>" in re.sub(r"\s+", " ", page), link
        assert page.count("<main") == page.count("</main>") == 1, link


def test_a_page_below_an_entry_says_where_it_is(cast: Cast, browser_client: Browser) -> None:
    lead = LeadFactory(company_name="Golden Dragon Kitchen", assigned_to=cast.owner)
    page = browser_client(cast.owner).get(f"/admin/crm/lead/{lead.pk}/change/").content.decode()

    assert '<a href="/admin/crm/lead/">Leads</a></nav>' in page
    assert "Golden Dragon Kitchen" in _HEADING.findall(page)[0]
    assert _LIT.findall(page) == ["/admin/crm/lead/"]


def test_an_approval_is_a_place_of_the_queue(cast: Cast, browser_client: Browser) -> None:
    page = browser_client(cast.owner).get("/admin/assistant/approval/").content.decode()

    assert _LIT.findall(page) == ["/admin/assistant/approval/queue/"]


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/admin/", "home"),
        ("/admin/crm/lead/", "leads"),
        ("/admin/crm/lead/5/change/", "leads"),
        ("/admin/crm/lead/board/", "board"),
        ("/admin/crm/leadimport/", None),
        ("/admin/elsewhere/", None),
        ("/", "chat"),
    ],
)
def test_the_most_specific_entry_holds_the_page(path: str, place: str | None) -> None:
    items = [
        {"name": "home", "link": "/admin/", "holds_pages": False},
        {"name": "leads", "link": "/admin/crm/lead/"},
        {"name": "board", "link": "/admin/crm/lead/board/"},
        {"name": "chat", "link": "/", "holds_pages": False},
    ]
    found = place_of(path, items)
    assert (found and found["name"]) == place


def test_a_page_that_one_may_not_open_says_so_in_words(cast: Cast, browser_client: Browser) -> None:
    answer = browser_client(cast.outsider).get("/admin/crm/lead/board/")

    assert answer.status_code == 403
    assert "<main" in answer.content.decode()


def test_lists_by_part_of_the_program_lead_home(cast: Cast, browser_client: Browser) -> None:
    assert browser_client(cast.owner).get("/admin/crm/")["Location"] == HOME
