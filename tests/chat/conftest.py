"""What the tests of the chat share: a worker that is rung for but does not come."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction

from apps.assistant.models import Run
from apps.assistant.tasks import execute_run


@pytest.fixture(autouse=True)
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the runs that workers were rung for."""
    rings: list[str] = []
    monkeypatch.setattr(execute_run, "delay", rings.append)
    return rings


Worker = Callable[[Callable[[Run], object]], None]


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Worker:
    """`worker(work)`: from now on each ring does `work(run)` on the spot, within the ringing request."""

    def hire(work: Callable[[Run], object]) -> None:
        def come(run_id: str) -> None:
            with transaction.atomic():
                work(Run.objects.select_related("conversation").get(pk=run_id))

        monkeypatch.setattr(execute_run, "delay", come)

    return hire
