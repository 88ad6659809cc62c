"""Sites on loopback that the real fetcher may read, for these tests only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.assistant.models import Run
from apps.assistant.running.runner import execute
from apps.assistant.services import start_run
from tests.standins.website import Website


@pytest.fixture
def site(settings: Settings) -> Iterator[Website]:
    """A site that may be read although it is on this machine; nobody waits between its pages."""
    with Website() as running:
        settings.WEB = {
            **settings.WEB,
            "ALLOWED_PRIVATE": [running.origin],
            "PAUSE": 0.0,
            "TIMEOUT": 5.0,
        }
        yield running


@pytest.fixture
def turn() -> Callable[..., Run]:
    """`turn(user, "words")` starts a run and executes it here; returns it as it stands afterwards."""

    def take(user: User, body: str, **options: Any) -> Run:
        run = start_run(user=user, body=body, ring=False, **options)
        execute(run.pk)
        run.refresh_from_db()
        return run

    return take
