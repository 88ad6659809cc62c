"""Questions about entries: which, how many, how much."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from apps.accounts.models import User
from apps.assistant.rehearsing.playing import Played, play
from apps.finance.words.lookups import read_lookup
from tests.factories.accounts import UserFactory
from tests.factories.finance import EntryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def accountant() -> User:
    return UserFactory(roles=["finance_manager"])


@pytest.fixture
def ledger() -> None:
    """Expenses of two categories and two currencies, a draft, and revenue."""
    EntryFactory(code="travel", party="Grab", amount=Decimal("84.50"), booked_on=date(2026, 8, 3))
    EntryFactory(code="travel", party="Scoot", amount=Decimal("310.20"), booked_on=date(2026, 8, 9))
    EntryFactory(
        code="travel", party="Rail", amount=Decimal("55.00"), currency="MYR", booked_on=date(2026, 8, 9)
    )
    EntryFactory(code="rent", party="Landlord", amount=Decimal("1850.00"), booked_on=date(2026, 8, 1))
    EntryFactory(
        code="rent", party="Draft only", amount=Decimal("9000"), draft=True, booked_on=date(2026, 8, 2)
    )
    EntryFactory(code="subscriptions", party="Satay House", amount=Decimal("249"), booked_on=date(2026, 8, 5))


def asked(user: User, words: str) -> Played:
    played = play(user=user, message=words)
    assert not played.error, played.error
    return played


@pytest.mark.usefixtures("ledger")
def test_entries_of_a_category_above_an_amount_are_listed_with_their_sum(accountant: User) -> None:
    played = asked(accountant, "show me all travel expenses above 80 in August 2026")
    assert played.skill == "ledger_lookup"
    assert "2 expenses in Travel and transport of at least 80.00" in played.answer
    assert "**SGD 394.70** in all" in played.answer
    assert "Scoot [1]" in played.answer
    assert "Rail" not in played.answer
    assert [citation["kind"] for citation in played.citations] == ["finance.entry", "finance.entry"]


@pytest.mark.usefixtures("ledger")
def test_the_largest_categories_are_of_what_is_posted_and_apart_by_currency(accountant: User) -> None:
    answer = asked(accountant, "what did we spend most on in August 2026?").answer
    assert "posted expenses" in answer
    assert answer.split("\n\n", 1)[1].splitlines() == [
        "**Expenses in SGD: SGD 2,244.70**",
        "",
        "| Category | Entries | Sum | Share in SGD |",
        "| --- | --: | --: | --: |",
        "| Rent and utilities | 1 | SGD 1,850.00 | 82.4 % |",
        "| Travel and transport | 2 | SGD 394.70 | 17.6 % |",
        "",
        "**Expenses in MYR: MYR 55.00**",
        "",
        "| Category | Entries | Sum | Share in MYR |",
        "| --- | --: | --: | --: |",
        "| Travel and transport | 1 | MYR 55.00 | 100.0 % |",
    ]


@pytest.mark.usefixtures("ledger")
def test_drafts_are_found_by_that_word(accountant: User) -> None:
    answer = asked(accountant, "which expenses are still drafts?").answer
    assert "Draft only" in answer
    assert "Landlord" not in answer


@pytest.mark.usefixtures("ledger")
def test_they_are_saved_as_a_table_with_numbers(accountant: User) -> None:
    played = asked(accountant, "list the revenue entries of August 2026 as Excel")
    assert "249.00" in played.answer
    assert "attached as" in played.answer
    assert "create_spreadsheet" in [step["name"] for step in played.steps]


@pytest.mark.usefixtures("ledger")
def test_who_may_not_see_the_ledger_learns_nothing(accountant: User) -> None:
    answer = asked(UserFactory(roles=["sales_rep"]), "show me all travel expenses above 80").answer
    assert "right" in answer
    assert "Scoot" not in answer


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("find the entry of Atlassian in the ledger", {"party": "Atlassian"}),
        ("list the revenue entries of Q3", {"party": ""}),
        ("expenses over SGD 1.5k", {"at_least": Decimal("1500.0")}),
        ("perbelanjaan melebihi RM 500", {"at_least": Decimal(500)}),
        ("超过 300 的费用", {"at_least": Decimal(300)}),
        ("costs between nothing and under 20", {"at_most": Decimal(20)}),
        ("what did we pay for hosting", {"category": "hosting"}),
        ("top expenses by category as csv", {"is_grouped": True, "as_file": "csv"}),
        ("show the largest invoices", {"is_grouped": False}),
    ],
)
def test_what_a_sentence_looks_for(words: str, wanted: dict[str, object]) -> None:
    found = read_lookup(words, "")
    assert {name: getattr(found, name) for name in wanted} == wanted
