"""GET/POST /api/users/ and GET/PATCH/DELETE /api/users/{id}/."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from tests.conftest import Cast

Api = Callable[[User | None], APIClient]
URL = "/api/users/"
NEW = {
    "email": "New.Person@Example.test",
    "name": "New Person",
    "password": "long-enough-for-us",
    "roles": ["sales_rep"],
}

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", ["owner", "colleague", "manager", "outsider", "executive", None])
def test_administrators_only(api: Api, cast: Cast, who: str | None) -> None:
    client = api(getattr(cast, who) if who else None)
    refused = 401 if who is None else 403

    assert client.get(URL).status_code == refused
    assert client.post(URL, NEW).status_code == refused
    assert client.get(f"{URL}{cast.owner.pk}/").status_code == refused
    assert client.patch(f"{URL}{cast.owner.pk}/", {"name": "X"}).status_code == refused
    assert client.delete(f"{URL}{cast.owner.pk}/").status_code == refused
    cast.owner.refresh_from_db()
    assert (cast.owner.name, cast.owner.is_active) == ("Olive Owner", True)


def test_creating_a_user(api: Api, cast: Cast) -> None:
    answer = api(cast.admin).post(URL, {**NEW, "department": "sales"})

    assert answer.status_code == 201
    assert (answer.data["email"], answer.data["roles"]) == ("new.person@example.test", ["sales_rep"])
    assert "password" not in answer.data
    user = User.objects.get(email="new.person@example.test")
    assert user.check_password("long-enough-for-us")
    assert user.has_perm("assistant.use_assistant")
    event = AuditEvent.objects.get(action="accounts.user.created")
    assert (event.actor, event.object_id) == (cast.admin, str(user.pk))
    assert "long-enough" not in str(event.details)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"password": "short"}, 400),
        ({"password": "password123"}, 400),
        ({"password": None}, 400),
        ({"email": "no-address"}, 400),
        ({"name": ""}, 400),
        ({"name": "x" * 121}, 400),
        ({"name": "a\x00b"}, 400),
        ({"roles": ["emperor"]}, 400),
        ({"roles": "sales_rep"}, 400),
        ({"department": "piracy"}, 400),
        ({"timezone": "Mars/Olympus"}, 400),
    ],
)
def test_bad_input_creates_nobody(api: Api, cast: Cast, change: dict[str, Any], status: int) -> None:
    before = User.objects.count()
    answer = api(cast.admin).post(URL, {**NEW, **change})

    assert answer.status_code == status
    assert answer.data["errors"]
    assert User.objects.count() == before


def test_an_address_belongs_to_one_person(api: Api, cast: Cast) -> None:
    client = api(cast.admin)

    assert client.post(URL, {**NEW, "email": cast.owner.email.upper()}).status_code == 409
    assert client.patch(f"{URL}{cast.colleague.pk}/", {"email": cast.owner.email}).status_code == 409


def test_changing_a_user(api: Api, cast: Cast) -> None:
    answer = api(cast.admin).patch(f"{URL}{cast.owner.pk}/", {"name": "Olivia", "roles": ["sales_manager"]})

    assert (answer.status_code, answer.data["name"], answer.data["roles"]) == (
        200,
        "Olivia",
        ["sales_manager"],
    )
    event = AuditEvent.objects.get(action="accounts.user.updated")
    assert event.details == {"changed": ["name"], "password": False, "roles": ["sales_manager"]}


def test_deleting_deactivates(api: Api, cast: Cast) -> None:
    client = api(cast.admin)

    assert client.delete(f"{URL}{cast.owner.pk}/").status_code == 204
    cast.owner.refresh_from_db()
    assert not cast.owner.is_active
    assert client.get(f"{URL}{cast.owner.pk}/").data["is_active"] is False


def test_the_list_is_paged_and_costs_a_fixed_number_of_queries(
    api: Api, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    client = api(cast.admin)
    with django_assert_max_num_queries(6):
        page = client.get(URL, {"limit": 4}).data

    assert len(page["results"]) == 4
    assert set(page) == {"results", "next", "previous"}
    assert len(client.get(page["next"]).data["results"]) == 2


def test_unknown_users_and_forged_cursors(api: Api, cast: Cast) -> None:
    client = api(cast.admin)

    assert client.get(f"{URL}{uuid4()}/").status_code == 404
    assert client.get(f"{URL}nonsense/").status_code == 404
    assert client.get(URL, {"cursor": "cD1ub3RhZGF0ZQ=="}).status_code == 404
    assert client.put(f"{URL}{cast.owner.pk}/", NEW).status_code == 405
