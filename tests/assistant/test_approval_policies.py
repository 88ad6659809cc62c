"""What must be asked: the strictest of the rules that hold."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from django.contrib.auth.models import Group

from apps.accounts.models import Department
from apps.assistant.approving.policies import effect_of, policies_of
from apps.assistant.choices import ApprovalReason, PolicyEffect, RunStatus
from apps.assistant.models import Approval, Run
from apps.assistant.running import calling as calls
from apps.assistant.toolkit import tools
from tests.assistant.approval_bench import PostOffice, approve, calling, open_office, policy, waiting
from tests.conftest import Cast

pytestmark = pytest.mark.django_db(transaction=True)

Declare = Callable[..., Any]
Turn = Callable[..., Run]


@pytest.fixture
def office(declare: Declare, pipeline: Declare) -> PostOffice:
    made = open_office(declare)
    pipeline(calling(made.post, to="Wok"))
    return made


def ruling(cast: Cast, name: str = "post", agent: str = "sales") -> Any:
    tool = tools.get(name)
    assert tool is not None
    return effect_of(tool, cast.owner, agent)


def test_without_a_rule_what_leaves_or_destroys_is_asked(cast: Cast, office: PostOffice) -> None:
    assert ruling(cast).effect == PolicyEffect.ASK
    assert ruling(cast, "delete_lead").effect == PolicyEffect.ASK
    assert ruling(cast, "find_leads").effect == PolicyEffect.ALLOW
    assert ruling(cast).policies == ()


@pytest.mark.parametrize(("first", "second"), list(product(PolicyEffect.values, repeat=2)))
def test_the_strictest_rule_wins_in_any_order(
    cast: Cast, office: PostOffice, first: str, second: str
) -> None:
    order = ["allow", "ask", "deny"]
    name = tools.get("post").qualified_name  # type: ignore[union-attr]
    policy(name, first)
    policy("*.post", second, department=Department.objects.get(pk="sales"))
    assert ruling(cast).effect == max(first, second, key=order.index)


@pytest.mark.parametrize(
    ("scope", "holds"),
    [
        ({}, True),
        ({"agent": "sales"}, True),
        ({"agent": "finance"}, False),
        ({"role": "sales_rep"}, True),
        ({"role": "executive"}, False),
        ({"department": "sales"}, True),
        ({"department": "finance"}, False),
        ({"role": "sales_rep", "department": "finance"}, False),
        ({"is_active": False}, False),
    ],
)
def test_a_rule_holds_where_it_says(
    cast: Cast, office: PostOffice, scope: dict[str, Any], holds: bool
) -> None:
    fields = dict(scope)
    if "role" in fields:
        fields["role"] = Group.objects.get(name=fields["role"])
    if "department" in fields:
        fields["department"] = Department.objects.get(pk=fields["department"])
    policy("*.post", PolicyEffect.DENY, **fields)
    assert ruling(cast).is_denied is holds


def test_an_allowed_tool_asks_nobody(cast: Cast, turn: Turn, office: PostOffice) -> None:
    policy("*.post", PolicyEffect.ALLOW)
    run = turn(cast.owner, "post it")
    assert (run.status, office.sent) == (RunStatus.COMPLETED, [("Wok", "")])
    assert not Approval.objects.exists()


def test_a_harmless_tool_may_be_asked_about(
    cast: Cast, turn: Turn, declare: Declare, pipeline: Declare
) -> None:
    @declare(permission=None, read_only=True)
    def look(ctx: Any) -> str:
        """Look."""
        return "seen"

    pipeline(calling(look))
    policy("*.look")
    run = turn(cast.owner, "look")
    assert waiting(run).reason == ApprovalReason.POLICY
    assert approve(run, cast.owner).text == "seen"


def test_a_denied_tool_is_not_there(
    cast: Cast, turn: Turn, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy("*.post", PolicyEffect.DENY)
    seen: list[set[str]] = []
    original = calls.available_tool

    def spy(turn: Any, name: str) -> Any:
        seen.append({tool.name for tool in calls.available_tools(turn)})
        return original(turn, name)

    monkeypatch.setattr("apps.assistant.running.skill_runs.available_tool", spy)
    run = turn(cast.owner, "post it")
    assert "You do not have the right to do this" in run.text
    assert office.sent == []
    assert not Approval.objects.exists()
    assert "post" not in seen[0]
    assert "pay" in seen[0]


def test_the_rules_of_a_person_are_one_query(
    cast: Cast, office: PostOffice, django_assert_num_queries: Any
) -> None:
    for name in ("mail.*", "crm.*", "*.post"):
        policy(name)
    with django_assert_num_queries(1):
        known = policies_of(cast.owner)
        for tool in tools:
            effect_of(tool, cast.owner, "sales", policies=known)


@pytest.mark.parametrize(
    ("amount", "currency", "needed"),
    [
        (Decimal(999), "SGD", False),
        (Decimal(1000), "SGD", False),
        (Decimal("1000.01"), "SGD", True),
        (Decimal(60), "USD", True),
        (Decimal(40), "USD", False),
        (Decimal(1), "MYR", True),
        (None, "SGD", True),
    ],
)
def test_four_eyes_from_the_lowest_threshold_and_for_the_unknown(
    cast: Cast, office: PostOffice, amount: Decimal | None, currency: str, needed: bool
) -> None:
    policy("*.pay", four_eyes_above=5000)
    policy("*.p*", four_eyes_above=1000)
    policy("*.pay", four_eyes_above=50, currency="USD")
    assert ruling(cast, "pay").needs_four_eyes(amount, currency) is needed


def test_money_that_comes_back_is_as_much_as_money_that_goes(cast: Cast, office: PostOffice) -> None:
    policy("*.pay", four_eyes_above=1000)
    assert ruling(cast, "pay").needs_four_eyes(Decimal(-1001), "SGD")
    assert not ruling(cast, "pay").needs_four_eyes(Decimal(-1000), "SGD")


def test_without_a_threshold_nobody_needs_four_eyes(cast: Cast, office: PostOffice) -> None:
    assert not ruling(cast, "pay").needs_four_eyes(None, "")
