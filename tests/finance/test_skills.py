"""The skills of finance from a person's words to the answer, offline, through the engine."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pypdfium2
import pytest
from django.db import connection
from django.utils import timezone

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.artifacts.services import open_bytes
from apps.assistant.choices import RunStatus
from apps.assistant.models import Approval, Run
from apps.assistant.running.runner import execute
from apps.assistant.services import decide
from apps.core.periods import Period, local_today
from apps.documents.models import Lineage
from apps.finance.models import Entry
from tests.conftest import Cast
from tests.factories.finance import EntryFactory

pytestmark = pytest.mark.django_db(transaction=True)

Turn = Callable[..., Run]
Receipt = Callable[..., Artifact]


def answer(run: Run) -> str:
    assert run.status == RunStatus.COMPLETED, (run.error_detail, run.error_trace)
    assert run.reply is not None
    return run.reply.body


def last_month(user: User) -> Period:
    return Period.month_of(local_today(user.timezone), user.timezone).previous()


def pdf_text(artifact: Artifact) -> str:
    with open_bytes(artifact) as stream:
        document = pypdfium2.PdfDocument(io.BytesIO(stream.read()))
    return " ".join(page.get_textpage().get_text_range() for page in document)


@pytest.mark.parametrize(
    "words",
    ["create last month's financial statement", "上个月的财务报表", "penyata kewangan bulan lepas"],
)
def test_last_months_statement_has_the_totals_of_the_database(keeper: User, turn: Turn, words: str) -> None:
    span = last_month(keeper)
    for place, code in enumerate(("subscriptions", "hosting", "salaries", "bank_charges")):
        for day in (span.start, span.last_day, span.previous().last_day, span.end):
            amount = Decimal(1000 * (4 - place)) + Decimal(day.day) / 100
            EntryFactory(code=code, booked_on=day, paid_on=day, amount=amount, recorded_by=keeper)
    EntryFactory(code="salaries", booked_on=span.start, amount=Decimal(9999), draft=True)
    run = turn(keeper, words)
    text = answer(run)
    assert run.skill == "financial_reporting", text
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(CASE WHEN c.kind = 'revenue' THEN e.amount ELSE -e.amount END)"
            " FROM finance_entry e JOIN finance_category c ON c.id = e.category_id"
            " WHERE e.status = 'posted' AND e.booked_on BETWEEN %s AND %s",
            [span.start, span.last_day],
        )
        (profit,) = cursor.fetchone()
    assert profit < 0
    assert f"A loss of **SGD {-profit:,.2f}**" in text
    assert "1 draft of this period is not counted." in text
    artifact = run.artifacts.get()
    assert f"{-profit:,.2f}" in pdf_text(artifact)
    lineage = Lineage.objects.get(artifact=artifact)
    assert lineage.arguments == {"start": str(span.start), "last_day": str(span.last_day)}
    assert lineage.run_id == run.pk
    assert run.reply is not None
    assert "profit_and_loss" in run.reply.citations[0]["url"]


def test_another_period_is_taken_from_the_sentence(keeper: User, turn: Turn) -> None:
    year = timezone.now().year
    EntryFactory(code="subscriptions", booked_on=date(year - 1, 8, 31), amount=Decimal("71.40"))
    text = answer(turn(keeper, f"profit and loss for August {year - 1}"))
    assert f"**August {year - 1}**" in text
    assert "SGD 71.40" in text


def test_a_month_without_entries_says_so_and_makes_no_file(keeper: User, turn: Turn) -> None:
    run = turn(keeper, "create last month's financial statement")
    assert "Nothing is posted for" in answer(run)
    assert not run.artifacts.exists()


@pytest.mark.parametrize("who", ["owner", "manager", "outsider"])
def test_nobody_else_is_told_a_number(cast: Cast, turn: Turn, who: str) -> None:
    user = getattr(cast, who)
    EntryFactory(code="subscriptions", booked_on=last_month(user).start, amount=Decimal("777.77"))
    run = turn(user, "create last month's financial statement")
    assert run.skill != "financial_reporting"
    assert "777" not in answer(run)


def test_an_executive_reads_the_statement(cast: Cast, turn: Turn) -> None:
    EntryFactory(code="subscriptions", booked_on=last_month(cast.executive).start, amount=Decimal("777.77"))
    assert "SGD 777.77" in answer(turn(cast.executive, "create last month's financial statement"))


def test_a_receipt_is_posted_only_after_a_person_agreed(keeper: User, turn: Turn, receipt: Receipt) -> None:
    file = receipt(keeper)
    run = turn(keeper, "record this receipt", file)
    assert run.status == RunStatus.WAITING_APPROVAL, run.error_trace
    entry = Entry.objects.get()
    assert (entry.status, entry.run_id, entry.document) == ("draft", run.pk, file)
    approval = Approval.objects.get(run=run)
    assert approval.tool == "post_entry"
    assert approval.arguments["amount"] == "12.21"
    assert ["Amount", "SGD 12.21"] in approval.preview["lines"]
    assert (approval.preview["amount"], approval.preview["currency"]) == ("12.21", "SGD")
    assert approval.preview["files"] == [str(file.pk)]
    decide(approval=approval, user=keeper, decision="approve")
    execute(run.pk)
    run.refresh_from_db()
    text = answer(run)
    entry.refresh_from_db()
    assert (entry.status, entry.posted_by) == ("posted", keeper)
    assert (entry.amount, entry.currency, entry.category.code) == (Decimal("12.21"), "SGD", "meals")
    assert (entry.booked_on, entry.paid_on) == (date(2026, 11, 12), date(2026, 11, 12))
    assert entry.external_reference == "TB-20991"
    assert "| Amount | SGD 12.21 |" in text
    assert "**Posted**: SGD 12.21, TOAST BOX, 12 Nov 2026 [1]." in text
    assert text.count("I read this from the receipt") == 1


def test_what_the_approver_corrects_is_posted(keeper: User, turn: Turn, receipt: Receipt) -> None:
    run = turn(keeper, "record this receipt", receipt(keeper))
    approval = Approval.objects.get(run=run)
    corrected = {**approval.arguments, "amount": "12.20", "category": "office"}
    decide(approval=approval, user=keeper, decision="approve", arguments=corrected)
    execute(run.pk)
    entry = Entry.objects.get()
    assert (entry.status, entry.amount, entry.category.code) == ("posted", Decimal("12.20"), "office")


def test_the_day_of_payment_is_pointed_out_and_can_be_taken_away(
    keeper: User, turn: Turn, receipt: Receipt
) -> None:
    run = turn(keeper, "record this receipt", receipt(keeper))
    approval = Approval.objects.get(run=run)
    assert ["Paid on", "12 November 2026"] in approval.preview["lines"]
    assert any("“Paid on” was taken from" in text for text in approval.preview["warnings"])
    unpaid = {**approval.arguments, "is_paid": False}
    decide(approval=approval, user=keeper, decision="approve", arguments=unpaid)
    execute(run.pk)
    entry = Entry.objects.get()
    assert (entry.status, entry.paid_on) == ("posted", None)
    run.refresh_from_db()
    assert "| Paid on | 12 Nov 2026 (as on the receipt) |" in answer(run)


def test_a_refused_receipt_stays_a_draft(keeper: User, turn: Turn, receipt: Receipt) -> None:
    run = turn(keeper, "book the attached receipt as an expense", receipt(keeper))
    decide(approval=Approval.objects.get(run=run), user=keeper, decision="reject", note="Private")
    execute(run.pk)
    run.refresh_from_db()
    assert "It was not posted" in answer(run)
    assert Entry.objects.get().status == "draft"


def test_a_receipt_that_is_in_the_ledger_is_not_recorded_again(
    keeper: User, turn: Turn, receipt: Receipt
) -> None:
    known = EntryFactory(external_reference="TB-20991")
    run = turn(keeper, "把这张收据记入费用", receipt(keeper))
    assert "is in the ledger already [1]" in answer(run)
    assert Entry.objects.get() == known


def test_the_same_amount_on_the_same_day_is_pointed_out(keeper: User, turn: Turn, receipt: Receipt) -> None:
    EntryFactory(amount=Decimal("12.21"), booked_on=date(2026, 11, 12), party="Toast Box Pte Ltd")
    run = turn(keeper, "rekod resit ini sebagai perbelanjaan", receipt(keeper))
    approval = Approval.objects.get(run=run)
    assert "This may be in the ledger already: Toast Box Pte Ltd" in approval.preview["warnings"][0]
    decide(approval=approval, user=keeper, decision="reject")
    execute(run.pk)
    run.refresh_from_db()
    assert "**Is it there twice?** Toast Box Pte Ltd, SGD 12.21, 12 Nov 2026 [2]" in answer(run)


def test_what_cannot_be_read_is_asked_for(keeper: User, turn: Turn, receipt: Receipt) -> None:
    run = turn(keeper, "record this receipt", receipt(keeper, "Grab\nthank you for riding\n"))
    text = answer(run)
    assert "nothing was recorded" in text
    assert "the amount with its currency" in text
    assert not Entry.objects.exists()
