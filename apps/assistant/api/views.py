"""What waits for a person, over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.models import User
from apps.accounts.signed_in import signed_in
from apps.assistant import services
from apps.assistant.api.serializers import (
    ApprovalSerializer,
    BulkAnswerSerializer,
    BulkDecisionSerializer,
    DecisionSerializer,
    EditSerializer,
    LookSerializer,
)
from apps.assistant.models import Approval
from apps.core.api.idempotency import IdempotentMixin
from apps.core.errors import NotFound


class ApprovalListView(generics.ListAPIView[Approval]):
    """Approvals of runs that the user may see, newest first."""

    serializer_class = ApprovalSerializer
    filterset_fields = ["status"]
    queryset = Approval.objects.none()

    def get_queryset(self) -> Any:
        """Own runs', the department's or all, by role."""
        return _visible(self.request.user)


class DecideView(IdempotentMixin, APIView):
    """The answer."""

    @extend_schema(request=DecisionSerializer, responses=ApprovalSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """Approve (with the proposed or with edited arguments) or reject. The first answer stands (409)."""
        given = _given(DecisionSerializer, request)
        user = signed_in(request)
        services.decide(approval=_found(user, pk), user=user, **given)
        return Response(ApprovalSerializer(_visible(user).get(pk=pk)).data)


class DecideManyView(IdempotentMixin, APIView):
    """One answer to many questions about the same tool."""

    @extend_schema(
        operation_id="approvals_decide_many", request=BulkDecisionSerializer, responses=BulkAnswerSerializer
    )
    def post(self, request: Request) -> Response:
        """Each is answered on its own: what cannot be answered is told and stops no other."""
        given = _given(BulkDecisionSerializer, request)
        user = signed_in(request)
        asked = list(dict.fromkeys(given.pop("ids")))
        found = {approval.pk: approval for approval in _visible(user).filter(pk__in=asked)}
        if missing := [str(pk) for pk in asked if pk not in found]:
            raise NotFound("There is no such approval.", code="unknown_approval", errors={"ids": missing})
        results = services.decide_many(approvals=[found[pk] for pk in asked], user=user, **given)
        return Response(BulkAnswerSerializer({"results": results}).data)


class LookView(APIView):
    """What edited arguments would do."""

    @extend_schema(request=EditSerializer, responses=LookSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """A fresh preview for arguments that a person thinks of. Nothing is decided or kept."""
        given = _given(EditSerializer, request)
        user = signed_in(request)
        look = services.look_at_edit(approval=_found(user, pk), user=user, arguments=given["arguments"])
        told = {
            "arguments": look.arguments,
            "preview": look.preview.model_dump(mode="json"),
            "four_eyes": look.four_eyes,
            "seen": look.seen,
        }
        return Response(LookSerializer(told).data)


def _given(serializer: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    given = serializer(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


def _found(user: User, pk: UUID) -> Approval:
    approval: Approval | None = _visible(user).filter(pk=pk).first()
    if approval is None:
        raise NotFound("There is no such approval.", code="unknown_approval")
    return approval


def _visible(user: Any) -> Any:
    return Approval.objects.visible_to(user).select_related("run__user", "decided_by")
