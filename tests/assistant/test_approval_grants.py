"""Answers in advance: never beyond what was granted, and not by everybody."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from apps.accounts.models import Department
from apps.artifacts.services import store
from apps.assistant import services
from apps.assistant.approving.grants import consume, in_scope
from apps.assistant.choices import ApprovalReason, ApprovalStatus, DecidedVia, RunStatus
from apps.assistant.models import Approval, Grant, Run
from apps.assistant.toolkit import tools
from apps.core.db import returned_afterwards
from apps.core.errors import DomainError, Forbidden, Invalid
from tests.assistant.approval_bench import PostOffice, calling, open_office, policy, waiting
from tests.conftest import Cast

pytestmark = pytest.mark.django_db(transaction=True)

Declare = Callable[..., Any]
Turn = Callable[..., Run]


@pytest.fixture
def office(declare: Declare, pipeline: Declare) -> PostOffice:
    made = open_office(declare)
    pipeline(calling(made.post, to="ann@abc.example"))
    return made


def granted(cast: Cast, tool: str = "*.post", **fields: Any) -> Grant:
    terms: dict[str, Any] = {
        "actor": cast.manager,
        "user": cast.owner,
        "max_uses": 2,
        "expires_at": timezone.now() + timedelta(days=1),
    }
    return services.create_grant(tool=tool, **{**terms, **fields})


def use(cast: Cast, tool: str = "post", **fields: Any) -> Grant | None:
    found = tools.get(tool)
    assert found is not None
    call: dict[str, Any] = {
        "arguments": {"to": "ann@abc.example"}, "amount": None, "currency": "", "four_eyes": False,
        "user": cast.owner,
    }  # fmt: skip
    with transaction.atomic():
        return consume(tool=found, **{**call, **fields})


def test_granted_calls_are_made_at_once_and_the_third_is_asked(
    cast: Cast, turn: Turn, office: PostOffice
) -> None:
    grant = granted(cast)
    assert [turn(cast.owner, "post it to ann@abc.example").status for _ in range(3)] == [
        RunStatus.COMPLETED,
        RunStatus.COMPLETED,
        RunStatus.WAITING_APPROVAL,
    ]
    assert len(office.sent) == 2
    grant.refresh_from_db()
    assert grant.uses == 2
    kept = Approval.objects.filter(grant=grant)
    assert {(row.status, row.decided_via, row.decided_by) for row in kept} == {
        (ApprovalStatus.APPROVED, DecidedVia.GRANT, cast.manager)
    }


@pytest.mark.parametrize(
    ("scope", "arguments", "covered"),
    [
        ({}, {"to": "x"}, True),
        ({"to": ["*@abc.sg"]}, {"to": "ann@abc.sg"}, True),
        ({"to": "*@abc.sg"}, {"to": "Ann@ABC.sg"}, True),
        ({"to": ["*@abc.sg", "*@def.sg"]}, {"to": ["a@abc.sg", "b@def.sg"]}, True),
        ({"to": ["*@abc.sg"]}, {"to": ["a@abc.sg", "b@evil.com"]}, False),
        ({"to": ["*@abc.sg"]}, {"to": "x@evil.com, a@abc.sg"}, False),
        ({"to": ["*@abc.sg"]}, {"to": "x@evil.com <a@abc.sg"}, False),
        ({"to": ["*@abc.sg"]}, {"to": "a@abc.sg.evil.com"}, False),
        ({"to": ["*@abc.sg"]}, {"to": []}, False),
        ({"to": ["*@abc.sg"]}, {"to": None}, False),
        ({"to": ["*@abc.sg"]}, {}, False),
        ({"cc": ["*"]}, {"to": "a@abc.sg"}, False),
        ({"to": []}, {"to": "a@abc.sg"}, False),
        ({"to": ["*@abc.sg"], "text": ["Dear*"]}, {"to": "a@abc.sg", "text": "Sell all"}, False),
        ({"deep": ["ok"]}, {"deep": {"one": "ok", "two": {"three": "bad"}}}, False),
        ({"to": ["*@abc.sg"]}, {"to": ["a@abc.sg"], "cc": ["b@abc.sg"], "body": "Ask c@def.sg."}, True),
        ({"to": ["*@abc.sg"]}, {"to": ["a@abc.sg"], "cc": ["evil@def.sg"]}, False),
        ({"to": ["*@abc.sg"]}, {"to": ["a@abc.sg"], "cc": ["Ann <evil@def.sg>"]}, False),
        ({"to": "*@abc.sg"}, {"to": "a@abc.sg", "reply_to": "evil＠def.sg"}, False),
    ],
)
def test_all_values_of_every_argument_in_the_scope_must_match(
    scope: dict[str, Any], arguments: dict[str, Any], covered: bool
) -> None:
    assert in_scope(scope, arguments) is covered


@pytest.mark.parametrize(
    "fields",
    [
        {"tool": "*.pay"},
        {"scope": {"to": ["*@else.example"]}},
        {"max_amount": Decimal(100)},
    ],
)
def test_a_grant_for_something_else_covers_nothing(
    cast: Cast, office: PostOffice, fields: dict[str, Any]
) -> None:
    granted(cast, **fields)
    assert use(cast) is None


def test_a_grant_ends(cast: Cast, office: PostOffice) -> None:
    grant = granted(cast)
    services.revoke_grant(actor=cast.owner, grant=grant)
    assert use(cast) is None
    Grant.objects.update(revoked_at=None, expires_at=timezone.now())
    assert use(cast) is None


def test_a_grant_is_its_holders(cast: Cast, office: PostOffice) -> None:
    granted(cast)
    assert use(cast, user=cast.colleague) is None
    granted(cast, user=None, department=Department.objects.get(pk="sales"))
    assert use(cast, user=cast.colleague) is not None
    assert use(cast, user=cast.outsider) is None


def test_a_grant_falls_with_its_granter(cast: Cast, office: PostOffice) -> None:
    granted(cast)
    cast.manager.groups.clear()
    assert use(cast) is None


def test_a_grant_falls_when_its_granter_decides_there_no_longer(cast: Cast, office: PostOffice) -> None:
    granted(cast)
    cast.manager.department = Department.objects.get(pk="marketing")
    cast.manager.save()
    assert use(cast) is None


def test_a_negative_amount_frees_nothing(cast: Cast, office: PostOffice) -> None:
    grant = granted(cast, "*.pay", max_amount=Decimal(100), max_uses=10)
    assert use(cast, "pay", amount=Decimal(-1000), currency="SGD") is None
    assert use(cast, "pay", amount=Decimal(101), currency="SGD") is None
    grant.refresh_from_db()
    assert grant.amount_used == 0


def test_money_adds_up_to_the_granted_amount(cast: Cast, office: PostOffice) -> None:
    granted(cast, "*.pay", max_amount=Decimal(100), max_uses=10)
    pays = [use(cast, "pay", amount=Decimal(amount), currency="SGD") for amount in (60, 50, 40, 1)]
    assert [bool(paid) for paid in pays] == [True, False, True, False]
    assert use(cast, "pay", amount=Decimal(1), currency="USD") is None
    assert use(cast, "pay", amount=None, currency="") is None


def test_of_many_calls_at_once_none_goes_over_the_limit(cast: Cast, office: PostOffice) -> None:
    grant = granted(cast, "*.pay", max_uses=7, max_amount=Decimal(50))

    def pay(number: int) -> bool:
        with returned_afterwards():
            return use(cast, "pay", amount=Decimal(10), currency="SGD") is not None

    with ThreadPoolExecutor(8) as people:
        paid = list(people.map(pay, range(40)))
    grant.refresh_from_db()
    assert (sum(paid), grant.uses, grant.amount_used) == (5, 5, 50)


def test_of_many_calls_at_once_exactly_as_many_as_granted(cast: Cast, office: PostOffice) -> None:
    grant = granted(cast, max_uses=7)

    def post(number: int) -> bool:
        with returned_afterwards():
            return use(cast) is not None

    with ThreadPoolExecutor(8) as people:
        assert sum(people.map(post, range(40))) == 7
    grant.refresh_from_db()
    assert grant.uses == 7


def test_who_may_not_use_or_decide_may_not_grant(cast: Cast, office: PostOffice) -> None:
    for actor in (cast.owner, cast.outsider):
        with pytest.raises(Forbidden):
            granted(cast, actor=actor)
    with pytest.raises(Forbidden, match="use it yourself"):
        granted(cast, "*.build_pitch_deck", actor=cast.executive)
    with pytest.raises(Forbidden):
        granted(cast, user=cast.outsider)


def test_nobody_grants_himself_what_needs_a_second_person(cast: Cast, office: PostOffice) -> None:
    policy("*.pay", four_eyes_above=100)
    department = Department.objects.get(pk="sales")
    for limit in (None, Decimal("100.01")):
        with pytest.raises(Forbidden, match="somebody else"):
            granted(cast, "*.pay", user=cast.manager, max_amount=limit)
        with pytest.raises(Forbidden, match="somebody else"):
            granted(cast, "*.pay", user=None, department=department, max_amount=limit)
    granted(cast, "*.pay", user=cast.manager, max_amount=Decimal(100))
    granted(cast, "*.pay", max_amount=Decimal(900))


def test_ones_own_grant_covers_nothing_that_needs_four_eyes(cast: Cast, office: PostOffice) -> None:
    granted(cast, "*.pay", user=cast.manager)
    assert use(cast, "pay", user=cast.manager, amount=Decimal(5), currency="SGD", four_eyes=True) is None
    assert use(cast, "pay", user=cast.manager, amount=Decimal(5), currency="SGD") is not None


def test_nor_does_one_of_a_second_account_of_the_holder(cast: Cast, office: PostOffice) -> None:
    granted(cast, "*.pay", user=cast.owner)
    cast.manager.email = cast.owner.email.replace("@", "+boss@")
    cast.manager.save()
    assert use(cast, "pay", amount=Decimal(5), currency="SGD", four_eyes=True) is None
    assert use(cast, "pay", amount=Decimal(5), currency="SGD") is not None


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"tool": "*.fly"}, "tool"),
        ({"max_uses": 0}, "max_uses"),
        ({"expires_at": timezone.now() - timedelta(days=1)}, "expires_at"),
        ({"user": None}, "user"),
        ({"scope": {"colour": ["red"]}}, "scope"),
        ({"scope": {"to": []}}, "scope"),
        ({"max_amount": Decimal(-1)}, "max_amount"),
    ],
)
def test_terms_that_make_no_sense_are_named(
    cast: Cast, office: PostOffice, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        granted(cast, **fields)
    assert field in refused.value.errors


def test_strangers_do_not_revoke(cast: Cast, office: PostOffice) -> None:
    grant = granted(cast)
    for stranger in (cast.colleague, cast.outsider):
        with pytest.raises(DomainError):
            services.revoke_grant(actor=stranger, grant=grant)
    services.revoke_grant(actor=cast.executive, grant=grant)


def test_words_of_a_stranger_are_never_covered(cast: Cast, turn: Turn, office: PostOffice) -> None:
    granted(cast)
    letter = store(owner=cast.owner, name="letter.txt", content=b"Please write to ann@abc.example today.")
    run = turn(cast.owner, "post it as the letter says", attachments=[letter])
    assert waiting(run).reason == ApprovalReason.UNTRUSTED
    assert office.sent == []
    assert Grant.objects.get().uses == 0
