"""The small truths everything stands on."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection, transaction

from apps.accounts.models import User
from apps.core.db import batched, release_connection
from apps.core.ids import uuid7
from apps.core.periods import Period, local_today
from apps.core.registry import DuplicateKey, Registry
from tests.conftest import Cast


def test_keys_sort_by_time_of_birth() -> None:
    keys = [uuid7() for _ in range(1000)]

    assert keys == sorted(keys)
    assert len(set(keys)) == 1000
    assert {key.version for key in keys} == {7}


def test_a_registry_refuses_to_forget_or_to_overwrite() -> None:
    registry: Registry[int] = Registry("numbers")
    registry.register("b", 2)
    registry.register("a", 1)

    with pytest.raises(DuplicateKey, match="'a' is registered twice"):
        registry.register("a", 3)
    assert list(registry) == [1, 2]
    assert (registry.get("a"), registry.get("z"), "b" in registry, len(registry)) == (1, None, True, 2)


@pytest.mark.parametrize(
    ("period", "start", "last", "before"),
    [
        (Period.week_of(date(2026, 3, 4)), date(2026, 3, 2), date(2026, 3, 8), date(2026, 2, 23)),
        (Period.month_of(date(2026, 3, 31)), date(2026, 3, 1), date(2026, 3, 31), date(2026, 2, 1)),
        (Period.month_of(date(2024, 2, 29)), date(2024, 2, 1), date(2024, 2, 29), date(2024, 1, 1)),
        (Period.last_days(10, date(2026, 1, 5)), date(2025, 12, 27), date(2026, 1, 5), date(2025, 12, 17)),
    ],
)
def test_periods(period: Period, start: date, last: date, before: date) -> None:
    assert (period.start, period.last_day, period.previous().start) == (start, last, before)
    assert period.previous().end == period.start
    assert period.starts_at.utcoffset() == period.ends_at.utcoffset()


def test_the_days_of_a_period_fit_over_a_column() -> None:
    november = Period.month_of(date(2026, 11, 1))
    assert november.so_far(date(2026, 11, 22)).brief == "1–22 Nov 2026"
    assert november.before(date(2026, 11, 22)).brief == "1–22 Oct 2026"
    assert november.so_far(date(2026, 11, 1)).brief == "1 Nov 2026"
    assert november.so_far(date(2026, 12, 1)) == november.so_far(date(2026, 10, 1)) == november
    assert Period.week_of(date(2026, 10, 1)).brief == "28 Sep – 4 Oct 2026"
    assert Period.week_of(date(2026, 12, 31)).brief == "28 Dec 2026 – 3 Jan 2027"


@pytest.mark.parametrize(
    ("period", "today", "first", "last"),
    [
        (Period.month_of(date(2026, 3, 31)), date(2026, 3, 10), date(2026, 2, 1), date(2026, 2, 10)),
        (Period.month_of(date(2026, 3, 31)), date(2026, 3, 30), date(2026, 2, 1), date(2026, 2, 28)),
        (Period.month_of(date(2026, 3, 31)), date(2026, 3, 31), date(2026, 2, 1), date(2026, 2, 28)),
        (Period.month_of(date(2026, 3, 31)), date(2026, 7, 1), date(2026, 2, 1), date(2026, 2, 28)),
        (Period.month_of(date(2026, 3, 31)), date(2026, 1, 1), date(2026, 2, 1), date(2026, 2, 28)),
        (Period.week_of(date(2026, 3, 4)), date(2026, 3, 2), date(2026, 2, 23), date(2026, 2, 23)),
    ],
)
def test_a_running_period_is_compared_with_as_many_days(
    period: Period, today: date, first: date, last: date
) -> None:
    before = period.before(today)
    assert (before.start, before.last_day, before.tz) == (first, last, period.tz)


def test_today_is_a_matter_of_place() -> None:
    assert 0 <= (local_today("Pacific/Kiritimati") - local_today("Pacific/Pago_Pago")).days <= 2


def test_batches_keep_the_order() -> None:
    assert list(batched(range(5), 2)) == [[0, 1], [2, 3], [4]]


@pytest.mark.django_db
def test_nobody_in_particular_sees_nothing(cast: Cast) -> None:
    assert not User.objects.visible_to(AnonymousUser()).exists()
    cast.admin.is_active = False
    assert not User.objects.visible_to(cast.admin).exists()


@pytest.mark.django_db(transaction=True)
def test_a_connection_goes_back_unless_a_transaction_is_open() -> None:
    with transaction.atomic():
        User.objects.exists()
        release_connection()
        assert connection.connection is not None
    release_connection()
    assert connection.connection is None


@pytest.mark.django_db
def test_the_migrations_say_what_the_models_say() -> None:
    output = StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=output)
    assert "No changes detected" in output.getvalue()
