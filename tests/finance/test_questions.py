"""Questions for one figure, for what is not paid, and wishes that a statement alone does not answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.artifacts.services import store
from apps.assistant.choices import RunStatus
from apps.assistant.models import Approval, Run
from apps.assistant.rehearsing.playing import Played, play
from apps.assistant.running.runner import execute
from apps.assistant.services import decide
from apps.audit.models import AuditEvent
from apps.core.periods import Period, local_today
from apps.finance.models import ClosedMonth, Entry
from apps.finance.services.posting import reverse
from apps.finance.words.questions import read_question
from apps.integrations.models import Dispatch
from tests.factories.finance import EntryFactory
from tests.finance.conftest import RECEIPT

pytestmark = pytest.mark.django_db

Turn = Callable[..., Run]
TODAY = date(2026, 11, 22)


def asked(user: User, words: str, *files: Artifact) -> Played:
    played = play(user=user, message=words, attachments=list(files))
    assert not played.error, played.error
    return played


def tools_of(played: Played) -> list[str]:
    return [step["name"] for step in played.steps]


def last_month(user: User) -> Period:
    return Period.month_of(local_today(user.timezone), user.timezone).previous()


@pytest.fixture
def books(keeper: User) -> Period:
    """Last month and the one before it: a profit in one currency, marketing in both."""
    span = last_month(keeper)
    before = span.previous()
    for day, sold, spent in ((span.start, "1000.00", "250.25"), (before.start, "800.00", "100.10")):
        EntryFactory(code="subscriptions", booked_on=day, amount=Decimal(sold))
        EntryFactory(code="marketing", booked_on=day, amount=Decimal(spent))
    return span


@pytest.mark.parametrize(
    "words",
    [
        "what was our profit last month?",
        "how much profit did we make last month",
        "上个月我们的利润是多少",
        "berapa untung kita bulan lepas?",
    ],
)
def test_the_figure_is_the_first_sentence_with_its_comparison(
    keeper: User, books: Period, words: str
) -> None:
    played = asked(keeper, words)
    first = played.answer.splitlines()[0]
    assert "Net profit in" in first
    assert "**SGD 749.75**" in first
    assert "SGD 699.90" in first
    assert "attached" not in played.answer
    assert tools_of(played).count("ledger_figures") == 1


def test_a_category_is_asked_for_alone(keeper: User, books: Period) -> None:
    first = asked(keeper, "how much did we pay for marketing last month vs before").answer.splitlines()[0]
    assert first.startswith("Marketing and advertising in **")
    assert "**SGD 250.25**" in first
    assert "it was SGD 100.10 (+150.0 %)" in first


def test_two_periods_are_held_against_each_other_wherever_they_lie(keeper: User) -> None:
    for month, amount in ((2, "10.00"), (8, "90.00"), (9, "5.00")):
        EntryFactory(code="subscriptions", booked_on=date(2025, month, 3), amount=Decimal(amount))
    EntryFactory(code="software", booked_on=date(2025, 8, 3), amount=Decimal("7.00"), currency="USD")
    answer = asked(keeper, "what was our profit in Q3 2025 compared with Q1 2025").answer
    first = answer.splitlines()[0]
    assert "**Q3 2025**: **SGD 95.00** and a loss of **USD 7.00**" in first
    assert "In Q1 2025 it was SGD 10.00 and USD 0.00" in first
    assert "Currencies are never added together." in answer


def test_a_figure_of_nothing_says_so(keeper: User) -> None:
    answer = asked(keeper, "how much profit did we make in March 2005?").answer
    assert answer.startswith("Nothing is posted for Net profit in **March 2005**")


def test_who_wants_the_statement_gets_all_of_it(keeper: User, books: Period) -> None:
    played = asked(keeper, "create last month's financial statement")
    assert "is attached" in played.answer
    assert "financial_statement" in tools_of(played)


@pytest.mark.parametrize(
    ("words", "figures", "period", "against"),
    [
        ("what was our profit in Q2 compared with Q1", ["profit"], ("04-01", "06-30"), ("01-01", "03-31")),
        ("compare Q3 with Q1", ["revenue", "expense", "profit"], ("07-01", "09-30"), ("01-01", "03-31")),
        ("what were our revenue and expenses last month", ["revenue", "expense"], ("10-01", "10-31"), None),
        ("compare revenue and costs in October", ["revenue", "expense"], ("10-01", "10-31"), None),
        ("第三季度的收入与第二季度相比如何", ["revenue"], ("07-01", "09-30"), ("04-01", "06-30")),
        ("这个月的支出比上个月多吗", ["expense"], ("11-01", "11-30"), ("10-01", "10-31")),
        ("berapa perbelanjaan bulan ini?", ["expense"], ("11-01", "11-30"), None),
        ("are we profitable this year", ["profit"], ("01-01", "12-31"), None),
    ],
)
def test_what_a_question_asks(
    words: str, figures: list[str], period: tuple[str, str], against: tuple[str, str] | None
) -> None:
    found = read_question(words, TODAY)
    assert found is not None
    assert list(found.figures) == figures
    assert found.period == tuple(date.fromisoformat(f"2026-{day}") for day in period)
    assert found.against == (against and tuple(date.fromisoformat(f"2026-{day}") for day in against))


def test_last_year_is_the_same_span_a_year_before() -> None:
    found = read_question("what was our profit in October compared with last year", TODAY)
    assert found is not None
    assert found.period == (date(2026, 10, 1), date(2026, 10, 31))
    assert found.against == (date(2025, 10, 1), date(2025, 10, 31))


@pytest.mark.parametrize(
    "words",
    [
        "profit and loss for October",
        "how do revenue and costs develop",
        "laporan untung rugi bulan ini",
        "P&L for Q3",
    ],
)
def test_a_statement_is_no_question(words: str) -> None:
    assert read_question(words, TODAY) is None


def test_who_owes_us_is_told_by_party_and_currency(keeper: User) -> None:
    unpaid = {"code": "subscriptions", "paid_on": None}
    EntryFactory(**unpaid, party="Satay House", amount=Decimal("249.00"), booked_on=date(2026, 8, 5))
    EntryFactory(**unpaid, party="Satay House", amount=Decimal("51.00"), booked_on=date(2026, 9, 5))
    EntryFactory(**unpaid, party="Kopi Klasik", amount=Decimal("70.00"), currency="MYR")
    EntryFactory(**unpaid, party="Draft only", amount=Decimal("999.00"), draft=True)
    EntryFactory(code="subscriptions", party="Paid already", paid_on=date(2026, 10, 16))
    EntryFactory(code="rent", party="Landlord", amount=Decimal("1850.00"), paid_on=None)
    reverse(actor=keeper, entry=EntryFactory(**unpaid, party="Taken back"), reason="Twice")
    answer = asked(keeper, "who owes us money?").answer
    assert answer.startswith("2 parties owe us **SGD 300.00** and **MYR 70.00**")
    assert "| Satay House | SGD 300.00 | 2 | 5 Aug 2026 |" in answer
    for other in ("Draft only", "Paid already", "Landlord", "Taken back"):
        assert other not in answer
    owed = asked(keeper, "what do we owe?").answer
    assert owed.startswith("We owe **SGD 1,850.00** to 1 party")
    assert "Satay House" not in owed


def test_nobody_who_owes_is_said(keeper: User) -> None:
    assert asked(keeper, "who owes us money?").answer.startswith("Nobody owes us anything on")


@pytest.mark.django_db(transaction=True)
def test_a_statement_goes_to_somebody_only_after_a_person_agreed(
    keeper: User, books: Period, turn: Turn
) -> None:
    run = turn(keeper, "send last month's statement to acc@firm.com")
    assert run.status == RunStatus.WAITING_APPROVAL, run.error_trace
    approval = Approval.objects.get(run=run)
    assert approval.tool == "send_mail"
    assert ["To", "acc@firm.com"] in approval.preview["lines"]
    assert approval.preview["files"] == [str(run.artifacts.get().pk)]
    assert not Dispatch.objects.exists()
    decide(approval=approval, user=keeper, decision="approve")
    execute(run.pk)
    run.refresh_from_db()
    assert run.reply is not None
    assert "acc@firm.com" in run.reply.body.splitlines()[0]
    assert Dispatch.objects.get().recipient == "acc@firm.com"


@pytest.mark.django_db(transaction=True)
def test_without_an_address_nothing_is_sent_and_it_is_asked_for(
    keeper: User, books: Period, turn: Turn
) -> None:
    first = turn(keeper, "send the statement of last month to our accountant")
    assert first.reply is not None
    assert "I have sent nothing yet. To which e-mail address" in first.reply.body
    assert not first.artifacts.exists()
    answered = turn(keeper, "acc@firm.com", conversation=first.conversation)
    assert answered.status == RunStatus.WAITING_APPROVAL
    assert ["To", "acc@firm.com"] in Approval.objects.get(run=answered).preview["lines"]


@pytest.mark.django_db(transaction=True)
def test_a_declined_mail_says_that_it_was_not_sent(keeper: User, books: Period, turn: Turn) -> None:
    run = turn(keeper, "send last month's statement to acc@firm.com")
    decide(approval=Approval.objects.get(run=run), user=keeper, decision="reject", note="Not yet")
    execute(run.pk)
    run.refresh_from_db()
    assert run.reply is not None
    assert run.reply.body.startswith("**It was not sent** to acc@firm.com")


def test_send_me_is_no_mail_to_others(keeper: User, books: Period) -> None:
    played = asked(keeper, "send me the financial report as a PDF")
    assert "is attached" in played.answer
    assert "sent" not in played.answer


@pytest.mark.django_db(transaction=True)
def test_a_month_is_closed_by_words_after_a_person_agreed(keeper: User, turn: Turn) -> None:
    EntryFactory(code="subscriptions", booked_on=date(2025, 9, 3), amount=Decimal("12.34"))
    run = turn(keeper, "close September 2025")
    assert (run.skill, run.status) == ("close_month", RunStatus.WAITING_APPROVAL), run.error_trace
    assert not ClosedMonth.objects.exists()
    approval = Approval.objects.get(run=run)
    assert ["Net profit, SGD", "12.34"] in approval.preview["lines"]
    decide(approval=approval, user=keeper, decision="approve")
    execute(run.pk)
    run.refresh_from_db()
    assert run.reply is not None
    assert "**September 2025 is closed**" in run.reply.body
    closed = ClosedMonth.objects.get()
    assert (closed.month, closed.closed_by) == (date(2025, 9, 1), keeper)
    assert AuditEvent.objects.filter(action="finance.month.closed").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("close August 2025", "1 draft in this month"),
        ("close this month", "This month is not over yet"),
        ("close the books of Q3 2025", "one at a time"),
        ("reopen the closed month of August 2025", "deleting its row in [Closed months]"),
    ],
)
def test_a_month_that_cannot_be_closed_says_why(keeper: User, words: str, said: str) -> None:
    EntryFactory(draft=True, booked_on=date(2025, 8, 3))
    played = asked(keeper, words)
    assert played.skill == "close_month"
    assert said in played.answer
    assert "/admin/finance/closedmonth/" in played.answer or "one at a time" in said


def table(user: User, *rows: str, name: str = "november.csv") -> Artifact:
    text = "\n".join(("Date,Category,From or to,Amount", *rows))
    return store(owner=user, name=name, content=text.encode(), origin="uploaded")


@pytest.mark.django_db(transaction=True)
def test_a_table_becomes_drafts_after_a_person_agreed(keeper: User, turn: Turn) -> None:
    rows = ["2026-11-03,Travel and transport,Grab,12.50", "2026-11-04,subscriptions,Alpine,USD 40"]
    run = turn(keeper, "book these entries", table(keeper, *rows))
    assert run.status == RunStatus.WAITING_APPROVAL, (run.error_trace, run.reply and run.reply.body)
    assert not Entry.objects.exists()
    approval = Approval.objects.get(run=run)
    assert ["New drafts", "2"] in approval.preview["lines"]
    decide(approval=approval, user=keeper, decision="approve")
    execute(run.pk)
    run.refresh_from_db()
    assert run.reply is not None
    assert "is a table of 2 rows" in run.reply.body
    assert "**2 drafts recorded.**" in run.reply.body
    found = Entry.objects.order_by("booked_on").values_list("status", "amount", "currency", "booked_on")
    assert list(found) == [
        ("draft", Decimal("12.50"), "SGD", date(2026, 11, 3)),
        ("draft", Decimal("40.00"), "USD", date(2026, 11, 4)),
    ]
    again = asked(keeper, "book these entries", table(keeper, *rows, name="again.csv"))
    assert "all of it is in the ledger already" in again.answer


def test_a_table_with_a_faulty_row_names_it_and_records_nothing(keeper: User) -> None:
    rows = ["2026-11-03,Travel and transport,Grab,12.50", "2026-13-01,Rent and utilities,Landlord,900"]
    played = asked(keeper, "book these entries", table(keeper, *rows))
    assert "is a table of 2 rows" in played.answer
    assert "row 3 is faulty" in played.answer
    assert "“2026-13-01” is no day" in played.answer
    assert "/admin/finance/entry/import/" in played.answer
    assert "13 Jan" not in played.answer
    assert "record_entry_table" not in tools_of(played)


def test_a_table_of_something_else_says_which_columns_it_needs(keeper: User) -> None:
    file = store(owner=keeper, name="odd.csv", content=b"When,Thing\n2026-10-03,x\n", origin="uploaded")
    answer = asked(keeper, "book these entries", file).answer
    assert "it has no column “Date”" in answer
    assert "1 row" in answer


def test_a_receipt_is_still_a_receipt(keeper: User) -> None:
    file = store(owner=keeper, name="toast.txt", content=RECEIPT.encode(), origin="uploaded")
    assert "I read this from the receipt" in asked(keeper, "record this receipt", file).answer


def test_a_guessed_payee_is_called_a_guess(keeper: User) -> None:
    guessed = asked(keeper, "record an expense of SGD 84.50 for a taxi")
    assert "| Paid to | Taxi (guessed) |" in guessed.answer
    assert "“Taxi” was guessed" in guessed.answer
    warnings = next(
        effect["preview"]["warnings"] for effect in guessed.effects if effect["tool"] == "post_entry"
    )
    assert any("“From or to” was guessed" in warning for warning in warnings)
    named = asked(keeper, "record an expense of SGD 84.50 for a taxi, paid to Grab")
    assert "| Paid to | Grab |" in named.answer
    assert "guessed from what" not in named.answer


def test_revenue_and_expenses_are_not_added_up(keeper: User) -> None:
    yesterday = local_today(keeper.timezone) - timedelta(days=1)
    EntryFactory(party="Alpine", code="subscriptions", amount=Decimal("100.00"), booked_on=yesterday)
    EntryFactory(party="Alpine", code="software", amount=Decimal("30.00"), booked_on=yesterday)
    answer = asked(keeper, "find the entries of Alpine in the ledger").answer
    assert "**SGD 100.00** of revenue, and **SGD 30.00** of expenses" in answer
