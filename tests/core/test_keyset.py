"""Paging by position: every row once, in order, on and back, whatever is added in between."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import signing
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Count, QuerySet
from django.test.utils import CaptureQueriesContext

from apps.core.errors import Invalid
from apps.core.keyset import Keyset, KeysetPage
from apps.crm.models import Lead
from tests.factories.accounts import UserFactory
from tests.factories.crm import ActivityFactory, LeadFactory

pytestmark = pytest.mark.django_db

START = datetime(2026, 1, 1, tzinfo=UTC)
ORDERINGS = [
    ("-created_at", "-id"),
    ("created_at", "id"),
    ("-value", "-id"),
    ("value", "id"),
    ("-follow_up_date", "-id"),
    ("follow_up_date", "id"),
    ("-last_contacted", "id"),
    ("status", "-value", "-id"),
    ("-status", "value", "id"),
    ("assigned_to__name", "-id"),
    ("-company_key", "id"),
    ("id",),
]


@pytest.fixture
def leads() -> QuerySet[Lead]:
    """Forty leads with many equal and many empty values."""
    chance = random.Random(20260101)
    owners = [UserFactory(name=name) for name in ("Ben", "Ada", "Cy")]
    for _ in range(40):
        lead = LeadFactory(
            company_name=f"Company {chance.randrange(12):02}",
            status=chance.choice(["new", "contacted", "qualified"]),
            value=chance.choice([None, None, Decimal(100), Decimal("200.50"), Decimal(300)]),
            follow_up_date=chance.choice([None, date(2026, 2, 1), date(2026, 3, 1)]),
            last_contacted=chance.choice([None, START, START + timedelta(hours=1)]),
            assigned_to=chance.choice([*owners, None]),
        )
        Lead.objects.filter(pk=lead.pk).update(created_at=START + timedelta(days=chance.randrange(8)))
    return Lead.objects.select_related("assigned_to")


def in_order(leads: QuerySet[Lead], ordering: tuple[str, ...]) -> list[Lead]:
    """What a plain sort in Python makes of it, empty values last."""
    found = list(leads)
    for name in reversed(ordering):
        path, downwards = name.removeprefix("-"), name.startswith("-")
        filled = [lead for lead in found if value_of(lead, path) is not None]
        empty = [lead for lead in found if value_of(lead, path) is None]
        filled.sort(key=lambda lead: value_of(lead, path), reverse=downwards)
        found = filled + empty
    return found


def value_of(lead: Lead, path: str) -> Any:
    value: Any = lead
    for part in path.split("__"):
        value = getattr(value, part, None)
    return value


def pages_on(keyset: Keyset, leads: QuerySet[Lead], limit: int) -> list[KeysetPage[Lead]]:
    """All pages from the first to the last."""
    pages = [keyset.page(leads, limit=limit)]
    while pages[-1].next and len(pages) < 100:
        pages.append(keyset.page(leads, limit=limit, after=pages[-1].next))
    return pages


@pytest.mark.parametrize("ordering", ORDERINGS, ids=",".join)
@pytest.mark.parametrize("limit", [1, 7, 40])
def test_walking_on_shows_every_row_once_and_in_order(
    leads: QuerySet[Lead], ordering: tuple[str, ...], limit: int
) -> None:
    pages = pages_on(Keyset(*ordering), leads, limit)

    assert [row for page in pages for row in page.rows] == in_order(leads, ordering)
    assert pages[0].previous == ""
    assert pages[-1].next == ""


@pytest.mark.parametrize("ordering", ORDERINGS, ids=",".join)
def test_walking_back_shows_the_same_pages(leads: QuerySet[Lead], ordering: tuple[str, ...]) -> None:
    keyset = Keyset(*ordering)
    there = pages_on(keyset, leads, 7)
    back = [there[-1]]
    while back[0].previous:
        back.insert(0, keyset.page(leads, limit=7, before=back[0].previous))

    assert [page.rows for page in back] == [page.rows for page in there]


def test_rows_that_come_in_meanwhile_do_not_shift_the_pages(leads: QuerySet[Lead]) -> None:
    keyset = Keyset("-created_at", "-id")
    first = keyset.page(leads, limit=10)
    expected = keyset.page(leads, limit=10, after=first.next).rows
    LeadFactory.create_batch(5)

    second = keyset.page(leads, limit=10, after=first.next)

    assert second.rows == expected
    assert keyset.page(leads, limit=10, before=second.previous).rows == first.rows


def test_a_page_before_the_first_row_is_filled_up(leads: QuerySet[Lead]) -> None:
    keyset = Keyset("-created_at", "-id")
    third_row_on = keyset.page(leads, limit=10, after=keyset.page(leads, limit=3).next)

    page = keyset.page(leads, limit=10, before=third_row_on.previous)

    assert page.rows == keyset.page(leads, limit=10).rows
    assert page.previous == ""


def test_an_annotation_can_be_the_order(leads: QuerySet[Lead]) -> None:
    for lead, number in zip(leads[:3], (2, 5, 1), strict=True):
        ActivityFactory.create_batch(number, lead=lead)
    counted = Lead.objects.annotate(calls=Count("activity_set"))

    pages = pages_on(Keyset("-calls", "-id"), counted, 2)  # type: ignore[arg-type]

    assert [row.calls for page in pages for row in page.rows][:4] == [5, 2, 1, 0]  # type: ignore[attr-defined]
    assert len({row.pk for page in pages for row in page.rows}) == 40


@pytest.mark.parametrize("token", ["x", "", "WzFd:1abc:sig", "2", "🦆", "a" * 5000])
def test_a_forged_position_is_refused(leads: QuerySet[Lead], token: str) -> None:
    keyset = Keyset("-created_at", "-id")
    if not token:
        assert len(keyset.page(leads, limit=10, after=token).rows) == 10
        return
    for side in ("after", "before"):
        with pytest.raises(Invalid) as refusal:
            keyset.page(leads, limit=10, **{side: token})
        assert refusal.value.code == "bad_cursor"


def test_a_position_of_another_ordering_is_refused(leads: QuerySet[Lead]) -> None:
    token = Keyset("-value", "-id").page(leads, limit=10).next

    with pytest.raises(Invalid, match="not valid"):
        Keyset("value", "id").page(leads, limit=10, after=token)


def test_a_signed_position_with_a_wrong_value_is_refused(leads: QuerySet[Lead]) -> None:
    token = signing.dumps(["yesterday", "not-an-id"], salt="core.keyset:-created_at,-id")

    with pytest.raises(Invalid):
        Keyset("-created_at", "-id").page(leads, limit=10, after=token)


def test_a_relation_is_no_order(leads: QuerySet[Lead]) -> None:
    with pytest.raises(FieldDoesNotExist, match="relation"):
        Keyset("assigned_to", "-id").page(leads, limit=10)


def test_an_empty_list_has_one_empty_page() -> None:
    page = Keyset("-created_at", "-id").page(Lead.objects.all(), limit=10)

    assert page == KeysetPage(rows=[], next="", previous="")


@pytest.mark.parametrize("ordering", [("-created_at", "-id"), ("-value", "-id"), ("follow_up_date", "id")])
def test_a_page_costs_at_most_two_queries_and_never_counts(
    leads: QuerySet[Lead], ordering: tuple[str, ...], django_assert_max_num_queries: Any
) -> None:
    keyset = Keyset(*ordering)
    middle = keyset.page(leads, limit=10).next
    with django_assert_max_num_queries(2) as queries:
        keyset.page(leads, limit=10, after=middle)

    assert_bounded(queries)


def assert_bounded(queries: CaptureQueriesContext) -> None:
    """Every statement has a limit, none counts."""
    assert all("LIMIT" in query["sql"] and "COUNT(" not in query["sql"] for query in queries)
