"""What waits for a person, over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.models import User
from apps.assistant import services
from apps.assistant.api.serializers import ApprovalSerializer, DecisionSerializer
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
        serializer = DecisionSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        user = request.user
        assert isinstance(user, User)
        approval = _visible(user).filter(pk=pk).first()
        if approval is None:
            raise NotFound("There is no such approval.", code="unknown_approval")
        services.decide(approval=approval, user=user, **serializer.validated_data)
        return Response(ApprovalSerializer(_visible(user).get(pk=pk)).data)


def _visible(user: Any) -> Any:
    return Approval.objects.visible_to(user).select_related("run", "decided_by")
