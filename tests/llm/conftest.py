"""What the tests of the llm app share: someone who asks, and a clock that does not wait."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from apps.accounts.models import Department, User
from apps.llm import services
from apps.llm.delivery import policy
from apps.llm.types import Event, Finished, Prompt, TextDelta
from tests.factories.accounts import DepartmentFactory, UserFactory

Ask = Callable[..., list[Event]]


@pytest.fixture
def list_prices(db: None) -> None:
    """The prices that a migration brings, also after a test that emptied the tables."""
    import_module("apps.llm.migrations.0002_model_prices").add_prices(apps, None)


@pytest.fixture
def sales(db: None) -> Department:
    """The department that pays."""
    return DepartmentFactory(slug="sales", name="Sales")


@pytest.fixture
def asker(sales: Department, list_prices: None) -> User:
    """The member of staff on whose behalf models are asked."""
    return UserFactory(name="Asker", department=sales)


def question(text: str = "What is in my pipeline?", **parts: Any) -> Prompt:
    """A prompt with one user message."""
    return Prompt(system="You help.", messages=[{"role": "user", "content": text}], **parts)


@pytest.fixture
def stream(asker: User) -> Callable[..., Iterator[Event]]:
    """`services.stream` for the asker."""

    def ask(prompt: Prompt | None = None, **options: Any) -> Iterator[Event]:
        options = {"user": asker, "department": "sales", "purpose": "test", **options}
        return services.stream(prompt or question(), **options)

    return ask


@pytest.fixture
def ask(stream: Callable[..., Iterator[Event]]) -> Ask:
    """All events of one answer."""
    return lambda *arguments, **options: list(stream(*arguments, **options))


def text_of(events: list[Event]) -> str:
    """What the reader has seen."""
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def finish_of(events: list[Event]) -> Finished:
    """The last event."""
    last = events[-1]
    assert isinstance(last, Finished)
    return last


class FakeTime:
    """Sleeping takes no time, but the clock believes that it did."""

    def __init__(self) -> None:
        self.slept = 0.0

    def sleep(self, seconds: float) -> None:
        self.slept += seconds

    def monotonic(self) -> float:
        return time.monotonic() + self.slept


@pytest.fixture(autouse=True)
def fake_time(monkeypatch: pytest.MonkeyPatch) -> FakeTime:
    """Pauses between attempts are only noted; `fake_time.slept` is their sum in seconds."""
    fake = FakeTime()
    monkeypatch.setattr(policy, "CLOCK", policy.Clock(fake.monotonic, fake.sleep, lambda: 1.0))
    return fake
