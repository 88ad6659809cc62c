"""Budgets warn, refuse, and cannot be overrun by many calls at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from apps.accounts.models import Department, User
from apps.llm.choices import BudgetScope, ModelRunStatus
from apps.llm.errors import BudgetExceeded
from apps.llm.models import Budget, BudgetPeriod, ModelRun, Reservation
from apps.llm.services import budgets
from apps.llm.tasks import sweep_reservations
from apps.llm.types import Usage
from tests.factories.accounts import UserFactory
from tests.llm.conftest import Ask
from tests.standins.messages_api import MessagesApi, Reply

MINUTE = timedelta(minutes=1)


def for_user(user: User, **limits: Any) -> Budget:
    return Budget.objects.create(scope=BudgetScope.USER, user=user, **limits)


def for_department(department: Department, **limits: Any) -> Budget:
    return Budget.objects.create(scope=BudgetScope.DEPARTMENT, department=department, **limits)


def reserve(
    user: User | None, tokens: int = 100, usd: str = "0", lifetime: timedelta = MINUTE
) -> budgets.Hold:
    usage = Usage(output_tokens=tokens, cost=Decimal(usd))
    return budgets.reserve(user=user, department="sales", expected=lambda: usage, lifetime=lifetime)


def use(user: User | None, tokens: int, usd: str = "0") -> budgets.Hold:
    """Reserve a little, then use this much."""
    hold = reserve(user, 1)
    budgets.settle(hold, Usage(output_tokens=tokens, cost=Decimal(usd)))
    return hold


def test_a_call_is_counted_once_against_the_person_and_the_department(
    messages_api: MessagesApi, ask: Ask, asker: User, sales: Department
) -> None:
    for_user(asker, limit_tokens=1_000_000)
    for_department(sales, limit_usd=100)
    messages_api.reply(Reply(text="Yes.", input_tokens=1000, output_tokens=500))
    ask()
    for period in BudgetPeriod.objects.all():
        assert (period.used_tokens, period.used_usd) == (1500, Decimal("0.007"))
        assert (period.reserved_tokens, period.reserved_usd) == (0, 0)
    assert not Reservation.objects.exists()


def test_a_call_that_fails_gives_its_reservation_back(
    messages_api: MessagesApi, ask: Ask, asker: User
) -> None:
    for_user(asker, limit_tokens=1_000_000)
    messages_api.reply(Reply(status=400))
    with pytest.raises(Exception, match="did not accept"):
        ask()
    period = BudgetPeriod.objects.get()
    assert (period.used_tokens, period.reserved_tokens) == (0, 0)


def test_four_fifths_are_a_warning_and_the_whole_is_a_refusal(
    messages_api: MessagesApi, ask: Ask, asker: User
) -> None:
    for_user(asker, limit_tokens=10_000)
    warnings: list[str] = []
    messages_api.reply(
        *[Reply(text="Yes.", input_tokens=tokens, output_tokens=0) for tokens in (7999, 1, 2000)]
    )
    ask(on_warning=warnings.append)
    ask(on_warning=warnings.append)
    assert warnings == []
    ask(on_warning=warnings.append)
    assert warnings == ["80 % of your language model budget for this month is used."]
    with pytest.raises(BudgetExceeded, match=r"Your language model budget for \w+ is used up"):
        ask()
    assert len(messages_api.requests) == 3


def test_money_is_a_limit_like_tokens(asker: User, sales: Department) -> None:
    for_department(sales, limit_usd=Decimal("1.00"))
    assert use(asker, 10, "0.85").warnings == ()
    hold = reserve(asker)
    assert hold.warnings == ("85 % of the Sales department's language model budget for this month is used.",)
    budgets.settle(hold, Usage(cost=Decimal("0.15")))
    with pytest.raises(BudgetExceeded, match="The Sales department's language model budget"):
        reserve(asker)


def test_the_department_budget_also_binds_calls_without_a_user(sales: Department) -> None:
    for_department(sales, limit_tokens=10)
    use(None, 10)
    with pytest.raises(BudgetExceeded):
        reserve(None)


def test_a_refusal_by_one_budget_reserves_nothing_in_the_other(asker: User, sales: Department) -> None:
    mine = for_user(asker, limit_tokens=1000)
    for_department(sales, limit_tokens=10)
    use(None, 10)
    with pytest.raises(BudgetExceeded):
        reserve(asker)
    assert not BudgetPeriod.objects.filter(budget=mine, reserved_tokens__gt=0).exists()


def test_a_budget_that_is_switched_off_or_someone_elses_does_not_bind(asker: User, sales: Department) -> None:
    other = UserFactory(name="Other")
    for_user(other, limit_tokens=0)
    for_department(sales, limit_tokens=0, is_active=False)
    assert reserve(asker).empty


def test_a_month_begins_at_midnight_in_the_house(asker: User) -> None:
    for_user(asker, limit_tokens=100)
    with time_machine.travel(datetime(2026, 3, 31, 15, 59, tzinfo=UTC), tick=False):
        use(asker, 100)
        with pytest.raises(BudgetExceeded, match="for March"):
            reserve(asker)
    with time_machine.travel(datetime(2026, 3, 31, 16, 0, tzinfo=UTC), tick=False):
        use(asker, 10)
    months = dict(BudgetPeriod.objects.values_list("month", "used_tokens"))
    assert months == {date(2026, 3, 1): 100, date(2026, 4, 1): 10}


def test_calls_in_progress_hold_their_share(asker: User) -> None:
    for_user(asker, limit_tokens=1000)
    first = reserve(asker, 600)
    with pytest.raises(BudgetExceeded, match="Other answers in progress"):
        reserve(asker, 600)
    budgets.settle(first, Usage(output_tokens=300))
    reserve(asker, 600)


def test_settling_twice_counts_once(asker: User) -> None:
    for_user(asker, limit_tokens=1000)
    hold = reserve(asker)
    budgets.settle(hold, Usage(output_tokens=30))
    budgets.settle(hold, Usage(output_tokens=30))
    assert BudgetPeriod.objects.get().used_tokens == 30


def test_what_a_dead_process_reserved_is_freed_and_charged(asker: User) -> None:
    for_user(asker, limit_tokens=1000)
    reserve(asker, 100, lifetime=-MINUTE)
    alive = reserve(asker, 200)
    abandoned = ModelRun.objects.create(
        provider="claude", model="x", purpose="test", started_at=timezone.now() - timedelta(hours=2)
    )
    assert sweep_reservations() == 1
    period = BudgetPeriod.objects.get()
    assert (period.used_tokens, period.reserved_tokens) == (100, 200)
    abandoned.refresh_from_db()
    assert (abandoned.status, abandoned.error_class) == (ModelRunStatus.FAILED, "abandoned")
    budgets.settle(alive, Usage(output_tokens=50))
    assert BudgetPeriod.objects.get().used_tokens == 150


def test_a_late_settlement_after_the_sweep_adds_nothing(asker: User) -> None:
    for_user(asker, limit_tokens=1000)
    hold = reserve(asker, 100, lifetime=-MINUTE)
    sweep_reservations()
    budgets.settle(hold, Usage(output_tokens=70))
    period = BudgetPeriod.objects.get()
    assert (period.used_tokens, period.reserved_tokens) == (100, 0)


@pytest.mark.parametrize(
    "fields", [{"scope": "user", "limit_tokens": 1}, {"scope": "department", "department_id": "sales"}]
)
def test_a_budget_has_an_owner_and_a_limit(sales: Department, fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Budget.objects.create(**fields)


def at_once(count: int, work: Callable[[], None]) -> None:
    """Run `work` in so many threads that all start together."""
    barrier = threading.Barrier(count)

    def run() -> None:
        try:
            barrier.wait(timeout=30)
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_fifty_calls_at_once_cannot_overrun_a_budget(asker: User, sales: Department) -> None:
    for_user(asker, limit_tokens=2000)
    for_department(sales, limit_usd=10)
    outcomes: list[str] = []

    def call() -> None:
        try:
            hold = reserve(asker, 100, usd="0.1")
        except BudgetExceeded:
            outcomes.append("refused")
        else:
            outcomes.append("admitted")
            budgets.settle(hold, Usage(output_tokens=100, cost=Decimal("0.1")))

    at_once(50, call)
    assert outcomes.count("admitted") == 20
    assert outcomes.count("refused") == 30
    mine = BudgetPeriod.objects.get(budget__user=asker)
    ours = BudgetPeriod.objects.get(budget__department=sales)
    assert (mine.used_tokens, mine.reserved_tokens) == (2000, 0)
    assert (ours.used_tokens, ours.used_usd, ours.reserved_usd) == (2000, 2, 0)


@pytest.mark.django_db(transaction=True)
def test_fifty_answers_at_once_are_each_counted(messages_api: MessagesApi, ask: Ask, asker: User) -> None:
    for_user(asker, limit_tokens=10_000_000)
    messages_api.reply(*[Reply(text="Yes.", input_tokens=100, output_tokens=10)] * 50)
    at_once(50, lambda: ask() and None)
    period = BudgetPeriod.objects.get()
    assert (period.used_tokens, period.reserved_tokens) == (50 * 110, 0)
    assert ModelRun.objects.filter(status=ModelRunStatus.COMPLETED).count() == 50
