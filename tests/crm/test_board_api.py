"""The board over HTTP: rights, order, refusals, and two people at the same card."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.core.versions import version_of
from apps.crm.choices import LeadStatus, LostReason
from apps.crm.models import Lead, StageChange
from apps.crm.services.leads import update_lead
from tests.conftest import Cast
from tests.factories.crm import LeadFactory

pytestmark = pytest.mark.django_db

Api = Callable[[User | None], APIClient]
ROOT = "/api/crm/kanban"
MOVE = f"{ROOT}/move"


def wish(lead: Lead, to: str = "contacted", **more: Any) -> dict[str, Any]:
    return {"lead": str(lead.pk), "to": to, "version": version_of(lead), **more}


def column(client: APIClient, status: str, query: str = "") -> list[str]:
    """The names of the cards, from the top."""
    columns = client.get(f"{ROOT}{query}").json()["columns"]
    found = next(column for column in columns if column["status"] == status)
    return [card["company"] for card in found["cards"]]


def test_who_may_read_the_board_and_move_its_cards(cast: Cast, api: Api) -> None:
    lead = LeadFactory(company_name="ABC", assigned_to=cast.owner)
    people = {"owner", "colleague", "manager", "outsider", "executive", "admin"}
    found = {}
    for name in people:
        client = api(getattr(cast, name))
        board, card = client.get(ROOT), client.get(f"{ROOT}/cards/{lead.pk}")
        more, moved = client.get(f"{ROOT}/new"), client.post(MOVE, wish(lead, to="new"))
        lead.refresh_from_db()
        names = (
            [c["company"] for c in board.json()["columns"][0]["cards"]] if board.status_code == 200 else []
        )
        found[name] = (board.status_code, names, more.status_code, card.status_code, moved.status_code)
    assert found == {
        "owner": (200, ["ABC"], 200, 200, 200),
        "colleague": (200, [], 200, 404, 404),
        "manager": (200, ["ABC"], 200, 200, 200),
        "admin": (200, ["ABC"], 200, 200, 200),
        "executive": (200, [], 403, 404, 403),
        "outsider": (403, [], 403, 404, 403),
    }
    assert [api(None).get(ROOT).status_code, api(None).post(MOVE, {}).status_code] == [401, 401]


def test_a_move_is_written_down_and_answered_with_the_card_and_the_new_numbers(cast: Cast, api: Api) -> None:
    lead = LeadFactory(assigned_to=cast.owner, value=Decimal(300))
    answer = api(cast.owner).post(MOVE, wish(lead))
    assert answer.status_code == 200, answer.content
    lead.refresh_from_db()
    body = answer.json()
    assert (lead.status, body["card"]["status"]) == ("contacted", "contacted")
    assert body["card"]["version"] == version_of(lead)
    assert {t["status"]: (t["count"], t["values"]) for t in body["totals"]} == {
        **{status: (0, {}) for status in LeadStatus},
        "contacted": (1, {"SGD": "300.00"}),
    }
    change = StageChange.objects.get(lead=lead)
    assert (change.from_status, change.to_status, change.by) == ("new", "contacted", cast.owner)


def test_the_numbers_of_a_move_keep_to_the_filters(cast: Cast, api: Api) -> None:
    lead = LeadFactory(assigned_to=cast.owner, source="website")
    LeadFactory(assigned_to=cast.owner, source="call")
    answer = api(cast.manager).post(f"{MOVE}?source=website", wish(lead)).json()
    assert answer["is_shown"]
    assert sum(total["count"] for total in answer["totals"]) == 1
    hidden = api(cast.manager).get(f"{ROOT}/cards/{lead.pk}?source=call").json()
    assert not hidden["is_shown"]


def test_a_card_keeps_the_place_between_its_neighbours(cast: Cast, api: Api) -> None:
    client = api(cast.owner)
    a, b, c = (
        LeadFactory(company_name=name, status="contacted", position=Decimal(place), assigned_to=cast.owner)
        for name, place in (("A", 30), ("B", 20), ("C", 10))
    )
    new = LeadFactory(company_name="N", assigned_to=cast.owner)
    client.post(MOVE, wish(new, above=str(a.pk), below=str(b.pk)))
    assert column(client, "contacted") == ["A", "N", "B", "C"]
    c.refresh_from_db()
    client.post(MOVE, wish(c, above=None, below=str(a.pk)))
    assert column(client, "contacted") == ["C", "A", "N", "B"]
    new.refresh_from_db()
    client.post(MOVE, wish(new, above=str(b.pk)))
    assert column(client, "contacted") == ["C", "A", "B", "N"]
    assert column(api(cast.manager), "contacted") == ["C", "A", "B", "N"], "one order for everybody"
    assert StageChange.objects.count() == 1, "a place is no stage"


def test_a_neighbour_of_somebody_else_says_nothing(cast: Cast, api: Api) -> None:
    secret = LeadFactory(status="contacted", position=Decimal(5), assigned_to=cast.colleague)
    lead = LeadFactory(assigned_to=cast.owner)
    answer = api(cast.owner).post(MOVE, wish(lead, above=str(secret.pk)))
    assert answer.status_code == 200
    assert Decimal(answer.json()["card"]["position"]) > secret.position, "on top, as without neighbours"


def test_an_old_version_is_refused_and_the_one_who_was_faster_is_named(cast: Cast, api: Api) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    update_lead(actor=cast.manager, lead=lead, notes="Rang them.")
    answer = api(cast.owner).post(MOVE, wish(lead))
    assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
    body = answer.json()
    assert (body["code"], body["errors"]) == (
        "stale",
        {"changed_by": "Mona Manager", "changed_by_you": False},
    )
    lead.refresh_from_db()
    assert lead.status == "new"


@pytest.mark.parametrize("version", ["nonsense", "2026-01-01", "9" * 40])
def test_a_version_that_never_was_is_stale(cast: Cast, api: Api, version: str) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    answer = api(cast.owner).post(MOVE, {**wish(lead), "version": version})
    assert (answer.status_code, answer.json()["code"]) == (409, "stale")


def test_a_move_needs_a_version(cast: Cast, api: Api) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    body = wish(lead)
    del body["version"]
    assert api(cast.owner).post(MOVE, body).status_code == 400


def test_a_way_that_does_not_exist_is_refused_with_those_that_do(cast: Cast, api: Api) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    answer = api(cast.owner).post(MOVE, wish(lead, to="proposal"))
    body = answer.json()
    assert (answer.status_code, body["code"]) == (409, "transition_not_allowed")
    assert body["errors"]["allowed"] == ["contacted", "closed_lost"]
    assert "changed_by" not in body["errors"], "nobody else was there"


def test_losing_needs_a_reason(cast: Cast, api: Api) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    client = api(cast.owner)
    bare = client.post(MOVE, wish(lead, to="closed_lost"))
    assert (bare.status_code, bare.json()["code"]) == (400, "lost_reason_required")
    silent = client.post(MOVE, wish(lead, to="closed_lost", lost_reason="other"))
    assert (silent.status_code, silent.json()["code"]) == (400, "lost_note_required")
    told = client.post(MOVE, wish(lead, to="closed_lost", lost_reason="price", lost_note="Too dear."))
    assert told.json()["card"]["lost_reason"] == "Price"
    lead.refresh_from_db()
    assert (lead.lost_reason, lead.lost_note) == (LostReason.PRICE, "Too dear.")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"lead": "x", "to": "new", "version": "v"},
        {"lead": "00000000-0000-0000-0000-000000000000", "to": "moon", "version": "v"},
    ],
)
def test_a_broken_move_is_400(cast: Cast, api: Api, body: dict[str, str]) -> None:
    assert api(cast.owner).post(MOVE, body).status_code == 400


def test_a_lead_that_is_gone_is_404(cast: Cast, api: Api) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    body = wish(lead)
    lead.delete()
    assert api(cast.owner).post(MOVE, body).status_code == 404


def test_a_stage_that_does_not_exist_is_404_and_a_forged_cursor_400(cast: Cast, api: Api) -> None:
    client = api(cast.owner)
    assert client.get(f"{ROOT}/moon").status_code == 404
    forged = client.get(f"{ROOT}/new?after=forged")
    assert (forged.status_code, forged.json()["code"]) == (400, "bad_cursor")
    assert client.get(f"{ROOT}?owner=nonsense").json()["errors"].keys() == {"owner"}


def test_more_cards_come_by_the_cursor_under_the_same_filters(cast: Cast, api: Api) -> None:
    client = api(cast.owner)
    for number in range(30):
        LeadFactory(
            assigned_to=cast.owner, position=Decimal(number), source="website" if number % 2 else "call"
        )
    LeadFactory.create_batch(20, assigned_to=cast.owner, source="website", position=Decimal(-1))
    query = "?source=website"
    first = client.get(ROOT + query).json()["columns"][0]
    assert (first["count"], len(first["cards"])) == (35, 25)
    second = client.get(f"{ROOT}/new{query}&after={first['next']}").json()
    assert len(second["cards"]) == 10
    assert second["next"] == ""
    assert not {card["id"] for card in first["cards"]} & {card["id"] for card in second["cards"]}


def test_the_document_of_the_api_describes_the_board(cast: Cast, api: Api) -> None:
    schema = api(cast.admin).get("/api/schema/?format=json").json()
    move = schema["paths"][MOVE]["post"]
    assert {"409", "400", "404"} <= move["responses"].keys()
    card = schema["components"]["schemas"]["Card"]["properties"]
    assert {"id", "version", "position", "next_step"} <= card.keys()
    assert {p["name"] for p in schema["paths"][ROOT]["get"]["parameters"]} >= {
        "search",
        "owner",
        "due",
        "old",
    }


@pytest.mark.django_db(transaction=True)
def test_of_two_who_move_the_same_card_at_once_one_wins_and_the_other_is_told(cast: Cast, api: Api) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    start = Barrier(2)

    def move(user: User, to: str) -> Any:
        client = api(user)
        start.wait(timeout=10)
        try:
            return client.post(MOVE, wish(lead, to=to, lost_reason="price"))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        ways = [(cast.owner, "contacted"), (cast.manager, "closed_lost")]
        answers = [future.result() for future in [pool.submit(move, *way) for way in ways]]
    winner, loser = sorted(answers, key=lambda answer: answer.status_code)
    assert (winner.status_code, loser.status_code) == (200, 409)
    assert loser.json()["code"] == "stale"
    names = {"contacted": "Olive Owner", "closed_lost": "Mona Manager"}
    assert loser.json()["errors"]["changed_by"] == names[winner.json()["card"]["status"]]
    lead.refresh_from_db()
    assert lead.status == winner.json()["card"]["status"]
    assert StageChange.objects.filter(lead=lead).count() == 1
