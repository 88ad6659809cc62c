"""The circuit breaker opens, probes and closes, with or without the cache."""

from __future__ import annotations

from typing import Any

import pytest

from apps.llm.delivery.breaker import Breaker, LocalStore


class Hours:
    """A clock that is set by hand, in seconds."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class NoCache:
    """A cache whose server is gone."""

    def __getattr__(self, name: str) -> Any:
        raise ConnectionError(name)


@pytest.fixture
def hours() -> Hours:
    return Hours()


@pytest.fixture(params=["shared", "cache down"])
def breaker(request: pytest.FixtureRequest, hours: Hours) -> Breaker:
    """Opens after three failures for thirty seconds."""
    store = LocalStore(hours)
    shared: Any = store if request.param == "shared" else NoCache()
    return Breaker("claude@nowhere", failures=3, seconds=30, shared=shared, local=store)


def fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        breaker.failed()


def test_it_opens_after_failures_in_a_row(breaker: Breaker) -> None:
    fail(breaker, 2)
    assert breaker.allows()
    fail(breaker, 1)
    assert not breaker.allows()


def test_a_success_starts_the_count_anew(breaker: Breaker) -> None:
    fail(breaker, 2)
    breaker.succeeded()
    fail(breaker, 2)
    assert breaker.allows()


def test_after_the_pause_one_probe_may_pass(breaker: Breaker, hours: Hours) -> None:
    fail(breaker, 3)
    hours.now += 31
    assert breaker.allows()
    assert not breaker.allows()


def test_a_probe_that_succeeds_closes_it(breaker: Breaker, hours: Hours) -> None:
    fail(breaker, 3)
    hours.now += 31
    assert breaker.allows()
    breaker.succeeded()
    assert breaker.allows()
    assert breaker.allows()


def test_a_probe_that_fails_opens_it_again(breaker: Breaker, hours: Hours) -> None:
    fail(breaker, 3)
    hours.now += 31
    assert breaker.allows()
    breaker.failed()
    assert not breaker.allows()
    hours.now += 31
    assert breaker.allows()


def test_failures_of_long_ago_are_forgotten(breaker: Breaker, hours: Hours) -> None:
    fail(breaker, 2)
    hours.now += 3600
    fail(breaker, 1)
    assert breaker.allows()
