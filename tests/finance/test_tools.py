"""What the assistant may do with the ledger: as a model would call it, and no more than the person may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from apps.accounts.models import User
from apps.assistant.agents import agents, tools_of
from apps.assistant.toolkit import ToolError, tools
from apps.core.errors import Forbidden, Invalid
from apps.finance import tools as finance
from apps.finance.models import Entry
from tests.conftest import Cast
from tests.factories.finance import EntryFactory
from tests.tool_bench import BenchContext

pytestmark = pytest.mark.django_db

Bench = Callable[[User], BenchContext]
NAMES = {
    "find_entries", "record_expense", "record_revenue", "post_entry", "reverse_entry", "read_receipt",
    "financial_statement",
}  # fmt: skip


def test_posting_and_reversing_wait_for_a_person_and_nothing_else_posts() -> None:
    asked = {name for name in NAMES if (tool := tools.get(name)) and tool.destructive}
    assert asked == {"post_entry", "reverse_entry"}
    for name in asked:
        tool = tools.get(name)
        assert tool is not None
        assert tool.preview is not None
        assert tool.risk == "high"
    receipt = tools.get("read_receipt")
    assert receipt is not None
    assert receipt.untrusted
    statement = tools.get("financial_statement")
    assert statement is not None
    assert statement.heavy


def test_the_finance_agent_has_them_and_others_do_not(keeper: User, cast: Cast) -> None:
    offered = {tool.name for tool in tools_of(agents()["finance"])}
    assert offered >= NAMES
    for user in (cast.owner, cast.manager, cast.outsider):
        assert not {tool.name for tool in tools if tool.allowed(user)} & NAMES
    assert {tool.name for tool in tools if tool.allowed(keeper)} >= NAMES
    reads = {tool.name for tool in tools if tool.allowed(cast.executive)} & NAMES
    assert reads == {"find_entries", "financial_statement"}


def test_an_expense_is_recorded_as_a_draft(keeper: User, context: Bench) -> None:
    EntryFactory(amount=Decimal("23.80"), booked_on=date(2026, 11, 20), party="Grab")
    ctx = context(keeper)
    made = finance.record_expense(
        ctx,
        party="Grab",
        amount=Decimal("23.80"),
        booked_on=date(2026, 11, 21),
        category="Travel and transport",
    )
    assert (made.entry.status, made.entry.category) == ("draft", "travel")
    assert [known.label for known in made.alike] == ["Grab, SGD 23.80, 20 Nov 2026"]
    assert Entry.objects.get(pk=made.entry.id).run_id == ctx.run_id


def test_a_category_that_is_not_there_is_answered_with_those_that_are(keeper: User, context: Bench) -> None:
    with pytest.raises(ToolError, match=r"There are: .*travel"):
        finance.record_expense(
            context(keeper), party="X", amount=Decimal(1), booked_on=date(2026, 11, 1), category="yachts"
        )
    with pytest.raises(ToolError, match="no Expense category"):
        finance.record_expense(
            context(keeper),
            party="X",
            amount=Decimal(1),
            booked_on=date(2026, 11, 1),
            category="subscriptions",
        )
    made = finance.record_revenue(
        context(keeper), party="X", amount=Decimal(1), booked_on=date(2026, 11, 1), category="subscriptions"
    )
    assert made.entry.kind == "revenue"


def test_the_preview_shows_everything_that_will_be_posted(keeper: User, context: Bench) -> None:
    from apps.finance.tools.posting import preview_posting

    draft = EntryFactory(draft=True, party="Courts", amount=Decimal("480.00"), description="Two chairs")
    EntryFactory(party="Courts Singapore", amount=Decimal("481.00"), booked_on=draft.booked_on)
    seen = preview_posting(context(keeper), entry_id=str(draft.pk), amount=Decimal(481), category="office")
    lines = dict(seen.lines)
    assert (lines["Amount"], lines["Category"], lines["What for"]) == (
        "SGD 481.00",
        "Office supplies",
        "Two chairs",
    )
    assert (seen.amount, seen.currency, seen.blocked) == (481, "SGD", "")
    assert [touched.id for touched in seen.touches] == [str(draft.pk)]
    told = " ".join(seen.warnings)
    assert "Courts Singapore" in told
    assert "Differs from the draft: amount, category." in told
    assert "no receipt" in told
    draft.refresh_from_db()
    assert draft.amount == Decimal("480.00")
    with pytest.raises(ToolError, match="no draft any more"):
        preview_posting(context(keeper), entry_id=str(EntryFactory().pk), amount=Decimal(1))
    assert preview_posting(context(keeper), entry_id=str(EntryFactory().pk)).blocked


def test_what_was_agreed_to_is_what_is_posted(keeper: User, context: Bench) -> None:
    draft = EntryFactory(draft=True, amount=Decimal(10))
    posted = finance.post_entry(
        context(keeper),
        entry_id=str(draft.pk),
        amount=Decimal("10.50"),
        reference="R-9",
        paid_on=date(2026, 10, 16),
    )
    entry = Entry.objects.get(pk=draft.pk)
    assert (entry.status, entry.amount, entry.external_reference) == ("posted", Decimal("10.50"), "R-9")
    assert posted.citation.url == entry.admin_url
    with pytest.raises(ToolError):
        finance.post_entry(context(keeper), entry_id=str(draft.pk), amount=Decimal(1))


def test_a_reversal_by_tool(keeper: User, context: Bench) -> None:
    from apps.finance.tools.posting import preview_reversal

    entry = EntryFactory()
    assert ("Reason", "Twice") in preview_reversal(
        context(keeper), entry_id=str(entry.pk), reason="Twice"
    ).lines
    made = finance.reverse_entry(context(keeper), entry_id=str(entry.pk), reason="Twice")
    assert made.is_reversal
    found = finance.find_entries(context(keeper), status=None, query=entry.party)
    assert (found.total, found.sums) == (2, {"SGD": Decimal(0)})


def test_entries_are_found_and_summed_by_currency(keeper: User, context: Bench) -> None:
    for number in range(25):
        EntryFactory(
            party="Grab", code="travel", amount=Decimal("1.10"), booked_on=date(2026, 10, 1 + number)
        )
    EntryFactory(party="Grab", code="travel", amount=Decimal(5), currency="USD")
    EntryFactory(party="Other")
    EntryFactory(party="Grab", draft=True, status="void")
    found = finance.find_entries(
        context(keeper), query="grab", category="travel", until=date(2026, 10, 20), limit=5
    )
    assert (found.total, len(found.rows)) == (21, 5)
    assert found.sums == {"SGD": Decimal("22.00"), "USD": Decimal(5)}
    assert found.rows[0].booked_on == date(2026, 10, 20)


def test_nobody_gets_at_an_entry_by_its_id(cast: Cast, context: Bench, keeper: User) -> None:
    draft = EntryFactory(draft=True)
    for user in (cast.owner, cast.manager, cast.outsider):
        with pytest.raises(ToolError, match="no such entry"):
            finance.post_entry(context(user), entry_id=str(draft.pk))
        assert finance.find_entries(context(user)).total == 0
    with pytest.raises(Forbidden):
        finance.post_entry(context(cast.executive), entry_id=str(draft.pk))
    with pytest.raises(ToolError, match="no such entry"):
        finance.post_entry(context(keeper), entry_id="nonsense")
    with pytest.raises(ToolError, match="no such file"):
        finance.read_receipt(context(keeper), artifact_id=str(draft.pk))


def test_a_refusal_of_the_ledger_is_a_sentence(keeper: User, context: Bench) -> None:
    with pytest.raises(Invalid, match="no currency"):
        finance.record_expense(
            context(keeper), party="X", amount=Decimal(1), booked_on=date(2026, 11, 1), category="travel",
            currency="XYZ",
        )  # fmt: skip
