"""Approvals as JSON."""

from __future__ import annotations

from typing import Any

from django.db import models
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.assistant.approving.deciding import BULK_LIMIT
from apps.assistant.approving.effects import why
from apps.assistant.choices import ApprovalStatus, DecidedVia, Risk
from apps.assistant.models import Approval


class Decision(models.TextChoices):
    """What a person answers."""

    APPROVE = "approve", "Approve"
    REJECT = "reject", "Reject"


class Door(models.TextChoices):
    """Where a client shows the question; what it is not told, counts as the API."""

    API = DecidedVia.API
    CHAT = DecidedVia.CHAT
    QUEUE = DecidedVia.QUEUE


@extend_schema_field({"type": ["object", "null"], "additionalProperties": {}})
class ArgumentsField(serializers.JSONField):
    """The arguments of a tool by name; null while there are none."""


class TouchedSerializer(serializers.Serializer[Any]):
    """A row that the call is about, and its version when the person was asked."""

    model = serializers.CharField()
    id = serializers.CharField()
    version = serializers.CharField(allow_blank=True)
    label = serializers.CharField()  # type: ignore[assignment]
    url = serializers.CharField(allow_blank=True)


class PreviewSerializer(serializers.Serializer[Any]):
    """What a person reads before agreeing. Approvals from before there were previews have an empty one."""

    title = serializers.CharField(required=False, allow_blank=True)
    lines = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField(), min_length=2, max_length=2),
        required=False,
        help_text="Label and value.",
    )
    body = serializers.CharField(required=False, allow_blank=True)
    body_format = serializers.CharField(required=False, help_text="`text`, `markdown` or `html`.")
    amount = serializers.CharField(required=False, allow_null=True)
    currency = serializers.CharField(required=False, allow_blank=True)
    files = serializers.ListField(child=serializers.CharField(), required=False)
    touches = TouchedSerializer(many=True, required=False)
    warnings = serializers.ListField(child=serializers.CharField(), required=False)
    blocked = serializers.CharField(required=False, allow_blank=True)
    effect = serializers.CharField(required=False, allow_blank=True, help_text="What it does, in a sentence.")
    follows = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="What strangers wrote that it follows."
    )


class ProvenanceSerializer(serializers.Serializer[Any]):
    """Where one value among the arguments comes from: `user`, `trusted`, `untrusted` or `composed`."""

    path = serializers.CharField(help_text="Its place: `to[0]`.")
    origin = serializers.CharField()
    value = serializers.CharField(help_text="Its beginning.")
    source = serializers.CharField(  # type: ignore[assignment]
        required=False, help_text="Of a stranger's: what it stands in."
    )


class ApprovalSerializer(serializers.ModelSerializer[Approval]):
    """What waits for a person, or waited. `decided_arguments` are those with which it was approved."""

    run_id = serializers.UUIDField()
    session_id = serializers.UUIDField(source="run.conversation_id")
    requested_by = serializers.CharField(source="run.user.name", read_only=True)
    preview = PreviewSerializer(read_only=True)
    why = serializers.SerializerMethodField(help_text="What it does, and what made a person necessary.")
    provenance = ProvenanceSerializer(many=True, read_only=True)
    risk = serializers.ChoiceField(choices=Risk.choices, read_only=True)
    decided_by = serializers.CharField(source="decided_by.name", default="", read_only=True)
    decided_via = serializers.ChoiceField(choices=DecidedVia.choices, allow_blank=True, read_only=True)
    decided_arguments = ArgumentsField(read_only=True)

    class Meta:
        model = Approval
        fields = [
            "id", "run_id", "session_id", "requested_by", "tool", "summary", "why", "arguments", "preview",
            "risk", "amount", "currency", "four_eyes", "provenance", "reason", "status", "expires_at",
            "decided_by", "decided_at", "decided_via", "decided_arguments", "diff", "note", "created_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_why(self, approval: Approval) -> str:
        """For people, who need not know the tool."""
        return why(approval)


class DecisionSerializer(serializers.Serializer[Any]):
    """The answer of a person; `arguments` replace those that the assistant proposed.

    Arguments that are about other rows are taken only with the `seen` of a look at them.
    """

    decision = serializers.ChoiceField(choices=Decision.choices)
    arguments = serializers.DictField(required=False, allow_null=True, default=None)
    note = serializers.CharField(required=False, allow_blank=True, max_length=2000, default="")
    via = serializers.ChoiceField(choices=Door.choices, required=False, default=Door.API)
    seen = serializers.CharField(required=False, allow_blank=True, max_length=64, default="")


class BulkDecisionSerializer(serializers.Serializer[Any]):
    """One answer to many questions about the same tool."""

    ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=BULK_LIMIT)
    decision = serializers.ChoiceField(choices=Decision.choices)
    note = serializers.CharField(required=False, allow_blank=True, max_length=2000, default="")
    via = serializers.ChoiceField(choices=Door.choices, required=False, default=Door.API)


class AnsweredSerializer(serializers.Serializer[Any]):
    """What became of one of them; `code` and `detail` say why it was not answered."""

    id = serializers.UUIDField()
    ok = serializers.BooleanField()
    status = serializers.ChoiceField(choices=ApprovalStatus.choices, allow_blank=True)
    code = serializers.CharField(allow_blank=True)
    detail = serializers.CharField(allow_blank=True)


class BulkAnswerSerializer(serializers.Serializer[Any]):
    """In the order in which they were asked about."""

    results = AnsweredSerializer(many=True)


class EditSerializer(serializers.Serializer[Any]):
    """Arguments that a person thinks of."""

    arguments = serializers.DictField()


class LookSerializer(serializers.Serializer[Any]):
    """What they would do; `seen` goes with the decision."""

    arguments = serializers.DictField()
    preview = PreviewSerializer()
    four_eyes = serializers.BooleanField()
    seen = serializers.CharField()
