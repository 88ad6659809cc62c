"""The search over everything: what one may see and nothing else, at once, in few queries."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Group
from django.test import Client, RequestFactory

from apps.accounts.models import User
from apps.core.admin import palette
from apps.core.admin.palette import HITS_OF_A_KIND, MAX_LETTERS
from apps.core.search import prefix_query
from tests.conftest import Cast
from tests.core.back_office_rows import ROWS, make
from tests.factories import chat
from tests.factories.crm import CompanyFactory, ContactFactory, LeadFactory

pytestmark = pytest.mark.django_db

Browser = Callable[[User], Client]
MAX_QUERIES = 18


def hits(client: Client, text: str) -> list[tuple[str, str]]:
    """Title and kind of each hit, as shown."""
    page = client.get("/admin/search/", {"s": text, "extended": "1"}).content.decode()
    found = re.findall(r'data-title="([^"]*)" data-description="([^"]*)"', page)
    return [(unescape(title), unescape(kind)) for title, kind in found]


def test_leads_companies_and_people_are_found_by_the_beginnings_of_words(
    cast: Cast, browser_client: Browser
) -> None:
    LeadFactory(company_name="Golden Laksa House", contact_name="May Tan", assigned_to=cast.manager)
    CompanyFactory(name="Golden Laksa Pte Ltd")
    ContactFactory(name="Goldie Laksamana", email="goldie@laksa.test")

    found = hits(browser_client(cast.manager), "gold laks")

    assert sorted(found) == [
        ("Golden Laksa House (May Tan)", "Lead"),
        ("Golden Laksa Pte Ltd", "Company"),
        ("Goldie Laksamana", "Contact"),
    ]


def test_kinds_come_as_the_side_bar_lists_them(cast: Cast, browser_client: Browser) -> None:
    chat.stored(cast.manager, name="golden.csv")
    CompanyFactory(name="Golden Pte Ltd")
    ContactFactory(name="Goldie Golden", email="goldie@laksa.test")
    LeadFactory(company_name="Golden Laksa House", assigned_to=cast.manager)

    found = hits(browser_client(cast.manager), "golden")

    assert [kind for _title, kind in found] == ["Lead", "Company", "Contact", "File"]


def test_kinds_without_a_place_in_the_side_bar_come_last(cast: Cast, rf: RequestFactory) -> None:
    CompanyFactory(name="Golden Pte Ltd")
    ContactFactory(name="Goldie Golden", email="goldie@laksa.test")
    LeadFactory(company_name="Golden Laksa House", assigned_to=cast.manager)
    request = rf.get("/admin/search/")
    request.user = cast.manager
    entry = {
        "title": "People",
        "icon": "contacts",
        "link": "/admin/contacts/contact/",
        "has_permission": True,
    }

    found = palette.find(site, request, "golden", [{"title": "Sales", "items": [entry]}])

    kinds = [hit.kind for hit in found]
    assert kinds[0] == "Contact"
    assert sorted(kinds[1:]) == ["Company", "Lead"]


@pytest.mark.parametrize("text", ["61234567", "6123 4567", "goldie@laksa", "laksa.test"])
def test_people_are_found_by_number_and_address(text: str, cast: Cast, browser_client: Browser) -> None:
    ContactFactory(name="Goldie", email="goldie@laksa.test", phone="+65 6123 4567")

    assert ("Goldie", "Contact") in hits(browser_client(cast.manager), text)


def test_pages_are_found_by_their_names(cast: Cast, browser_client: Browser) -> None:
    assert ("Reports", "") in hits(browser_client(cast.manager), "repo")
    assert ("Board", "Sales") in hits(browser_client(cast.manager), "BOARD")
    assert ("Audit", "House") not in hits(browser_client(cast.owner), "audit")


def test_nobody_finds_the_rows_of_others(cast: Cast, browser_client: Browser) -> None:
    LeadFactory(company_name="Zanzibar Grill", assigned_to=cast.owner)
    chat.stored(cast.owner, name="zanzibar.csv")
    chat.completed(chat.turn(cast.owner, "zanzibar, please"))

    assert hits(browser_client(cast.owner), "zanzibar")
    for stranger in (cast.colleague, cast.outsider):
        assert hits(browser_client(stranger), "zanzibar") == []
    kinds = {kind for _title, kind in hits(browser_client(cast.executive), "zanzibar")}
    assert "Lead" not in kinds


def test_every_kind_of_row_follows_its_rights(cast: Cast, browser_client: Browser) -> None:
    for label in ROWS:
        make(label, cast.owner, 1)
    seen = browser_client(cast.outsider)
    for text in ("Person", "Company", "leads", "Restaurant", "Role", "Contact"):
        found = {kind for _title, kind in hits(seen, text)}
        assert not found & {"Lead", "Company", "Contact", "User", "Customer", "Task", "File", "Run"}, text


def test_a_right_that_is_taken_away_shows_at_once(cast: Cast, browser_client: Browser) -> None:
    LeadFactory(company_name="Zanzibar Grill", assigned_to=cast.owner)
    client = browser_client(cast.owner)
    assert hits(client, "zanzibar")

    cast.owner.groups.remove(Group.objects.get(name="sales_rep"))

    assert hits(client, "zanzibar") == []


def test_no_kind_takes_more_than_its_share(cast: Cast, browser_client: Browser) -> None:
    LeadFactory.create_batch(20, company_name="Many Grill", assigned_to=cast.owner)

    assert len(hits(browser_client(cast.owner), "many")) == HITS_OF_A_KIND


@pytest.mark.parametrize("name", ["owner", "manager", "executive", "admin"])
def test_one_query_a_kind(
    name: str, cast: Cast, browser_client: Browser, django_assert_max_num_queries: Any
) -> None:
    for label in ROWS:
        make(label, cast.admin, 3)
    client = browser_client(getattr(cast, name))
    for text in ("person", "company", "leads", "look", "prices"):
        with django_assert_max_num_queries(MAX_QUERIES) as queries:
            client.get("/admin/search/", {"s": text})
        assert not [query["sql"] for query in queries if "COUNT(" in query["sql"]]
        leads = [query["sql"] for query in queries if 'FROM "crm_lead"' in query["sql"]]
        assert all("@@" in sql and "LIMIT 5" in sql and "LIKE" not in sql for sql in leads)
        assert all("LIMIT 500" in sql for sql in leads)


@pytest.mark.parametrize(
    "text", ["", " ", "a", "\x00\x00", "!!", "' OR 1=1 --", "a & b | !c:*", "x" * 5000, "🦆🦆", "%_%", "\\"]
)
def test_odd_words_do_no_harm(text: str, cast: Cast, browser_client: Browser) -> None:
    LeadFactory(company_name="Quiet Grill", assigned_to=cast.owner)

    assert ("Quiet Grill", "Lead") not in hits(browser_client(cast.owner), text)


def test_a_search_without_a_word_finds_nothing_rather_than_everything(
    cast: Cast, browser_client: Browser
) -> None:
    LeadFactory(company_name="Quiet Grill", contact_name="", assigned_to=cast.owner)

    assert prefix_query("!!") is None
    assert hits(browser_client(cast.owner), "!!") == []
    assert MAX_LETTERS == 100


def test_a_row_is_found_by_its_id(cast: Cast, browser_client: Browser) -> None:
    lead = LeadFactory(company_name="Quiet Grill", contact_name="", assigned_to=cast.owner)

    assert hits(browser_client(cast.owner), str(lead.pk)) == [("Quiet Grill", "Lead")]
    assert hits(browser_client(cast.colleague), str(lead.pk)) == []


def test_what_is_found_is_shown_as_text(cast: Cast, browser_client: Browser) -> None:
    LeadFactory(company_name="Grill <img src=x>", assigned_to=cast.owner)
    page = browser_client(cast.owner).get("/admin/search/", {"s": "grill"}).content.decode()

    assert "<img" not in page
    assert "&lt;img src=x&gt;" in page


def test_strangers_find_nothing(client: Client) -> None:
    assert client.get("/admin/search/", {"s": "grill"}).status_code == 302
