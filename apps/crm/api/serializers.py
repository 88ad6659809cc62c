"""Rows of the pipeline as JSON."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from rest_framework import serializers

from apps.accounts.models import User
from apps.contacts.models import Company, Contact
from apps.core.api.moments import MomentField
from apps.core.versions import version_of
from apps.crm.choices import LeadStatus, LostReason
from apps.crm.models import Activity, Customer, Lead, StageChange, Task

#: The length of an ISO timestamp with microseconds and zone.
VERSION_LENGTH = 40


class VersionField(serializers.CharField):
    """The row's version: changes with every save; sent back, it guards against overwriting."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs = {
            "required": False,
            "max_length": VERSION_LENGTH,
            "help_text": "As read. When given and no longer true, the answer is 409 `stale`.",
            **kwargs,
        }
        super().__init__(**kwargs)

    def get_attribute(self, instance: Any) -> str:
        return version_of(instance)


class ColleagueSerializer(serializers.ModelSerializer[User]):
    """A colleague, by name."""

    class Meta:
        model = User
        fields = ["id", "name"]


class LeadSerializer(serializers.ModelSerializer[Lead]):
    """A lead as clients read and write it."""

    version = VersionField()
    owner = ColleagueSerializer(source="assigned_to", read_only=True, allow_null=True)
    assigned_to = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.active(), required=False, allow_null=True
    )
    status = serializers.ChoiceField(choices=LeadStatus.choices, required=False)
    lost_reason = serializers.ChoiceField(choices=LostReason.choices, allow_blank=True, read_only=True)
    url = serializers.CharField(source="admin_url", read_only=True)

    class Meta:
        model = Lead
        fields = [
            "id", "version", "company_name", "contact_name", "contact_email", "contact_phone", "industry",
            "location", "source", "status", "assigned_to", "owner", "value", "currency", "expected_close",
            "follow_up_date", "last_contacted", "notes", "lost_reason", "lost_note", "stage_since",
            "closed_at", "company", "contact", "created_at", "updated_at", "url",
        ]  # fmt: skip
        read_only_fields: ClassVar[list[str]] = [
            "last_contacted", "lost_reason", "lost_note", "stage_since", "closed_at", "company", "contact",
            "created_at", "updated_at",
        ]  # fmt: skip

    def validate_status(self, status: str) -> str:
        """Moves are `transitions`, so that each is kept with its time and reason."""
        if self.instance is not None:
            raise serializers.ValidationError("A stage is changed by POST …/transitions.")
        return status


class TransitionSerializer(serializers.Serializer[dict[str, Any]]):
    """A move to another stage."""

    to = serializers.ChoiceField(choices=LeadStatus.choices)
    lost_reason = serializers.ChoiceField(
        choices=LostReason.choices, required=False, allow_blank=True, default=""
    )
    lost_note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    version = serializers.CharField(max_length=VERSION_LENGTH, required=False, default="")


class StageChangeSerializer(serializers.ModelSerializer[StageChange]):
    """A change of stage; `from_status` is empty where the lead came in, `seconds` the time there."""

    by = ColleagueSerializer(read_only=True, allow_null=True)
    from_status = serializers.ChoiceField(choices=LeadStatus.choices, allow_blank=True, read_only=True)
    lost_reason = serializers.ChoiceField(choices=LostReason.choices, allow_blank=True, read_only=True)

    class Meta:
        model = StageChange
        fields = ["id", "from_status", "to_status", "at", "by", "seconds", "value", "currency", "lost_reason"]


class TransitionsSerializer(serializers.Serializer[dict[str, Any]]):
    """Where a lead stands, where it may go, and the way it came (newest first, 100 at most)."""

    status = serializers.ChoiceField(choices=LeadStatus.choices)
    allowed = serializers.ListField(child=serializers.ChoiceField(choices=LeadStatus.choices))
    history = StageChangeSerializer(many=True)


