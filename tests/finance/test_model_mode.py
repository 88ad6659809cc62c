"""A model keeps the books: it may record drafts and read statements, and a person posts."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from apps.accounts.models import User
from apps.assistant.choices import RunStatus, StepKind
from apps.assistant.models import Approval, Run
from apps.assistant.running.runner import execute
from apps.assistant.services import decide
from apps.core.periods import Period, local_today
from apps.finance.models import Entry
from tests.factories.finance import EntryFactory
from tests.standins.messages_api import MessagesApi
from tests.standins.messages_script import Call, Reply

pytestmark = pytest.mark.django_db(transaction=True)

Turn = Callable[..., Run]


def test_a_model_asks_for_the_statement_and_gets_the_figures(
    keeper: User, turn: Turn, messages_api: MessagesApi
) -> None:
    span = Period.month_of(local_today(keeper.timezone), keeper.timezone).previous()
    EntryFactory(code="subscriptions", booked_on=span.start, amount=Decimal("4321.09"))
    messages_api.reply(Reply(tool_calls=[Call("skill_financial_reporting", {})]))
    messages_api.reply(Reply(text="You earned SGD 4,321.09 [1]."))
    run = turn(keeper, "how did we do?", agent="finance")
    assert run.status == RunStatus.COMPLETED, run.error_trace
    assert run.steps.filter(kind=StepKind.SKILL, name="financial_reporting").exists()
    assert run.artifacts.get().name.endswith(".pdf")
    results = messages_api.requests[-1].body["messages"][-1]["content"]
    told = str([block["content"] for block in results if block["type"] == "tool_result"])
    assert "4321.09" in told


def test_a_model_cannot_post_by_itself(keeper: User, turn: Turn, messages_api: MessagesApi) -> None:
    draft = EntryFactory(draft=True, amount=Decimal("12.21"))
    messages_api.reply(Reply(tool_calls=[Call("post_entry", {"entry_id": str(draft.pk), "amount": "12.21"})]))
    messages_api.reply(Reply(text="It is posted."))
    run = turn(keeper, "post the draft", agent="finance")
    assert run.status == RunStatus.WAITING_APPROVAL
    draft.refresh_from_db()
    assert draft.is_draft
    approval = Approval.objects.get(run=run)
    assert approval.preview["amount"] == "12.21"
    decide(approval=approval, user=keeper, decision="approve")
    execute(run.pk)
    run.refresh_from_db()
    assert run.status == RunStatus.COMPLETED, run.error_trace
    assert Entry.objects.get().is_posted


def test_a_draft_that_changed_while_it_waited_is_asked_anew(
    keeper: User, turn: Turn, messages_api: MessagesApi
) -> None:
    draft = EntryFactory(draft=True, amount=Decimal("12.21"))
    messages_api.reply(Reply(tool_calls=[Call("post_entry", {"entry_id": str(draft.pk)})]))
    messages_api.reply(Reply(text="Done."))
    run = turn(keeper, "post the draft", agent="finance")
    approval = Approval.objects.get(run=run)
    draft.amount = Decimal("99.99")
    draft.save()
    decide(approval=approval, user=keeper, decision="approve")
    execute(run.pk)
    run.refresh_from_db()
    draft.refresh_from_db()
    assert draft.is_draft
    assert run.status == RunStatus.WAITING_APPROVAL


def test_a_model_records_and_does_not_post(keeper: User, turn: Turn, messages_api: MessagesApi) -> None:
    facts = {"party": "Grab", "amount": "23.80", "booked_on": "2026-11-12", "category": "travel"}
    messages_api.reply(Reply(tool_calls=[Call("record_expense", facts)]))
    messages_api.reply(Reply(text="Recorded as a draft."))
    run = turn(keeper, "note a taxi of 23.80", agent="finance")
    assert run.status == RunStatus.COMPLETED, run.error_trace
    entry = Entry.objects.get()
    assert (entry.status, entry.amount, entry.recorded_by) == ("draft", Decimal("23.80"), keeper)
