"""Transactions that met another one are done again."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, transaction
from psycopg import errors

from apps.core.errors import Conflict
from apps.core.retrying import ATTEMPTS, atomic_retried

pytestmark = pytest.mark.django_db

DEADLOCK = (OperationalError, errors.DeadlockDetected)
ROW_GONE = (IntegrityError, errors.ForeignKeyViolation)
NO_CONNECTION = (OperationalError, errors.ConnectionException)
TWICE = (IntegrityError, errors.UniqueViolation)
Failure = tuple[type[DatabaseError], type[Exception]]


class Work:
    """Fails so many times, then gives its argument back; `told` is what went out after the commit."""

    def __init__(self, failure: Failure, failures: int) -> None:
        self.failure = failure
        self.failures = failures
        self.calls = 0
        self.told: list[int] = []

    def __call__(self, answer: str) -> str:
        self.calls += 1
        number = self.calls
        transaction.on_commit(lambda: self.told.append(number))
        if self.calls <= self.failures:
            raise self.failure[0]("met") from self.failure[1]()
        return answer


def retried(work: Work) -> str:
    @atomic_retried
    def attempt(answer: str) -> str:
        return work(answer)

    return attempt("done")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("failure", [DEADLOCK, ROW_GONE])
def test_who_had_to_give_way_tries_again_and_tells_once(failure: Failure) -> None:
    work = Work(failure, failures=ATTEMPTS - 1)
    assert retried(work) == "done"
    assert work.told == [ATTEMPTS]


def test_who_has_to_give_way_each_time_is_told_so() -> None:
    work = Work(DEADLOCK, failures=ATTEMPTS)
    with pytest.raises(Conflict) as caught:
        retried(work)
    assert (caught.value.code, work.calls) == ("busy", ATTEMPTS)


def test_a_row_that_is_missing_each_time_is_a_fault_that_shows() -> None:
    with pytest.raises(IntegrityError):
        retried(Work(ROW_GONE, failures=ATTEMPTS))


@pytest.mark.parametrize("failure", [NO_CONNECTION, TWICE])
def test_other_failures_are_not_tried_again(failure: Failure) -> None:
    work = Work(failure, failures=1)
    with pytest.raises(failure[0]):
        retried(work)
    assert work.calls == 1
