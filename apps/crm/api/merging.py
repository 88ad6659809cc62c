"""Merging two leads, and taking it back, over HTTP."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model
from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.models import User
from apps.accounts.signed_in import signed_in
from apps.core.api.idempotency import IdempotentMixin
from apps.core.errors import NotFound
from apps.core.versions import version_of
from apps.crm.api.serializers import LeadSerializer
from apps.crm.merged import merged_into
from apps.crm.models import Lead, Merge
from apps.crm.services import merging

M = TypeVar("M", bound=Model)
OTHER = OpenApiParameter("other", OpenApiTypes.UUID, required=True, description="The lead that would go.")


class FollowsMerges:
    """For views of single rows: a row that was merged is read under its old address, too."""

    def get_object(self) -> Any:
        """The row, else the one it was merged into (only for reading: changes need the new address)."""
        view: Any = super()
        try:
            return view.get_object()
        except Http404:
            kept = self._kept()
            if kept is None:
                raise
            return kept

    def _kept(self) -> Any:
        this: Any = self
        if this.request.method not in SAFE_METHODS:
            return None
        rows = this.get_queryset()
        try:
            pk = merged_into(rows.model, UUID(str(this.kwargs["pk"])))
        except ValueError:
            return None
        return rows.filter(pk=pk).first() if pk else None


class MergeSerializer(serializers.Serializer[dict[str, Any]]):
    """Which lead goes, and what the other one takes from it."""

    other = serializers.UUIDField(help_text="The lead that goes.")
    choices = serializers.DictField(
        child=serializers.ChoiceField(choices=["kept", "other", "both"]),
        required=False,
        help_text="Field → whose value stays; for the others, what GET suggests.",
    )
    version = serializers.CharField(max_length=40, required=False, allow_blank=True)
    other_version = serializers.CharField(max_length=40, required=False, allow_blank=True)


class FieldChoiceSerializer(serializers.Serializer[merging.FieldChoice]):
    """A field in which the two differ."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    kept = serializers.CharField()
    other = serializers.CharField()
    suggestion = serializers.CharField()
    options = serializers.ListField(child=serializers.CharField())
    reason = serializers.CharField(help_text="Why there is only one option.")


class ComparisonSerializer(serializers.Serializer[dict[str, Any]]):
    """What there is to choose, and the versions to send back."""

    differences = FieldChoiceSerializer(many=True)
    version = serializers.CharField()
    other_version = serializers.CharField()


class MergedSerializer(serializers.Serializer[dict[str, Any]]):
    """The merge, for undoing it, and the lead that stays."""

    merge_id = serializers.UUIDField()
    lead = LeadSerializer()


class UndoneSerializer(serializers.Serializer[dict[str, Any]]):
    """Both leads are there again."""

    merge_id = serializers.UUIDField()
    lead = LeadSerializer(help_text="The lead that had stayed.")
    restored = LeadSerializer(help_text="The lead that had gone.")
    edited = serializers.ListField(
        child=serializers.CharField(), help_text="Fields that keep what somebody wrote since."
    )
    stayed = serializers.IntegerField(help_text="Rows that have gone elsewhere since.")


class LeadMergeView(IdempotentMixin, APIView):
    """One lead of two."""

    @extend_schema(parameters=[OTHER], responses=ComparisonSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """The fields in which the two leads differ, with a suggestion for each."""
        wanted = serializers.UUIDField().run_validation(request.query_params.get("other"))
        user = signed_in(request)
        kept, other = _lead(user, pk), _lead(user, wanted)
        return Response(
            {
                "differences": [
                    FieldChoiceSerializer(field).data
                    for field in merging.merge_fields(user=user, kept=kept, other=other)
                ],
                "version": version_of(kept),
                "other_version": version_of(other),
            }
        )

    @extend_schema(request=MergeSerializer, responses=MergedSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """Merge `other` into this lead. 409 when one of them was changed, merged or deleted in between."""
        body = MergeSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        asked, user = body.validated_data, signed_in(request)
        done = merging.merge(
            actor=user,
            kept=_lead(user, pk),
            other=_lead(user, asked["other"]),
            choices=asked.get("choices", {}),
            versions={"kept": asked.get("version", ""), "other": asked.get("other_version", "")},
        )
        return Response({"merge_id": done.pk, "lead": LeadSerializer(_lead(user, pk)).data})


class MergeUndoView(IdempotentMixin, APIView):
    """Two leads of one."""

    @extend_schema(request=None, responses=UndoneSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """Take the merge back. 409 when it was undone already or cannot be undone any more."""
        user = signed_in(request)
        found = Merge.objects.visible_to(user).filter(pk=pk, model="crm.lead").first()
        if found is None:
            raise NotFound("There is no such merge.")
        undone = merging.undo_merge(actor=user, merge=found)
        return Response(
            {
                "merge_id": found.pk,
                "lead": LeadSerializer(_lead(user, found.kept_id)).data,
                "restored": LeadSerializer(_lead(user, found.merged_id)).data,
                "edited": list(undone.edited),
                "stayed": undone.stayed,
            }
        )


def _lead(user: User, pk: UUID) -> Lead:
    lead = Lead.objects.visible_to(user).select_related("assigned_to").filter(pk=pk).first()
    if lead is None:
        raise NotFound("There is no such lead.")
    return lead
