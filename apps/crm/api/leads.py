"""Leads over HTTP."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.errors import Forbidden
from apps.crm.api.base import TimelineMixin, VisibleViewSet
from apps.crm.api.filters import LeadFilters
from apps.crm.api.serializers import (
    LeadSerializer,
    TransitionSerializer,
    TransitionsSerializer,
)
from apps.crm.choices import LeadStatus
from apps.crm.lifecycle import TRANSITIONS
from apps.crm.models import Lead, StageChange
from apps.crm.services import leads, moves

HISTORY = 100


class LeadViewSet(TimelineMixin[Lead], VisibleViewSet[Lead]):
    """The leads that the user may see: one's own, or all of sales."""

    queryset = Lead.objects.none()
    serializer_class = LeadSerializer
    filterset_class = LeadFilters
    related = ("assigned_to",)
    orderings: ClassVar[dict[str, str]] = {
        "created_at": "created_at",
        "company_name": "company_key",
        "value": "value",
        "last_contacted": "last_contacted",
        "follow_up_date": "follow_up_date",
    }

    def create(self, request: Request) -> Response:
        """A new lead, one's own unless somebody else is named. 409 when there is one like it."""
        fields = self.cleaned(request)
        lead = leads.create_lead(actor=self.user, **fields)
        return self.answer(lead, status.HTTP_201_CREATED)

    def partial_update(self, request: Request, pk: UUID | None = None) -> Response:  # noqa: ARG002
        """Change the fields that are sent; the others stay as they are."""
        lead = self.get_object()
        fields = self.cleaned(request, lead)
        version = fields.pop("version", "")
        fields.pop("status", None)
        return self.answer(leads.update_lead(actor=self.user, lead=lead, version=version, **fields))

    def destroy(self, request: Request, pk: UUID | None = None) -> Response:  # noqa: ARG002
        """Delete the lead with its history for good."""
        leads.delete_lead(actor=self.user, lead=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses=TransitionsSerializer, filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def transitions(self, request: Request, pk: UUID | None = None) -> Response:  # noqa: ARG002
        """Where the lead stands, where it may go, and the way it came."""
        return Response(TransitionsSerializer(_transitions(self.get_object(), self.user)).data)

    @extend_schema(request=TransitionSerializer, responses={200: LeadSerializer})
    @transitions.mapping.post
    def move(self, request: Request, pk: UUID | None = None) -> Response:  # noqa: ARG002
        """Move the lead to another stage. 409 when the way does not exist or somebody was faster."""
        self._require_change()
        body = TransitionSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        lead = moves.move_lead(actor=self.user, lead=self.get_object(), **body.validated_data)
        return self.answer(lead)

    def _require_change(self) -> None:
        """Moving asks for the right to change, although it is a POST."""
        if not self.user.has_perm("crm.change_lead"):
            raise Forbidden("You may not change leads.")


def _transitions(lead: Lead, user: Any) -> dict[str, Any]:
    changes = StageChange.objects.visible_to(user).filter(lead=lead).select_related("by")
    return {
        "status": lead.status,
        "allowed": TRANSITIONS[LeadStatus(lead.status)],
        "history": changes[:HISTORY],
    }
