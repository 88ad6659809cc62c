"""Saved filters: one's own and shared ones, on pages one may open, and nothing but a query string in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.test import Client

from apps.accounts.models import User
from apps.core.errors import Conflict, Invalid, NotFound
from apps.core.models import SavedFilter
from apps.core.saved_filters import MAX_FILTERS, change_filter, clean_query, delete_filter, save_filter
from tests.conftest import Cast
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

URL = "/admin/saved-filters/"
LEADS = "crm_lead_changelist"
Browser = Callable[[User], Client]


def saved(client: Client, page: str = LEADS) -> list[dict[str, Any]]:
    filters: list[dict[str, Any]] = client.get(URL, {"page": page}).json()["filters"]
    return filters


def send(client: Client, method: str = "post", url: str = URL, **body: Any) -> Any:
    return getattr(client, method)(url, body, content_type="application/json")


def test_a_filter_is_saved_and_offered_again(cast: Cast, browser_client: Browser) -> None:
    client = browser_client(cast.owner)
    answer = send(client, page=LEADS, name="  My   new ones ", query="?status__exact=new&o=-4")

    assert answer.status_code == 201
    row = SavedFilter.objects.get()
    assert (row.user, row.name, row.query) == (cast.owner, "My new ones", "status__exact=new&o=-4")
    assert saved(client) == [
        {
            "id": str(row.pk),
            "name": "My new ones",
            "query": row.query,
            "shared": False,
            "own": True,
            "owner": "",
        }
    ]


def test_the_saved_query_opens_the_page_as_it_was(cast: Cast, browser_client: Browser) -> None:
    client = browser_client(cast.owner)
    send(client, page=LEADS, name="New", query="status__exact=new&q=laksa")

    cl = client.get(f"/admin/crm/lead/?{saved(client)[0]['query']}").context["cl"]

    assert cl.query == "laksa"
    assert cl.has_active_filters


def test_others_see_shared_ones_only_and_cannot_change_them(cast: Cast, browser_client: Browser) -> None:
    mine = save_filter(actor=cast.owner, page=LEADS, name="Mine", query="q=a")
    shared = save_filter(actor=cast.owner, page=LEADS, name="Shared", query="q=b", is_shared=True)
    save_filter(actor=cast.owner, page="crm_task_changelist", name="Elsewhere", query="", is_shared=True)
    client = browser_client(cast.colleague)

    assert [(card["name"], card["own"], card["owner"]) for card in saved(client)] == [
        ("Shared", False, "Olive Owner")
    ]
    for row in (mine, shared):
        url = f"{URL}{row.pk}/"
        assert send(client, "patch", url, name="Stolen").status_code == 404
        assert client.delete(url).status_code == 404
    assert SavedFilter.objects.filter(name="Stolen").count() == 0


def test_an_own_one_is_renamed_shared_and_deleted(cast: Cast, browser_client: Browser) -> None:
    row = save_filter(actor=cast.owner, page=LEADS, name="Mine", query="q=a")
    client = browser_client(cast.owner)
    url = f"{URL}{row.pk}/"

    assert send(client, "patch", url, name="Ours", shared=True).json()["name"] == "Ours"
    row.refresh_from_db()
    assert (row.name, row.is_shared, row.query) == ("Ours", True, "q=a")
    assert client.delete(url).status_code == 200
    assert saved(client) == []
    assert client.delete(url).json()["code"] == "not_found"


@pytest.mark.parametrize("page", [LEADS, "crm.board"])
def test_only_those_who_may_open_the_page_see_its_filters(
    page: str, cast: Cast, browser_client: Browser
) -> None:
    save_filter(actor=cast.owner, page=page, name="Shared", query="q=b", is_shared=True)
    client = browser_client(cast.outsider)

    assert client.get(URL, {"page": page}).status_code == 403
    assert send(client, page=page, name="Mine", query="").json()["code"] == "forbidden"
    assert len(saved(browser_client(cast.manager), page)) == 1


def test_an_executive_may_keep_filters_of_the_board_but_not_of_the_leads(
    cast: Cast, browser_client: Browser
) -> None:
    client = browser_client(cast.executive)

    assert send(client, page="crm.board", name="Mine", query="source=event").status_code == 201
    assert send(client, page=LEADS, name="Mine", query="").status_code == 403


@pytest.mark.parametrize("page", ["", "nowhere", "crm_lead_", "crm_lead_change", "../users", "crm_lead_add"])
def test_unknown_pages_are_refused(page: str, cast: Cast, browser_client: Browser) -> None:
    answer = send(browser_client(cast.admin), page=page, name="x", query="")

    assert answer.status_code == 400
    assert answer.json()["errors"] == {"page": ["Unknown."]}
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("?q=a", "q=a"),
        ("q=a&p=after-xyz&e=1", "q=a"),
        ("", ""),
        ("https://evil.test/?q=a", "https%3A%2F%2Fevil.test%2F%3Fq=a"),
        ("javascript:alert(1)", "javascript%3Aalert%281%29="),
        ("status__exact=new&status__exact=lost", "status__exact=new&status__exact=lost"),
        ("q=金龍", "q=%E9%87%91%E9%BE%8D"),
    ],
)
def test_what_is_kept_is_a_query_string_and_no_position(query: str, kept: str) -> None:
    assert clean_query(query) == kept


@pytest.mark.parametrize(
    "query", ["q=a#b", "q=a\nSet-Cookie: x", "q=" + "a" * 1000, "q=" + "金" * 200, "q=\x00"]
)
def test_anything_else_is_refused(query: str) -> None:
    with pytest.raises(Invalid):
        clean_query(query)


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\x00b"])
def test_a_name_is_needed(name: str, cast: Cast, browser_client: Browser) -> None:
    answer = send(browser_client(cast.owner), page=LEADS, name=name, query="")

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["name"]


def test_a_name_is_taken_once_for_each_person_and_page(cast: Cast, browser_client: Browser) -> None:
    save_filter(actor=cast.owner, page=LEADS, name="Hot", query="q=a")
    save_filter(actor=cast.colleague, page=LEADS, name="Hot", query="q=b")
    save_filter(actor=cast.owner, page="crm_task_changelist", name="Hot", query="q=c")

    answer = send(browser_client(cast.owner), page=LEADS, name="Hot", query="q=d")

    assert (answer.status_code, answer.json()["code"]) == (409, "name_taken")
    cold = save_filter(actor=cast.owner, page=LEADS, name="Cold", query="")
    with pytest.raises(Conflict):
        change_filter(actor=cast.owner, filter_id=cold.pk, name="Hot")
    assert SavedFilter.objects.get(pk=cold.pk).name == "Cold"


def test_nobody_keeps_more_than_anybody_could_read(cast: Cast) -> None:
    for number in range(MAX_FILTERS):
        save_filter(actor=cast.owner, page=LEADS, name=str(number), query="")

    with pytest.raises(Invalid) as refusal:
        save_filter(actor=cast.owner, page=LEADS, name="One more", query="")
    assert refusal.value.code == "too_many"


def test_what_is_not_there_is_not_found(cast: Cast) -> None:
    with pytest.raises(NotFound):
        delete_filter(actor=cast.owner, filter_id=uuid4())
    with pytest.raises(NotFound):
        change_filter(actor=cast.owner, filter_id=uuid4(), name="x")


@pytest.mark.parametrize("body", ["", "[]", "nonsense", '{"a":' * 3_000, '{"page": 1}', '{"page": null}'])
def test_what_is_not_understood_is_refused(body: str, cast: Cast, browser_client: Browser) -> None:
    client = browser_client(cast.owner)
    answer = client.post(URL, body, content_type="application/json")

    assert answer.status_code == 400
    assert answer.json()["detail"] == "The request was not understood."


def test_the_door_is_for_signed_in_staff_with_a_token(cast: Cast, client: Client) -> None:
    assert client.get(URL, {"page": LEADS}).status_code == 302
    client.force_login(UserFactory(is_staff=False), backend="apps.accounts.backends.RolesBackend")
    assert client.get(URL, {"page": LEADS}).status_code == 302
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.owner, backend="apps.accounts.backends.RolesBackend")
    assert send(strict, page=LEADS, name="x", query="").status_code == 403
    assert SavedFilter.objects.count() == 0


def test_other_methods_are_refused(cast: Cast, browser_client: Browser) -> None:
    client = browser_client(cast.owner)

    assert client.put(URL, {}).status_code == 405
    assert client.get(f"{URL}{uuid4()}/").status_code == 405


def test_every_list_has_a_place_for_them(cast: Cast, browser_client: Browser) -> None:
    page = browser_client(cast.owner).get("/admin/crm/lead/").content.decode()

    assert f'data-saved-filters="{LEADS}"' in page
    assert f'data-url="{URL}"' in page
    with pytest.raises(IntegrityError):
        SavedFilter.objects.bulk_create(
            [SavedFilter(user=cast.owner, page=LEADS, name="Twice", query="") for _ in range(2)]
        )
