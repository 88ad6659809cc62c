"""The ledger over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.core.versions import version_of
from apps.finance.models import Entry
from tests.conftest import Cast
from tests.factories.finance import EntryFactory

pytestmark = pytest.mark.django_db

Api = Callable[[User | None], APIClient]
ENTRIES = "/api/finance/entries/"
DRAFT = {"category": "travel", "booked_on": "2026-10-15", "amount": "23.80", "party": "Grab"}


def test_a_draft_is_made_edited_posted_paid_and_reversed(keeper: User, api: Api) -> None:
    client = api(keeper)
    made = client.post(ENTRIES, DRAFT, format="json")
    assert made.status_code == 201, made.content
    body = made.json()
    assert (body["status"], body["amount"], body["currency"], body["kind"]) == (
        "draft",
        "23.80",
        "SGD",
        "expense",
    )
    url = f"{ENTRIES}{body['id']}/"
    edited = client.patch(url, {"amount": "24.00", "version": body["version"]}, format="json")
    assert edited.json()["amount"] == "24.00"
    stale = client.post(f"{url}post/", {"version": body["version"]}, format="json")
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    posted = client.post(f"{url}post/", {"version": edited.json()["version"]}, format="json")
    assert posted.json()["status"] == "posted"
    again = client.post(f"{url}post/", {}, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "already_posted")
    assert client.patch(url, {"amount": "1.00"}, format="json").status_code == 409
    assert (
        client.post(f"{url}paid/", {"paid_on": "2026-10-16"}, format="json").json()["paid_on"] == "2026-10-16"
    )
    assert client.post(f"{url}reverse/", {"reason": ""}, format="json").status_code == 400
    correction = client.post(f"{url}reverse/", {"reason": "Twice"}, format="json").json()
    assert (correction["signed"], correction["reverses"]) == ("-24.00", body["id"])
    assert client.get(url).json()["reversed_by"] == correction["id"]
    assert client.delete(url).status_code in {403, 405}


def test_a_draft_is_discarded(keeper: User, api: Api) -> None:
    draft = EntryFactory(draft=True)
    answer = api(keeper).post(f"{ENTRIES}{draft.pk}/discard/", {"reason": "Private"}, format="json")
    assert answer.json()["status"] == "void"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"amount": "-1"}, "amount"),
        ({"amount": "abc"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"currency": "SINGAPORE"}, "currency"),
        ({"category": "yachts"}, "category"),
        ({"booked_on": "yesterday"}, "booked_on"),
        ({"party": ""}, "party"),
        ({"party": "a\u0000b"}, "party"),
        ({"document": "01a203c3-6d30-769a-b724-19b13d304594"}, "document"),
    ],
)
def test_what_does_not_fit_is_refused(keeper: User, api: Api, body: dict[str, Any], field: str) -> None:
    answer = api(keeper).post(ENTRIES, {**DRAFT, **body}, format="json")
    assert answer.status_code == 400
    assert field in answer.json()["errors"]


def test_a_reference_twice_is_a_conflict(keeper: User, api: Api) -> None:
    known = EntryFactory(external_reference="R-1")
    answer = api(keeper).post(ENTRIES, {**DRAFT, "external_reference": "R-1"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "duplicate_reference")
    assert answer.json()["errors"]["entry_id"] == str(known.pk)


def test_a_retry_with_the_same_key_makes_one_entry(keeper: User, api: Api) -> None:
    client = api(keeper)
    answers = [client.post(ENTRIES, DRAFT, format="json", HTTP_IDEMPOTENCY_KEY="k1").json() for _ in range(2)]
    assert answers[0]["id"] == answers[1]["id"]
    assert Entry.objects.count() == 1


@pytest.mark.parametrize("who", ["owner", "manager", "outsider"])
def test_others_find_nothing(cast: Cast, api: Api, who: str) -> None:
    entry = EntryFactory()
    client = api(getattr(cast, who))
    assert client.get(ENTRIES).status_code == 403
    assert client.get(f"{ENTRIES}{entry.pk}/").status_code == 403
    assert client.post(ENTRIES, DRAFT, format="json").status_code == 403
    assert client.post(f"{ENTRIES}{entry.pk}/reverse/", {"reason": "x"}, format="json").status_code == 403
    assert client.get("/api/finance/categories/").status_code == 403
    assert client.get("/api/finance/statements").status_code == 403
    assert api(None).get(ENTRIES).status_code == 401


def test_an_executive_reads_and_changes_nothing(cast: Cast, api: Api) -> None:
    entry = EntryFactory(draft=True)
    client = api(cast.executive)
    assert client.get(f"{ENTRIES}{entry.pk}/").json()["version"] == version_of(entry)
    for act, body in (
        ("post", {}),
        ("discard", {}),
        ("reverse", {"reason": "x"}),
        ("paid", {"paid_on": "2026-10-15"}),
    ):
        assert client.post(f"{ENTRIES}{entry.pk}/{act}/", body, format="json").status_code == 403
    assert client.patch(f"{ENTRIES}{entry.pk}/", {"amount": "1"}, format="json").status_code == 403


def test_the_list_is_narrowed_and_paged(keeper: User, api: Api, django_assert_max_num_queries: Any) -> None:
    for number in range(12):
        EntryFactory(party=f"Grab {number}", code="travel", booked_on=date(2026, 10, 1 + number))
    EntryFactory(party="Acme", code="subscriptions", currency="USD", paid_on=date(2026, 10, 20))
    client = api(keeper)
    with django_assert_max_num_queries(12):
        page = client.get(ENTRIES, {"search": "grab", "kind": "expense", "limit": 5}).json()
    assert [row["party"] for row in page["results"]] == [f"Grab {number}" for number in range(11, 6, -1)]
    second = client.get(page["next"]).json()
    assert second["results"][0]["party"] == "Grab 6"
    assert len(client.get(ENTRIES, {"is_paid": "true"}).json()["results"]) == 1
    assert len(client.get(ENTRIES, {"since": "2026-10-11", "until": "2026-10-12"}).json()["results"]) == 2
    assert len(client.get(ENTRIES, {"currency": "USD", "category": "subscriptions"}).json()["results"]) == 1


def test_statements_over_http(keeper: User, api: Api) -> None:
    EntryFactory(code="subscriptions", amount=Decimal("100.10"))
    EntryFactory(amount=Decimal("0.05"), booked_on=date(2026, 9, 30))
    body = api(keeper).get("/api/finance/statements", {"period": "2026-10-01..2026-10-31"}).json()
    assert (body["first_day"], body["compared_first_day"]) == ("2026-10-01", "2026-09-01")
    [sgd] = body["statements"]
    assert sgd["profit_and_loss"][-1] == {
        "label": "Net profit", "kind": "total", "amount": "100.10", "before": "-0.05",
    }  # fmt: skip
    assert sgd["receivable"] == "100.10"
    assert api(keeper).get("/api/finance/statements", {"period": "whenever"}).status_code == 400


def test_it_is_in_the_openapi_document(keeper: User, api: Api) -> None:
    text = api(keeper).get("/api/schema/?format=json").content.decode()
    for path in ("/api/finance/entries/{id}/post/", "/api/finance/statements", "/api/finance/categories/"):
        assert path in text
