"""What chat clients send and get; the shapes of CONTRACT and of the OpenAPI document."""

from __future__ import annotations

from typing import Any

from django.core.validators import URLValidator
from rest_framework import serializers

from apps.assistant.choices import ApprovalReason, ApprovalStatus, RunStatus, StepKind, StepStatus
from apps.chat.media import InputType
from apps.conversations.choices import Role
from apps.conversations.services import MAX_BODY

Data = dict[str, Any]
MAX_URL = 2000
NOT_A_PAGE = "Give an address that begins with http:// or https://."


class TurnSerializer(serializers.Serializer[Data]):
    """What every turn may say: the session it continues and the agent it is for."""

    session_id = serializers.UUIDField(required=False, allow_null=True, default=None)
    agent = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=40, help_text="Empty: the router chooses."
    )


class SendSerializer(TurnSerializer):
    """A turn of text."""

    message = serializers.CharField(max_length=MAX_BODY)


class SendMediaSerializer(TurnSerializer):
    """A turn with an upload, as multipart."""

    file = serializers.FileField(allow_empty_file=True, max_length=255)
    input_type = serializers.ChoiceField(choices=InputType.choices)
    message = serializers.CharField(max_length=MAX_BODY, required=False, allow_blank=True, default="")


class SendUrlSerializer(TurnSerializer):
    """A turn about a page."""

    url = serializers.CharField(
        max_length=MAX_URL, validators=[URLValidator(schemes=["http", "https"], message=NOT_A_PAGE)]
    )
    message = serializers.CharField(
        max_length=MAX_BODY - MAX_URL - 2, required=False, allow_blank=True, default=""
    )


class AcceptedSerializer(serializers.Serializer[Data]):
    """The turn is kept and its run is queued."""

    session_id = serializers.UUIDField()
    message_id = serializers.UUIDField()
    run_id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=RunStatus.choices)


class CitationSerializer(serializers.Serializer[Data]):
    """Where a statement comes from; `[n]` in the text is the n-th of them."""

    kind = serializers.CharField(help_text="What is cited, as `crm.lead`.")
    id = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    url = serializers.CharField(allow_blank=True)
    quote = serializers.CharField(allow_blank=True, required=False)


class FileSerializer(serializers.Serializer[Data]):
    """A file on a message or of a run; without an id once it has been deleted."""

    id = serializers.UUIDField(allow_null=True)
    name = serializers.CharField()
    type = serializers.CharField()
    size_bytes = serializers.IntegerField()
    download_url = serializers.CharField(allow_blank=True)
    preview_url = serializers.CharField(allow_blank=True, required=False)


class ApprovalBriefSerializer(serializers.Serializer[Data]):
    """What a run asks a person."""

    id = serializers.UUIDField()
    tool = serializers.CharField()
    summary = serializers.CharField(allow_blank=True)
    arguments = serializers.DictField()
    reason = serializers.ChoiceField(choices=ApprovalReason.choices)
    status = serializers.ChoiceField(choices=ApprovalStatus.choices)
    expires_at = serializers.DateTimeField()


class UsageSerializer(serializers.Serializer[Data]):
    """Tokens and money of a run."""

    input_tokens = serializers.IntegerField()
    output_tokens = serializers.IntegerField()
    cost_usd = serializers.CharField(help_text="Decimal, six places.")


class ReplySerializer(serializers.Serializer[Data]):
    """The assistant's message."""

    id = serializers.UUIDField()
    content = serializers.CharField(allow_blank=True)
    citations = CitationSerializer(many=True)


class ProblemBriefSerializer(serializers.Serializer[Data]):
    """Why a run failed."""

    code = serializers.CharField()
    detail = serializers.CharField(allow_blank=True)
    reference = serializers.CharField(help_text="What to name when asking for help.")


class ChatResponseSerializer(AcceptedSerializer):
    """A run that is over, with all it has to say."""

    agent = serializers.CharField(allow_blank=True)
    skill = serializers.CharField(allow_blank=True)
    mode = serializers.CharField(allow_blank=True, help_text="`claude`, `kimi` or `offline`.")
    reply = ReplySerializer(allow_null=True)
    artifacts = FileSerializer(many=True)
    approvals = ApprovalBriefSerializer(many=True)
    usage = UsageSerializer()
    error = ProblemBriefSerializer(allow_null=True)


class StepSerializer(serializers.Serializer[Data]):
    """A tool call as the chat shows it. `ok` is null while it runs."""

    key = serializers.CharField()
    kind = serializers.ChoiceField(choices=StepKind.choices)
    tool = serializers.CharField()
    summary = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(choices=StepStatus.choices)
    ok = serializers.BooleanField(allow_null=True)
    error = serializers.CharField(allow_blank=True)
    seconds = serializers.FloatField(allow_null=True)


class RunBriefSerializer(serializers.Serializer[Data]):
    """A run as the history shows it."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=RunStatus.choices)
    agent = serializers.CharField(allow_blank=True)
    skill = serializers.CharField(allow_blank=True)
    mode = serializers.CharField(allow_blank=True)
    usage = UsageSerializer()
    error = ProblemBriefSerializer(allow_null=True)
    steps = StepSerializer(many=True)
    approvals = ApprovalBriefSerializer(many=True)


class MessageSerializer(serializers.Serializer[Data]):
    """A message of the history."""

    id = serializers.UUIDField()
    role = serializers.ChoiceField(choices=Role.choices)
    content = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    agent = serializers.CharField(allow_blank=True)
    citations = CitationSerializer(many=True)
    artifacts = FileSerializer(many=True, help_text="Files that the assistant made.")
    attachments = FileSerializer(many=True, help_text="Files that the user sent.")
    run_id = serializers.UUIDField(allow_null=True)
    run = RunBriefSerializer(allow_null=True)


class HistorySerializer(serializers.Serializer[Data]):
    """A page of messages, oldest first, and the event number up to which it tells the story."""

    session_id = serializers.UUIDField()
    title = serializers.CharField(allow_blank=True)
    last_seq = serializers.IntegerField()
    results = MessageSerializer(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class HistoryQuerySerializer(serializers.Serializer[Data]):
    """Which session."""

    session_id = serializers.UUIDField()


class SessionSerializer(serializers.Serializer[Any]):
    """A chat in the list."""

    id = serializers.UUIDField()
    title = serializers.CharField(allow_blank=True)
    agent = serializers.CharField(allow_blank=True)
    last_message_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()
    active_run_id = serializers.UUIDField(allow_null=True)


class RunSerializer(ChatResponseSerializer):
    """A run, what it has said so far, and its steps."""

    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    text = serializers.CharField(allow_blank=True)
    steps = StepSerializer(many=True)
