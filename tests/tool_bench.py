"""A context for calling tools outside of a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from uuid import UUID, uuid4

from django.utils import timezone

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.assistant.toolkit import ToolError
from apps.conversations import services as conversations
from apps.conversations.models import Conversation


@dataclass
class BenchContext:
    """What a tool sees of a run; `said` and `kept` are what it did with it."""

    user: User
    now: datetime = field(default_factory=timezone.now)
    run_id: UUID = field(default_factory=uuid4)
    step_id: UUID = field(default_factory=uuid4)
    simulated: bool = False
    said: list[str] = field(default_factory=list)
    kept: list[Artifact] = field(default_factory=list)

    @cached_property
    def conversation(self) -> Conversation:
        """One of the user's own, made when a tool asks for it."""
        return conversations.start(owner=self.user)

    def attachment(self, artifact_id: str) -> Artifact:
        found = Artifact.objects.visible_to(self.user).filter(pk=artifact_id).first()
        if found is None:
            raise ToolError("There is no such file.")
        return found

    def progress(self, text: str) -> None:
        self.said.append(text)

    def keep(self, artifact: Artifact) -> None:
        self.kept.append(artifact)
