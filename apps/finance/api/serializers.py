"""The ledger as JSON."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from apps.artifacts.models import Artifact
from apps.contacts.models import Company
from apps.core.versions import version_of
from apps.finance.models import Category, Entry

#: The length of an ISO timestamp with microseconds and zone.
VERSION_LENGTH = 40


class VersionField(serializers.CharField):
    """The row's version: changes with every save; sent back, it guards against overwriting."""

    def __init__(self, **kwargs: Any) -> None:
        told = "As read. When given and no longer true, the answer is 409 `stale`."
        super().__init__(**{"required": False, "max_length": VERSION_LENGTH, "help_text": told, **kwargs})

    def get_attribute(self, instance: Any) -> str:
        return version_of(instance)


class CategorySerializer(serializers.ModelSerializer[Category]):
    """What an entry is about; `code` is how entries name it."""

    class Meta:
        model = Category
        fields = ["id", "code", "name", "kind", "group", "order", "is_active"]


class LedgerEntrySerializer(serializers.ModelSerializer[Entry]):
    """Money earned or spent. `amount` is positive; `signed` is below zero for reversals."""

    version = VersionField()
    category = serializers.SlugRelatedField(slug_field="code", queryset=Category.objects.none())
    kind = serializers.CharField(source="category.kind", read_only=True)
    signed = serializers.DecimalField(max_digits=14, decimal_places=2, read_only=True)
    company = serializers.PrimaryKeyRelatedField(
        queryset=Company.objects.none(), required=False, allow_null=True
    )
    document = serializers.PrimaryKeyRelatedField(
        queryset=Artifact.objects.none(), required=False, allow_null=True
    )
    reversed_by = serializers.SerializerMethodField()
    url = serializers.CharField(source="admin_url", read_only=True)

    class Meta:
        model = Entry
        fields = [
            "id", "version", "category", "kind", "booked_on", "paid_on", "amount", "currency", "signed",
            "party", "company", "description", "document", "external_reference", "status", "reverses",
            "reversed_by", "posted_at", "run_id", "created_at", "updated_at", "url",
        ]  # fmt: skip
        read_only_fields: ClassVar[list[str]] = [
            "signed", "status", "reverses", "posted_at", "run_id", "created_at", "updated_at",
        ]  # fmt: skip

    def get_fields(self) -> dict[str, Any]:
        """Choices are the rows that the reader may see."""
        fields: dict[str, Any] = super().get_fields()
        request = self.context.get("request")
        if request is not None:
            for name, model in (("category", Category), ("company", Company), ("document", Artifact)):
                fields[name].queryset = model._default_manager.visible_to(request.user)
        return fields

    def get_validators(self) -> list[Any]:
        """The service says which entry has the same reference."""
        return []

    def get_reversed_by(self, entry: Entry) -> str | None:
        """The id of the correction."""
        reversal = getattr(entry, "reversal", None)
        return str(reversal.pk) if reversal else None


class ActSerializer(serializers.Serializer[dict[str, Any]]):
    """The version of the entry that is meant."""

    version = serializers.CharField(max_length=VERSION_LENGTH, required=False, default="")


class DiscardSerializer(ActSerializer):
    """Why a draft is thrown away."""

    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class ReverseSerializer(ActSerializer):
    """Why an entry is taken back, and on which day: its own unless given, or today if that is closed."""

    reason = serializers.CharField(max_length=500)
    booked_on = serializers.DateField(required=False, allow_null=True, default=None)


class PaidSerializer(ActSerializer):
    """The day on which the money moved."""

    paid_on = serializers.DateField()


class LineSerializer(serializers.Serializer[Any]):
    """A line of a statement."""

    label = serializers.CharField()  # type: ignore[assignment]
    kind = serializers.ChoiceField(choices=["category", "sum", "result", "total"])
    amount = serializers.DecimalField(max_digits=20, decimal_places=2)
    before = serializers.DecimalField(max_digits=20, decimal_places=2)


class CurrencySerializer(serializers.Serializer[Any]):
    """What happened in one currency."""

    currency = serializers.CharField()
    profit_and_loss = LineSerializer(many=True)
    cash = LineSerializer(many=True)
    receivable = serializers.DecimalField(max_digits=20, decimal_places=2)
    payable = serializers.DecimalField(max_digits=20, decimal_places=2)


class StatementSerializer(serializers.Serializer[Any]):
    """The statement of a period, and of the one before; `drafts` of the period are not counted;
    `is_final` when nothing of it can change any more.
    """

    first_day = serializers.DateField(source="period.start")
    last_day = serializers.DateField(source="period.last_day")
    compared_first_day = serializers.DateField(source="profit.before.start")
    compared_last_day = serializers.DateField(source="profit.before.last_day")
    time_zone = serializers.CharField(source="period.tz")
    drafts = serializers.IntegerField()
    is_final = serializers.BooleanField(source="standing.is_final")
    standing = serializers.CharField(source="standing.sentence")
    statements = CurrencySerializer(many=True)
