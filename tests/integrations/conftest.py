"""Putting things into the outbox and having them sent, in this process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from apps.accounts.models import User
from apps.integrations import services
from apps.integrations.models import Dispatch
from apps.integrations.outbox import delivering


@pytest.fixture
def mail() -> Callable[..., Dispatch]:
    """`mail(user, …)` puts a mail into the outbox."""

    def write(user: User, **options: Any) -> Dispatch:
        given: dict[str, Any] = {
            "to": ["john@abc.test"],
            "subject": "Hello",
            "body_html": "<p>Good morning</p>",
            "body_text": "Good morning",
            "key": uuid4().hex,
        }
        return services.send_mail(user=user, **{**given, **options})

    return write


@pytest.fixture
def send() -> Callable[[Dispatch], Dispatch]:
    """`send(dispatch)` does what the worker does, and returns the row as it stands afterwards."""

    def deliver(dispatch: Dispatch) -> Dispatch:
        delivering.deliver(dispatch.pk)
        dispatch.refresh_from_db()
        return dispatch

    return deliver


@pytest.fixture(autouse=True)
def _no_rings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The doorbell is not rung: tests send themselves, or sweep."""
    monkeypatch.setattr("apps.integrations.tasks.deliver.delay", lambda *_: None)
