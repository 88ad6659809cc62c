"""The agents as they were and are: each change of an agent is a version."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from apps.assistant.choices import AgentVersionStatus, VersionOrigin
from apps.assistant.querysets import AgentVersionQuerySet
from apps.core.models import BaseModel


class AgentVersion(BaseModel):
    """What an agent is told, and what it has in its hands. A published or retired one never changes.

    `tools` are patterns over qualified names ("crm.*"); `skills` names; `hand_over` the agents it may pass a
    conversation to. Exactly one version of an agent is published: the one that answers.
    """

    agent = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=80)
    description = models.CharField(max_length=300, blank=True)
    instructions = models.TextField()
    tools = models.JSONField(default=list, blank=True)
    skills = models.JSONField(default=list, blank=True)
    hand_over = models.JSONField(default=list, blank=True)
    status = models.CharField(max_length=9, choices=AgentVersionStatus, default=AgentVersionStatus.DRAFT)
    origin = models.CharField(max_length=6, choices=VersionOrigin, default=VersionOrigin.OFFICE)
    sha256 = models.CharField(max_length=64)
    note = models.CharField(max_length=300, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True)

    objects: ClassVar[AgentVersionQuerySet] = AgentVersionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["agent", "-number"]
        permissions = [("publish_agentversion", "Can publish a version of an agent")]
        constraints = [
            models.UniqueConstraint(fields=["agent", "number"], name="agent_version_unique_number"),
            models.UniqueConstraint(
                fields=["agent"], condition=models.Q(status="published"), name="agent_version_one_published"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"
