"""Two people at the same moment."""

from __future__ import annotations

from datetime import date

import pytest

from apps.core.errors import Conflict, Invalid
from apps.finance.models import ClosedMonth, Entry
from apps.finance.services.closing import close_month
from apps.finance.services.drafts import discard, record_draft
from apps.finance.services.posting import mark_paid, post, reverse
from tests.crm.at_once import at_once
from tests.factories.finance import EntryFactory, facts, finance_manager

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_people_who_post_one_does() -> None:
    first, second = finance_manager(), finance_manager()
    draft = EntryFactory(draft=True)
    results = at_once(*[lambda actor=actor: post(actor=actor, entry=draft) for actor in (first, second)])
    posted = [result for result in results if isinstance(result, Entry)]
    [refused] = [result for result in results if not isinstance(result, Entry)]
    assert len(posted) == 1
    assert isinstance(refused, Conflict)
    assert refused.code == "already_posted"
    assert Entry.objects.get().posted_by == posted[0].posted_by


def test_post_and_discard_do_not_both_win() -> None:
    keeper, draft = finance_manager(), EntryFactory(draft=True)
    results = at_once(lambda: post(actor=keeper, entry=draft), lambda: discard(actor=keeper, entry=draft))
    assert sum(isinstance(result, Conflict) for result in results) == 1


def test_an_entry_is_reversed_once_and_not_paid_after() -> None:
    keeper, entry = finance_manager(), EntryFactory()
    results = at_once(
        lambda: reverse(actor=keeper, entry=entry, reason="One"),
        lambda: reverse(actor=keeper, entry=entry, reason="Two"),
        lambda: mark_paid(actor=keeper, entry=entry, paid_on=date(2026, 10, 20)),
    )
    assert sum(isinstance(result, Conflict) for result in results) >= 1
    rows = Entry.objects.order_by("created_at")
    assert rows.count() == 2
    assert sum(row.signed for row in rows) == 0
    paid = [row.signed for row in rows if row.paid_on]
    assert sum(paid) == 0


def test_a_reference_arrives_twice_and_is_recorded_once() -> None:
    keeper = finance_manager()
    given = facts(external_reference="evt-1")
    results = at_once(*[lambda: record_draft(actor=keeper, **given) for _ in range(3)])
    assert sum(isinstance(result, Entry) for result in results) == 1
    assert all(isinstance(result, Entry | Conflict) for result in results)


def test_no_month_closes_under_somebody_who_posts() -> None:
    keeper = finance_manager()
    for month in (3, 4, 5):
        draft = record_draft(actor=keeper, **facts(booked_on=date(2026, month, 2)))
        results = at_once(
            lambda draft=draft: post(actor=keeper, entry=draft),
            lambda month=month: close_month(actor=keeper, month=date(2026, month, 1)),
        )
        draft.refresh_from_db()
        closed = ClosedMonth.objects.filter(month=date(2026, month, 1)).exists()
        # Either the draft was in the way of closing, or it was posted before.
        assert not (closed and draft.is_draft), results
        assert all(
            not isinstance(result, Exception) or isinstance(result, Conflict | Invalid) for result in results
        )
