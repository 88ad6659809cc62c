"""Drafts, posting, reversals, payments and closed months: what may happen to an entry, and what may not."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.artifacts.services import store
from apps.audit.journal import working_for
from apps.audit.models import AuditEvent, RowChange
from apps.contacts.models import Company
from apps.core.errors import Conflict, Forbidden, Invalid, NotFound
from apps.core.periods import local_today
from apps.core.versions import Stale, version_of
from apps.finance.chart import DEFAULTS
from apps.finance.models import Category, ClosedMonth, Entry
from apps.finance.services.closing import close_month, reopen_month
from apps.finance.services.drafts import discard, edit_draft, record_draft, record_once
from apps.finance.services.posting import mark_paid, post, reverse
from tests.conftest import Cast
from tests.factories.finance import EntryFactory, category, facts, finance_manager

pytestmark = pytest.mark.django_db


def trail(entry: Entry) -> list[str]:
    events = AuditEvent.objects.filter(object_id=str(entry.pk)).order_by("at", "id")
    return [event.action for event in events]


def test_the_usual_categories_are_there() -> None:
    assert set(Category.objects.values_list("code", flat=True)) == {account.code for account in DEFAULTS}


def test_a_draft_becomes_a_posted_entry_with_a_trail(keeper: User) -> None:
    draft = record_draft(actor=keeper, **facts(currency="usd", party="  Figma "))
    assert (draft.status, draft.currency, draft.party) == ("draft", "USD", "Figma")
    posted = post(actor=keeper, entry=draft, version=version_of(draft))
    assert (posted.status, posted.posted_by) == ("posted", keeper)
    assert posted.posted_at is not None
    assert trail(draft) == ["finance.entry.recorded", "finance.entry.posted"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"amount": Decimal(0)}, "amount"),
        ({"amount": Decimal("-5.00")}, "amount"),
        ({"amount": Decimal("1.005")}, "amount"),
        ({"amount": Decimal("1e13")}, "amount"),
        ({"currency": "XXQ"}, "currency"),
        ({"currency": "S$"}, "currency"),
        ({"booked_on": date(1, 1, 1)}, "booked_on"),
        ({"booked_on": date(9999, 12, 31)}, "booked_on"),
        ({"paid_on": date(9999, 12, 31)}, "paid_on"),
        ({"party": "  "}, "party"),
        ({"party": "x" * 201}, "party"),
        ({"description": "x" * 2001}, "description"),
    ],
)
def test_what_does_not_fit_is_refused_by_the_name_of_its_field(
    keeper: User, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        record_draft(actor=keeper, **facts(**wrong))
    assert field in refused.value.errors
    assert not Entry.objects.exists()


def test_what_is_missing_is_named(keeper: User) -> None:
    with pytest.raises(Invalid) as refused:
        record_draft(actor=keeper, party="Somebody")
    assert set(refused.value.errors) == {"category", "booked_on", "amount"}


def test_a_category_out_of_use_takes_no_new_entries(keeper: User) -> None:
    old = category("insurance")
    old.is_active = False
    old.save()
    with pytest.raises(Invalid, match="not in use"):
        record_draft(actor=keeper, **facts(category=old))


def test_a_draft_is_edited_and_somebody_elses_change_is_not_overwritten(keeper: User) -> None:
    draft = record_draft(actor=keeper, **facts())
    seen = version_of(draft)
    edit_draft(actor=keeper, entry=draft, version=seen, amount=Decimal(20))
    with pytest.raises(Stale):
        edit_draft(actor=keeper, entry=draft, version=seen, party="Somebody else")
    with pytest.raises(Stale):
        post(actor=keeper, entry=draft, version=seen)
    current = Entry.objects.get()
    assert (current.amount, current.party) == (Decimal(20), "Atlassian")
    changed = AuditEvent.objects.get(action="finance.entry.updated").details
    assert changed == {"amount": ["12.30", "20"]}


def test_a_discarded_draft_stays_and_frees_its_reference(keeper: User) -> None:
    draft = record_draft(actor=keeper, **facts(external_reference="R-1"))
    discard(actor=keeper, entry=draft, reason="Private lunch")
    again = record_draft(actor=keeper, **facts(external_reference="R-1"))
    assert Entry.objects.count() == 2
    for act in (post, discard):
        with pytest.raises(Conflict, match="discarded"):
            act(actor=keeper, entry=draft)
    assert post(actor=keeper, entry=again).is_posted


def test_a_reference_is_recorded_once(keeper: User) -> None:
    first, is_new = record_once(actor=keeper, **facts(external_reference="evt-7"))
    again, is_new_again = record_once(actor=keeper, **facts(external_reference="evt-7", amount=Decimal(99)))
    assert (is_new, is_new_again) == (True, False)
    assert again == first
    assert Entry.objects.get().amount == Decimal("12.30")
    with pytest.raises(Conflict) as refused:
        record_draft(actor=keeper, **facts(external_reference="evt-7"))
    assert refused.value.errors["entry_id"] == str(first.pk)


@pytest.mark.parametrize(
    "change",
    [
        {"amount": Decimal("1.00")},
        {"currency": "USD"},
        {"booked_on": date(2026, 1, 1)},
        {"party": "Somebody else"},
        {"description": "changed"},
        {"status": "draft"},
        {"status": "void"},
        {"external_reference": "X"},
        {"paid_on": None},
        {"run_id": uuid4()},
    ],
)
def test_the_database_keeps_a_posted_entry_as_it_is(change: dict[str, Any]) -> None:
    entry = EntryFactory(paid_on=date(2026, 10, 16))
    with pytest.raises(IntegrityError, match="cannot be changed"), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).update(**change)
    with pytest.raises(IntegrityError, match="cannot be deleted"), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).delete()
    with pytest.raises(IntegrityError, match="kind cannot be changed"), transaction.atomic():
        Category.objects.filter(pk=entry.category_id).update(kind="revenue", group="revenue")
    with pytest.raises(Conflict, match="does not change any more"):
        edit_draft(actor=entry.recorded_by, entry=entry, amount=Decimal(1))


def test_a_reversal_takes_back_exactly_what_it_reverses(keeper: User) -> None:
    entry = EntryFactory(amount=Decimal("0.10"), paid_on=date(2026, 10, 20))
    for wrong in ({"amount": Decimal("0.11")}, {"currency": "USD"}, {"category": category("rent")}):
        with pytest.raises(IntegrityError, match="exactly"), transaction.atomic():
            EntryFactory(**{"amount": entry.amount, "reverses": entry, **wrong})
    correction = reverse(actor=keeper, entry=entry, reason="Twice")
    assert (correction.signed, correction.booked_on) == (Decimal("-0.10"), entry.booked_on)
    assert correction.paid_on == entry.paid_on
    for basis in ("booked_on", "paid_on"):
        of_day = Entry.objects.posted().filter(**{basis: getattr(entry, basis)})
        assert of_day.aggregate(sum=Sum("signed"))["sum"] == 0
    with pytest.raises(Conflict, match="reversed already"):
        reverse(actor=keeper, entry=entry, reason="Once more")
    with pytest.raises(Conflict, match="reversal itself"):
        reverse(actor=keeper, entry=correction, reason="Back")
    assert trail(entry)[-1] == "finance.entry.reversed"


def test_a_draft_is_not_reversed_and_a_reversal_needs_a_reason(keeper: User) -> None:
    with pytest.raises(Conflict, match="Discard a draft"):
        reverse(actor=keeper, entry=EntryFactory(draft=True), reason="No")
    with pytest.raises(Invalid, match="why"):
        reverse(actor=keeper, entry=EntryFactory(), reason="  ")


def test_a_payment_is_kept_once(keeper: User) -> None:
    entry = EntryFactory(paid_on=None)
    assert mark_paid(actor=keeper, entry=entry, paid_on=date(2026, 11, 2)).paid_on == date(2026, 11, 2)
    with pytest.raises(Conflict, match="paid already"):
        mark_paid(actor=keeper, entry=entry, paid_on=date(2026, 11, 3))
    reversed_one = EntryFactory(paid_on=None)
    reverse(actor=keeper, entry=reversed_one, reason="Never came")
    with pytest.raises(Conflict, match="nothing to pay"):
        mark_paid(actor=keeper, entry=reversed_one, paid_on=date(2026, 11, 3))


def test_nothing_is_posted_before_it_happened(keeper: User) -> None:
    tomorrow = local_today(keeper.timezone) + timedelta(days=1)
    draft = record_draft(actor=keeper, **facts(booked_on=tomorrow))
    with pytest.raises(Invalid) as refused:
        post(actor=keeper, entry=draft)
    assert refused.value.code == "in_the_future"
    with pytest.raises(Invalid):
        mark_paid(actor=keeper, entry=EntryFactory(), paid_on=tomorrow)


@time_machine.travel("2026-11-30T16:30:00Z", tick=False)
def test_today_is_the_actors_own(keeper: User) -> None:
    """Half past midnight on 1 December in Singapore, still November in London."""
    draft = record_draft(actor=keeper, **facts(booked_on=date(2026, 12, 1)))
    abroad = finance_manager(timezone="Europe/London")
    with pytest.raises(Invalid):
        post(actor=abroad, entry=draft)
    assert post(actor=keeper, entry=draft).is_posted
    with pytest.raises(Invalid, match="not over"):
        close_month(actor=abroad, month=date(2026, 11, 30))
    assert close_month(actor=keeper, month=date(2026, 11, 30)).month == date(2026, 11, 1)


def test_a_closed_month_stays_as_it_was_handed_out(keeper: User) -> None:
    draft = record_draft(actor=keeper, **facts())
    paid_later = EntryFactory(booked_on=date(2026, 9, 3), paid_on=None)
    entry = EntryFactory(paid_on=date(2026, 10, 20))
    with pytest.raises(Conflict, match="1 draft"):
        close_month(actor=keeper, month=date(2026, 10, 31))
    discard(actor=keeper, entry=draft)
    closed = close_month(actor=keeper, month=date(2026, 10, 31))
    late = record_draft(actor=keeper, **facts())
    with pytest.raises(Invalid, match="October 2026 is closed"):
        post(actor=keeper, entry=late)
    with pytest.raises(Invalid, match="October 2026 is closed"):
        mark_paid(actor=keeper, entry=paid_later, paid_on=date(2026, 10, 5))
    with pytest.raises(Invalid, match="October 2026 is closed"):
        reverse(actor=keeper, entry=entry, reason="Wrong", booked_on=date(2026, 10, 31))
    correction = reverse(actor=keeper, entry=entry, reason="Wrong")
    assert correction.booked_on == correction.paid_on == local_today(keeper.timezone)
    reopen_month(actor=keeper, closed=closed)
    assert not ClosedMonth.objects.exists()
    assert post(actor=keeper, entry=late).is_posted
    with pytest.raises(NotFound):
        reopen_month(actor=keeper, closed=closed)


@pytest.mark.parametrize("who", ["owner", "manager", "outsider", "executive"])
def test_only_those_who_keep_the_books_change_them(cast: Cast, who: str) -> None:
    user = getattr(cast, who)
    draft, posted = EntryFactory(draft=True), EntryFactory()
    acts = (
        lambda: record_draft(actor=user, **facts()),
        lambda: edit_draft(actor=user, entry=draft, party="Mine"),
        lambda: discard(actor=user, entry=draft),
        lambda: post(actor=user, entry=draft),
        lambda: reverse(actor=user, entry=posted, reason="No"),
        lambda: mark_paid(actor=user, entry=posted, paid_on=date(2026, 10, 15)),
        lambda: close_month(actor=user, month=date(2026, 8, 1)),
    )
    for act in acts:
        with pytest.raises(Forbidden):
            act()
    assert Entry.objects.visible_to(user).count() == (2 if who == "executive" else 0)
    assert Category.objects.visible_to(user).exists() == (who == "executive")


def test_a_document_opens_with_the_entry_but_nobody_opens_what_is_closed_to_him(
    keeper: User, cast: Cast
) -> None:
    own = store(owner=keeper, name="bill.txt", content=b"bill", origin="uploaded")
    theirs = store(owner=cast.owner, name="secret.txt", content=b"secret", origin="uploaded")
    entry = record_draft(actor=keeper, **facts(document=own))
    with pytest.raises(Invalid, match="no such file"):
        edit_draft(actor=keeper, entry=entry, document=theirs)
    other = finance_manager()
    assert own in Artifact.objects.visible_to(other)
    assert own not in Artifact.objects.visible_to(cast.colleague)


def test_a_posted_entry_outlives_its_document_and_company(keeper: User) -> None:
    company = Company.objects.create(name="Golden Wok")
    file = store(owner=keeper, name="bill.txt", content=b"bill", origin="uploaded")
    draft = record_draft(actor=keeper, **facts(document=file, company=company))
    post(actor=keeper, entry=draft)
    company.delete()
    file.delete()
    entry = Entry.objects.get()
    assert (entry.company, entry.document, entry.amount) == (None, None, Decimal("12.30"))
    posted = AuditEvent.objects.get(action="finance.entry.posted")
    assert posted.details["document_sha256"] == file.sha256


def test_what_a_run_changes_is_in_the_journal(keeper: User) -> None:
    run_id = uuid4()
    with transaction.atomic(), working_for(run_id):
        entry = record_draft(actor=keeper, run_id=run_id, **facts())
        post(actor=keeper, entry=entry)
    changes = RowChange.objects.filter(run_id=run_id, table="finance_entry").order_by("id")
    assert [change.operation for change in changes] == ["INSERT", "UPDATE"]
    assert "search" not in (changes[0].after or {})


def test_the_guard_is_in_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = 'finance_entry'::regclass AND NOT tgisinternal"
        )
        names = {name for (name,) in cursor.fetchall()}
    assert {"finance_entry_keep_posted", "finance_entry_journal"} <= names
