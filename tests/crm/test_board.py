"""What the board shows, and the numbers above its columns."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from apps.accounts.models import User
from apps.core.errors import Forbidden, Invalid, NotFound
from apps.crm import board
from apps.crm.board import BoardFilters, columns, looking
from apps.crm.choices import LeadSource, LeadStatus
from apps.crm.models import Lead, Stage
from tests.conftest import Cast
from tests.factories.crm import LeadFactory, TaskFactory

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def board_for(user: User, **filters: str) -> board.Board:
    return board.board_of(user=user, filters=BoardFilters.from_query(filters), now=timezone.now())


def column(found: board.Board, status: str) -> board.Column:
    return next(column for column in found.columns if column.status == status)


def companies(found: board.Board, status: str) -> list[str]:
    return [card.company for card in column(found, status).cards]


def card_of(user: User, lead: Lead) -> board.Card:
    return board.card_state(user=user, lead_id=lead.pk, filters=BoardFilters(), now=timezone.now()).card


def set_up(status: LeadStatus, **settings: int | None) -> None:
    """What a manager sets for a stage."""
    order = list(LeadStatus).index(status)
    Stage.objects.update_or_create(
        status=status, defaults=settings, create_defaults={"order": order, "probability": 0, **settings}
    )


@pytest.fixture
def pipeline(cast: Cast) -> None:
    """Thirty leads of two owners and of nobody, in all stages, sources, industries and two currencies."""
    stages, sources = list(LeadStatus), list(LeadSource)
    owners = [cast.owner, cast.colleague, None]
    for number in range(30):
        status = stages[number % 6]
        LeadFactory(
            company_name=f"{'Golden' if number % 4 else 'Silver'} Kitchen {number}",
            status=status,
            lost_reason="price" if status == LeadStatus.CLOSED_LOST else "",
            source=sources[number % 3],
            assigned_to=owners[number % 3],
            industry=["Bakery", "Fine dining"][number % 2],
            currency="MYR" if number % 5 == 0 else "SGD",
            value=None if number % 7 == 0 else Decimal(number * 100),
            follow_up_date=date(2026, 1, 1) if number % 2 else None,
            stage_since=timezone.now() - timedelta(days=number * 3),
        )


def counted(where: str, *values: Any) -> dict[str, tuple[int, dict[str, Decimal]]]:
    """By plain SQL over the leads: of each stage the count, and the value by currency."""
    found: dict[str, tuple[int, dict[str, Decimal]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT status, currency, count(*), coalesce(sum(value), 0) FROM crm_lead"
            f" WHERE {where} GROUP BY 1, 2 ORDER BY 1, 2",
            values,
        )
        for status, currency, count, value in cursor.fetchall():
            before, sums = found.get(status, (0, {}))
            found[status] = (before + count, {**sums, **({currency: value} if value else {})})
    return found


def shown(found: board.Board) -> dict[str, tuple[int, dict[str, Decimal]]]:
    return {column.status: (column.count, column.values) for column in found.columns if column.count}


@pytest.mark.parametrize(
    ("filters", "where", "values"),
    [
        ({}, "true", ()),
        ({"source": "website"}, "source = 'website'", ()),
        ({"owner": "none"}, "assigned_to_id IS NULL", ()),
        ({"search": "golden kit"}, "company_name ILIKE 'golden kit%%'", ()),
        (
            {"search": "silver", "source": "linkedin"},
            "company_name ILIKE 'silver%%' AND source = 'linkedin'",
            (),
        ),
        ({"industry": "fine dining"}, "industry = 'Fine dining'", ()),
        ({"industry": "fine", "owner": "none"}, "industry LIKE 'Fine%%' AND assigned_to_id IS NULL", ()),
        (
            {"due": "true"},
            "follow_up_date <= %s AND status NOT LIKE 'closed%%'",
            (date(2026, 6, 1),),
        ),
    ],
)
def test_counts_and_sums_are_those_of_plain_sql(
    cast: Cast, pipeline: None, filters: dict[str, str], where: str, values: tuple[Any, ...]
) -> None:
    found = board_for(cast.manager, **filters)
    assert shown(found) == counted(where, *values)
    assert sum(column.count for column in found.columns) > 0
    assert all(len(column.cards) == column.count for column in found.columns)


def test_the_old_filter_knows_each_stages_own_limit(cast: Cast, pipeline: None) -> None:
    Stage.objects.update(ages_after=None)
    set_up(LeadStatus.NEW, ages_after=20)
    found = board_for(cast.manager, old="true")
    expected = counted("status = 'new' AND stage_since < now() - interval '20 days'")
    assert shown(found) == expected
    assert 0 < expected["new"][0] < Lead.objects.filter(status="new").count()


def test_each_sees_the_numbers_of_the_leads_that_are_theirs(cast: Cast, pipeline: None) -> None:
    own = counted("assigned_to_id = %s", cast.owner.pk)
    assert shown(board_for(cast.owner)) == own
    assert shown(board_for(cast.owner, search="kitchen")) == own
    assert shown(board_for(cast.manager, owner=str(cast.owner.pk))) == own
    assert shown(board_for(cast.owner, owner=str(cast.colleague.pk))) == {}
    assert shown(board_for(cast.owner, owner="me")) == own


def test_an_executive_reads_the_numbers_but_no_lead(cast: Cast, pipeline: None) -> None:
    found = board_for(cast.executive)
    assert shown(found) == counted("true")
    assert found.is_summary
    assert not found.may_move
    assert all(not column.cards and not column.next for column in found.columns)
    for probe in ({"search": "golden"}, {"industry": "bakery"}, {"due": "true"}, {"old": "true"}):
        with pytest.raises(Forbidden):
            board_for(cast.executive, **probe)
    with pytest.raises(Forbidden):
        board.column_page(
            user=cast.executive, status=LeadStatus.NEW, filters=BoardFilters(), now=NOW, after=""
        )


def test_an_outsider_has_no_board(cast: Cast, pipeline: None) -> None:
    with pytest.raises(Forbidden):
        board_for(cast.outsider)


@pytest.mark.parametrize(
    ("filters", "where"),
    [
        ({"search": "golden"}, "company_name ILIKE 'golden%%'"),
        ({"search": "golden", "owner": "none"}, "company_name ILIKE 'golden%%' AND assigned_to_id IS NULL"),
        ({"search": "silver", "source": "linkedin"}, "company_name ILIKE 'silver%%' AND source = 'linkedin'"),
        ({"due": "true"}, "follow_up_date IS NOT NULL AND status NOT LIKE 'closed%%'"),
        ({"old": "true"}, "status = 'new' AND stage_since < now() - interval '1 day'"),
    ],
)
def test_of_what_is_frequent_long_columns_say_that_there_is_more(
    cast: Cast, pipeline: None, monkeypatch: pytest.MonkeyPatch, filters: dict[str, str], where: str
) -> None:
    Stage.objects.update(ages_after=None)
    set_up(LeadStatus.NEW, ages_after=1)
    exact = counted(where)
    monkeypatch.setattr(looking, "FEW", 1)
    assert shown(board_for(cast.manager, **filters)) == exact, "short columns are looked through whole"
    monkeypatch.setattr(looking, "SHORT", 0)
    monkeypatch.setattr(columns, "PAGE", 1)
    for one in board_for(cast.manager, **filters).columns:
        count, sums = exact.get(one.status, (0, {}))
        if count <= 1:
            assert (one.count, one.is_exact, one.values, one.next) == (count, True, sums, "")
        else:
            assert (one.count, one.is_exact, one.values, len(one.cards)) == (1, False, {}, 1)
            assert one.next, "the others can be loaded"


def test_a_frequent_word_shows_the_same_cards_in_the_same_order(
    cast: Cast, pipeline: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = board_for(cast.manager, search="golden")
    monkeypatch.setattr(looking, "FEW", 1)
    monkeypatch.setattr(looking, "SHORT", 0)
    frequent = board_for(cast.manager, search="golden")
    assert [column.cards for column in frequent.columns] == [column.cards for column in usual.columns]


def test_the_weighted_value_is_value_times_probability(cast: Cast) -> None:
    set_up(LeadStatus.PROPOSAL, probability=60)
    LeadFactory(status=LeadStatus.PROPOSAL, value=Decimal("1000.55"), assigned_to=cast.owner)
    found = column(board_for(cast.owner), "proposal")
    assert (found.values, found.weighted) == ({"SGD": Decimal("1000.55")}, {"SGD": Decimal("600.33")})


def test_columns_come_in_the_order_of_the_lifecycle_with_their_ways(cast: Cast) -> None:
    found = board_for(cast.owner)
    assert [column.status for column in found.columns] == list(LeadStatus)
    assert column(found, "new").allowed == [LeadStatus.CONTACTED, LeadStatus.CLOSED_LOST]
    assert column(found, "closed_won").allowed == []


def test_cards_lie_by_position_and_more_of_them_follow_without_gap_or_repeat(cast: Cast) -> None:
    for number in range(60):
        LeadFactory(company_name=f"Place {number}", position=Decimal(number // 2), assigned_to=cast.owner)
    found = column(board_for(cast.owner), "new")
    assert len(found.cards) == board.PAGE
    seen, after = list(found.cards), found.next
    while after:
        page = board.column_page(
            user=cast.owner, status=LeadStatus.NEW, filters=BoardFilters(), now=NOW, after=after
        )
        seen += page.cards
        after = page.next
    expected = Lead.objects.order_by("-position", "-pk").values_list("pk", flat=True)
    assert [card.id for card in seen] == list(expected)


def test_a_forged_cursor_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        board.column_page(
            user=cast.owner, status=LeadStatus.NEW, filters=BoardFilters(), now=NOW, after="forged"
        )
    assert refused.value.code == "bad_cursor"


def test_a_card_says_what_a_rep_wants_to_know(cast: Cast) -> None:
    set_up(LeadStatus.NEW, ages_after=7)
    lead = LeadFactory(
        company_name="ABC", contact_name="John", value=Decimal(500), assigned_to=cast.owner,
        stage_since=timezone.now() - timedelta(days=8, hours=1),
    )  # fmt: skip
    card = card_of(cast.owner, lead)
    assert (card.company, card.contact, card.value, card.currency) == ("ABC", "John", Decimal(500), "SGD")
    assert card.owner is not None
    assert (card.owner.name, card.owner.initials) == ("Olive Owner", "OO")
    assert (card.days, card.is_old) == (8, True)
    assert card.url.endswith(f"/admin/crm/lead/{lead.pk}/change/")


def test_a_card_is_not_old_before_its_stages_limit(cast: Cast) -> None:
    set_up(LeadStatus.NEW, ages_after=7)
    since = timezone.now() - timedelta(days=6, hours=23)
    lead = LeadFactory(assigned_to=cast.owner, stage_since=since)
    assert not card_of(cast.owner, lead).is_old
    set_up(LeadStatus.NEW, ages_after=None)
    assert not card_of(cast.owner, lead).is_old


@pytest.mark.parametrize(
    ("task_in", "follow_up_in", "title", "is_overdue"),
    [
        (timedelta(days=2), 5, "Ring", False),
        (timedelta(days=5), 2, "Follow up", False),
        (timedelta(days=-1), None, "Ring", True),
        (None, -1, "Follow up", True),
        (None, 0, "Follow up", False),
    ],
)
def test_the_next_step_is_the_earlier_of_task_and_follow_up(
    cast: Cast, task_in: timedelta | None, follow_up_in: int | None, title: str, is_overdue: bool
) -> None:
    follow_up = None if follow_up_in is None else timezone.localdate() + timedelta(days=follow_up_in)
    lead = LeadFactory(assigned_to=cast.owner, follow_up_date=follow_up)
    if task_in is not None:
        TaskFactory(lead=lead, title="Later", due_at=timezone.now() + timedelta(days=30))
        TaskFactory(lead=lead, title="Ring", due_at=timezone.now() + task_in)
        TaskFactory(
            lead=lead, title="Done", due_at=timezone.now() - timedelta(days=9), done_at=timezone.now()
        )
    step = card_of(cast.owner, lead).next_step
    assert step is not None
    assert (step.title, step.is_overdue) == (title, is_overdue)


def test_a_closed_card_has_no_next_step_but_its_reason(cast: Cast) -> None:
    lead = LeadFactory(lost=True, assigned_to=cast.owner, follow_up_date=date(2026, 1, 1))
    card = card_of(cast.owner, lead)
    assert (card.next_step, card.lost_reason) == (None, "Price")


def test_a_card_of_somebody_else_is_not_there(cast: Cast) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    for stranger in (cast.colleague, cast.executive, cast.outsider):
        with pytest.raises(NotFound):
            card_of(stranger, lead)
    assert card_of(cast.manager, lead).id == lead.pk


def test_a_card_knows_whether_it_passes_the_filters(cast: Cast) -> None:
    lead = LeadFactory(company_name="ABC", assigned_to=cast.owner)
    states = [
        board.card_state(
            user=cast.owner, lead_id=lead.pk, filters=BoardFilters.from_query({"search": words}), now=NOW
        )
        for words in ("abc", "xyz")
    ]
    assert [state.is_shown for state in states] == [True, False]


@pytest.mark.parametrize(
    "query",
    [
        {"owner": "nobody"},
        {"source": "moon"},
        {"due": "perhaps"},
        {"search": "a\x00b"},
        {"search": "x" * 201},
    ],
)
def test_a_broken_filter_is_named(query: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        BoardFilters.from_query(query)
    assert set(refused.value.errors) == set(query)


def test_days_are_counted_to_now(cast: Cast) -> None:
    lead = LeadFactory(assigned_to=cast.owner, stage_since=NOW)
    later: datetime = NOW + timedelta(days=3, minutes=1)
    state = board.card_state(user=cast.owner, lead_id=lead.pk, filters=BoardFilters(), now=later)
    assert state.card.days == 3
