"""An entry in words, from the message to the ledger: proposed, agreed to by a person, posted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.assistant.choices import RunStatus
from apps.assistant.models import Approval, Run
from apps.assistant.running.runner import execute
from apps.assistant.services import decide
from apps.core.periods import local_today
from apps.finance.models import Entry
from tests.factories.finance import EntryFactory, finance_manager

pytestmark = pytest.mark.django_db(transaction=True)

Turn = Callable[..., Run]
Receipt = Callable[..., Artifact]


def answered(run: Run) -> str:
    assert run.status == RunStatus.COMPLETED, (run.error_detail, run.error_trace)
    assert run.reply is not None
    return run.reply.body


def agree(run: Run, user: User) -> str:
    decide(approval=Approval.objects.get(run=run), user=user, decision="approve")
    execute(run.pk)
    run.refresh_from_db()
    return answered(run)


def test_an_expense_in_words_is_posted_after_a_person_agreed(keeper: User, turn: Turn) -> None:
    run = turn(keeper, "record an expense of SGD 84.50 for a taxi")
    assert (run.skill, run.status) == ("record_entry", RunStatus.WAITING_APPROVAL), run.error_trace
    entry = Entry.objects.get()
    assert (entry.status, entry.run_id, entry.document) == ("draft", run.pk, None)
    approval = Approval.objects.get(run=run)
    assert approval.tool == "post_entry"
    assert ["Category", "Travel and transport"] in approval.preview["lines"]
    text = agree(run, keeper)
    entry.refresh_from_db()
    today = local_today(keeper.timezone)
    assert (entry.status, entry.posted_by, entry.amount, entry.currency) == (
        "posted", keeper, Decimal("84.50"), "SGD",
    )  # fmt: skip
    assert (entry.party, entry.category.code, entry.booked_on, entry.paid_on) == (
        "Taxi",
        "travel",
        today,
        today,
    )
    assert "guessed from “taxi”" in text
    assert "No day was named: today" in text
    assert "**Posted**: SGD 84.50, Taxi" in text


@pytest.mark.parametrize(
    ("words", "code", "currency", "days_ago"),
    [
        ("record revenue of SGD 84.50 from Alpine Foods for the set-up", "setup_fees", "SGD", 0),
        ("昨天打车花了84.50新元", "travel", "SGD", 1),
        ("记录一笔84.50新元的出租车费用", "travel", "SGD", 0),
        ("rekod perbelanjaan RM 84.50 untuk teksi semalam", "travel", "MYR", 1),
        ("rekod hasil RM 84.50 daripada Kedai Mi untuk langganan", "subscriptions", "MYR", 0),
    ],
)
def test_revenue_and_other_languages(
    keeper: User, turn: Turn, words: str, code: str, currency: str, days_ago: int
) -> None:
    run = turn(keeper, words)
    assert run.status == RunStatus.WAITING_APPROVAL, (run.skill, run.reply and run.reply.body)
    entry = Entry.objects.get()
    assert (entry.category.code, entry.currency, entry.amount) == (code, currency, Decimal("84.50"))
    assert entry.booked_on == local_today(keeper.timezone) - timedelta(days=days_ago)


def test_a_day_is_taken_and_revenue_waits_for_its_money(keeper: User, turn: Turn) -> None:
    turn(keeper, "record revenue of 500 from Alpine Foods for the set-up on 3 November 2026")
    entry = Entry.objects.get()
    assert (entry.party, entry.booked_on, entry.paid_on) == ("Alpine Foods", date(2026, 11, 3), None)
    run = Run.objects.get()
    text = agree(run, keeper)
    assert "No currency was named: SGD was taken." in text
    assert "not received yet" in text


def test_an_older_file_of_the_chat_is_not_taken_for_the_receipt(
    keeper: User, turn: Turn, receipt: Receipt
) -> None:
    first = turn(keeper, "record this receipt", receipt(keeper))
    agree(first, keeper)
    run = turn(keeper, "record an expense of SGD 84.50 for a taxi", conversation=first.conversation)
    entry = Entry.objects.get(run_id=run.pk)
    assert (entry.amount, entry.document, entry.party) == (Decimal("84.50"), None, "Taxi")


def test_a_file_with_the_words_is_the_receipt_and_the_words_count_more(
    keeper: User, turn: Turn, receipt: Receipt
) -> None:
    file = receipt(keeper)
    turn(keeper, "record an expense of SGD 12.00 for breakfast", file)
    entry = Entry.objects.get()
    assert (entry.document, entry.party, entry.amount) == (file, "TOAST BOX", Decimal("12.00"))


def test_a_file_that_cannot_be_read_is_kept_with_the_words(
    keeper: User, turn: Turn, receipt: Receipt
) -> None:
    file = receipt(keeper, "~~ smudged ~~")
    turn(keeper, "record an expense of SGD 84.50 for a taxi", file)
    entry = Entry.objects.get()
    assert (entry.document, entry.party, entry.amount) == (file, "Taxi", Decimal("84.50"))


def test_only_what_is_missing_is_asked_for(keeper: User, turn: Turn) -> None:
    asked = turn(keeper, "record an expense for a taxi yesterday")
    assert answered(asked).startswith("How much was it?")
    assert not Entry.objects.exists()
    run = turn(keeper, "84.50", conversation=asked.conversation)
    assert run.status == RunStatus.WAITING_APPROVAL
    entry = Entry.objects.get()
    assert (entry.party, entry.amount) == ("Taxi", Decimal("84.50"))
    assert entry.booked_on == local_today(keeper.timezone) - timedelta(days=1)


def test_the_purpose_is_asked_for_when_only_the_amount_is_said(keeper: User, turn: Turn) -> None:
    asked = turn(keeper, "record an expense of SGD 20")
    assert answered(asked) == "What was it for?"
    turn(keeper, "lunch with a client", conversation=asked.conversation)
    entry = Entry.objects.get()
    assert (entry.description, entry.category.code, entry.amount) == (
        "lunch with a client",
        "meals",
        Decimal(20),
    )


def test_a_receipt_without_a_file_can_be_said_in_words(keeper: User, turn: Turn) -> None:
    asked = turn(keeper, "record this receipt")
    assert "Please attach it, or say how much it was" in answered(asked)
    run = turn(keeper, "SGD 84.50 for a taxi", conversation=asked.conversation)
    assert run.status == RunStatus.WAITING_APPROVAL
    assert Entry.objects.get().amount == Decimal("84.50")


def test_the_category_is_the_one_named_or_spoken_for_or_the_usual_one(keeper: User, turn: Turn) -> None:
    EntryFactory(party="Grab", code="meals")
    EntryFactory(party="Taxi", code="marketing")
    turn(keeper, "I paid Grab SGD 23.80 for a taxi")
    turn(keeper, "I paid Grab SGD 23.81 for the team")
    turn(keeper, "record an expense of SGD 23.82 for a taxi")
    turn(keeper, "record an expense of SGD 9 for pens, office supplies")
    codes = dict(Entry.objects.drafts().values_list("amount", "category__code"))
    assert codes == {
        Decimal("23.80"): "travel",
        Decimal("23.81"): "meals",
        Decimal("23.82"): "marketing",
        Decimal("9.00"): "office",
    }


def test_what_cannot_be_posted_is_said_and_not_asked(keeper: User, turn: Turn) -> None:
    text = answered(turn(keeper, "record an expense of SGD 84.50 for a taxi on 24 December 2090"))
    assert "has not come yet" in text
    assert not Approval.objects.exists()
    assert Entry.objects.get().is_draft


def test_who_may_not_post_leaves_a_draft_and_others_nothing(turn: Turn) -> None:
    clerk = finance_manager(roles=[])
    names = ["add_entry", "view_entry", "view_category", "use_assistant"]
    clerk.user_permissions.set(Permission.objects.filter(codename__in=names))
    assert "Somebody who may post entries" in answered(
        turn(clerk, "record an expense of SGD 84.50 for a taxi")
    )
    assert Entry.objects.get().is_draft
    stranger = finance_manager(roles=["sales_rep"])
    assert "You do not have the right" in answered(turn(stranger, "record an expense of SGD 9 for a taxi"))
    assert Entry.objects.count() == 1
