"""What the tests of the CRM share."""

from __future__ import annotations

from collections.abc import Callable, Collection
from uuid import UUID

import pytest

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.assistant.models import Run
from apps.assistant.running.runner import execute
from apps.assistant.services import start_run

Announced = tuple[str, UUID, set[UUID | None]]


@pytest.fixture
def announced(monkeypatch: pytest.MonkeyPatch) -> list[Announced]:
    """What open pages are told of leads: (change, lead, owners before and after)."""
    told: list[Announced] = []

    def listen(change: str, *, lead_id: UUID, owner_ids: Collection[UUID | None]) -> None:
        told.append((change, lead_id, set(owner_ids)))

    monkeypatch.setattr("apps.crm.live.announce", listen)
    return told


@pytest.fixture
def turn() -> Callable[..., Run]:
    """`turn(user, "words", files…)` is a whole turn of the assistant in this process, without a model."""

    def take(user: User, body: str, *attachments: Artifact) -> Run:
        run = start_run(user=user, body=body, attachments=attachments, ring=False)
        execute(run.pk)
        run.refresh_from_db()
        return run

    return take
