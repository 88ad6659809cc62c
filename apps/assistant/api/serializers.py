"""Approvals as JSON."""

from __future__ import annotations

from typing import Any

from django.db import models
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.assistant.models import Approval


class Decision(models.TextChoices):
    """What a person answers."""

    APPROVE = "approve", "Approve"
    REJECT = "reject", "Reject"


@extend_schema_field({"type": ["object", "null"], "additionalProperties": {}})
class ArgumentsField(serializers.JSONField):
    """The arguments of a tool by name; null while there are none."""


class ApprovalSerializer(serializers.ModelSerializer[Approval]):
    """What waits for a person, or waited. `decided_arguments` are those with which it was approved."""

    run_id = serializers.UUIDField()
    session_id = serializers.UUIDField(source="run.conversation_id")
    decided_by = serializers.CharField(source="decided_by.name", default="", read_only=True)
    decided_arguments = ArgumentsField(read_only=True)

    class Meta:
        model = Approval
        fields = [
            "id", "run_id", "session_id", "tool", "summary", "arguments", "reason", "status", "expires_at",
            "decided_by", "decided_at", "decided_arguments", "note", "created_at",
        ]  # fmt: skip
        read_only_fields = fields


class DecisionSerializer(serializers.Serializer[Any]):
    """The answer of a person; `arguments` replace those that the assistant proposed."""

    decision = serializers.ChoiceField(choices=Decision.choices)
    arguments = serializers.DictField(required=False, allow_null=True, default=None)
    note = serializers.CharField(required=False, allow_blank=True, max_length=2000, default="")