class SubjectMixin(serializers.Serializer[Any]):
    """Exactly one of `lead`, `company` and `contact`, among those that the user may see."""

    lead = serializers.PrimaryKeyRelatedField(queryset=Lead.objects.none(), required=False, allow_null=True)
    company = serializers.PrimaryKeyRelatedField(
        queryset=Company.objects.none(), required=False, allow_null=True
    )
    contact = serializers.PrimaryKeyRelatedField(
        queryset=Contact.objects.none(), required=False, allow_null=True
    )

    def get_fields(self) -> dict[str, Any]:
        """Choices are the rows that the reader may see."""
        fields: dict[str, Any] = super().get_fields()
        request = self.context.get("request")
        if request is not None:
            for name, model in (("lead", Lead), ("company", Company), ("contact", Contact)):
                fields[name].queryset = model.objects.visible_to(request.user)
        return fields

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One subject, given when the row is made and never changed."""
        subjects = [attrs.pop(name, None) for name in ("lead", "company", "contact")]
        given = [subject for subject in subjects if subject is not None]
        if self.instance is None and len(given) != 1:
            raise serializers.ValidationError("Name exactly one of lead, company and contact.")
        if self.instance is not None and given:
            raise serializers.ValidationError("What it is about cannot be changed.")
        return {**attrs, "subject": given[0]} if given else attrs


class ActivitySerializer(SubjectMixin, serializers.ModelSerializer[Activity]):
    """A call, mail, meeting, message or note. `occurred_at` is now unless given."""

    version = VersionField()
    by = ColleagueSerializer(read_only=True, allow_null=True)
    occurred_at = MomentField(required=False)

    class Meta:
        model = Activity
        fields = [
            "id", "version", "lead", "company", "contact", "kind", "occurred_at", "by", "subject_line",
            "note", "run_id", "created_at",
        ]  # fmt: skip
        read_only_fields: ClassVar[list[str]] = ["run_id", "created_at"]


class NoteSerializer(serializers.Serializer[dict[str, Any]]):
    """A new text of an activity."""

    note = serializers.CharField(max_length=20_000, allow_blank=True)
    version = serializers.CharField(max_length=VERSION_LENGTH, required=False, default="")


class TaskSerializer(SubjectMixin, serializers.ModelSerializer[Task]):
    """Something to do. Assigned to its maker unless given."""

    serializer_field_mapping: ClassVar[dict[Any, Any]] = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DateTimeField: MomentField,
    }
    version = VersionField()
    owner = ColleagueSerializer(source="assigned_to", read_only=True)
    assigned_to = serializers.PrimaryKeyRelatedField(queryset=User.objects.active(), required=False)

    class Meta:
        model = Task
        fields = [
            "id", "version", "lead", "company", "contact", "title", "note", "assigned_to", "owner", "due_at",
            "remind_at", "done_at", "created_at",
        ]  # fmt: skip
        read_only_fields: ClassVar[list[str]] = ["done_at", "created_at"]


class CompanySerializer(serializers.ModelSerializer[Company]):
    """A company."""

    version = VersionField()

    class Meta:
        model = Company
        fields = [
            "id", "version", "name", "industry", "location", "website", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields: ClassVar[list[str]] = ["created_at", "updated_at"]


class ContactSerializer(serializers.ModelSerializer[Contact]):
    """A person outside the house."""

    version = VersionField()
    company_name = serializers.CharField(source="company.name", read_only=True, default="")

    class Meta:
        model = Contact
        fields = [
            "id", "version", "name", "email", "phone", "company", "company_name", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields: ClassVar[list[str]] = ["created_at", "updated_at"]
        extra_kwargs: ClassVar[dict[str, Any]] = {"email": {"validators": []}}

    def get_validators(self) -> list[Any]:
        """The service checks that an address has one row, in the form in which addresses are compared."""
        return []

    def get_fields(self) -> dict[str, Any]:
        """Companies are those that the reader may see."""
        fields: dict[str, Any] = super().get_fields()
        request = self.context.get("request")
        if request is not None and "company" in fields:
            fields["company"].queryset = Company.objects.visible_to(request.user)
        return fields


class CustomerSerializer(serializers.ModelSerializer[Customer]):
    """A company that bought."""

    company_name = serializers.CharField(source="company.name", read_only=True)
    account_manager = ColleagueSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Customer
        fields = ["id", "company", "company_name", "account_manager", "status", "since", "created_at"]


class EntrySerializer(serializers.Serializer[Any]):
    """One entry of a timeline."""

    id = serializers.CharField()
    at = serializers.DateTimeField()
    kind = serializers.CharField()
    title = serializers.CharField()
    body = serializers.CharField(allow_blank=True)
    actor = serializers.CharField(allow_blank=True)
    url = serializers.CharField(allow_blank=True)


class TimelineSerializer(serializers.Serializer[Any]):
    """A page of a timeline, newest first; `next` is the value of `before` for the page after."""

    results = EntrySerializer(many=True, source="entries")
    next = serializers.CharField(allow_blank=True)
