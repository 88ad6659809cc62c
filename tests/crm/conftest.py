"""A context for calling tools outside of a run."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.assistant.models import Run
from apps.assistant.running.runner import execute
from apps.assistant.services import start_run
from apps.assistant.toolkit import ToolError


@dataclass
class BenchContext:
    """What a tool sees of a run; `said` and `kept` are what it did with it."""

    user: User
    now: datetime = field(default_factory=timezone.now)
    run_id: UUID = field(default_factory=uuid4)
    said: list[str] = field(default_factory=list)
    kept: list[Artifact] = field(default_factory=list)

    def attachment(self, artifact_id: str) -> Artifact:
        found = Artifact.objects.visible_to(self.user).filter(pk=artifact_id).first()
        if found is None:
            raise ToolError("There is no such file.")
        return found

    def progress(self, text: str) -> None:
        self.said.append(text)

    def keep(self, artifact: Artifact) -> None:
        self.kept.append(artifact)


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
def context() -> Callable[[User], BenchContext]:
    """`context(user)` works for that user."""
    return BenchContext


@pytest.fixture
def turn() -> Callable[..., Run]:
    """`turn(user, "words", files…)` is a whole turn of the assistant in this process, without a model."""

    def take(user: User, body: str, *attachments: Artifact) -> Run:
        run = start_run(user=user, body=body, attachments=attachments, ring=False)
        execute(run.pk)
        run.refresh_from_db()
        return run

    return take
