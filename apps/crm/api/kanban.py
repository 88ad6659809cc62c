"""The board over HTTP. Everything that reads it takes the board's filters as query parameters."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import BaseModel
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.models import User
from apps.accounts.signed_in import signed_in
from apps.core.api.idempotency import IdempotentMixin
from apps.core.errors import Conflict, Forbidden, NotFound
from apps.crm import board
from apps.crm.board import BoardFilters
from apps.crm.changes import last_editor
from apps.crm.choices import LeadSource, LeadStatus, LostReason
from apps.crm.models import Lead
from apps.crm.services import moves

MAX_CURSOR = 400
FILTERS = [
    OpenApiParameter("search", OpenApiTypes.STR, description="Words, each the beginning of one in the lead."),
    OpenApiParameter("owner", OpenApiTypes.STR, description="`me`, `none` or a user's id."),
    OpenApiParameter("source", OpenApiTypes.STR, enum=LeadSource.values),
    OpenApiParameter("industry", OpenApiTypes.STR, description="Words of the industry."),
    OpenApiParameter("due", OpenApiTypes.BOOL, description="Follow-up due today or missed; open leads only."),
    OpenApiParameter("old", OpenApiTypes.BOOL, description="Longer in the stage than its limit."),
]
AFTER = OpenApiParameter("after", OpenApiTypes.STR, description="The `next` of the cards before.")


class MoveSerializer(serializers.Serializer[dict[str, Any]]):
    """A card put under `above` and over `below`, in its own column or another; without both, on top."""

    lead = serializers.UUIDField()
    to = serializers.ChoiceField(choices=LeadStatus.choices)
    above = serializers.UUIDField(required=False, allow_null=True)
    below = serializers.UUIDField(required=False, allow_null=True)
    version = serializers.CharField(max_length=40, help_text="The card's, as read.")
    lost_reason = serializers.ChoiceField(
        choices=LostReason.choices, required=False, allow_blank=True, default=""
    )
    lost_note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class BoardView(APIView):
    """`GET /api/crm/kanban`."""

    @extend_schema(parameters=FILTERS, responses=board.Board)
    def get(self, request: Request) -> Response:
        """The columns with their numbers and first cards. Counts are exact, or said to be a lower limit."""
        found = board.board_of(user=signed_in(request), filters=_filters(request), now=timezone.now())
        return _answer(found)


class ColumnView(APIView):
    """`GET /api/crm/kanban/{status}`."""

    @extend_schema(operation_id="crm_kanban_column", parameters=[*FILTERS, AFTER], responses=board.CardPage)
    def get(self, request: Request, status: str) -> Response:
        """More cards of a column. Without `after`, the first ones."""
        if status not in LeadStatus.values:
            raise NotFound("There is no such stage.")
        page = board.column_page(
            user=signed_in(request),
            status=LeadStatus(status),
            filters=_filters(request),
            now=timezone.now(),
            after=request.query_params.get("after", "")[:MAX_CURSOR],
        )
        return _answer(page)


class CardView(APIView):
    """`GET /api/crm/kanban/cards/{id}`."""

    @extend_schema(parameters=FILTERS, responses=board.CardState)
    def get(self, request: Request, lead_id: UUID) -> Response:
        """One card as it is now, and the numbers of the columns. 404 when the lead is not yours to see."""
        return _state(request, lead_id)


class MoveView(IdempotentMixin, APIView):
    """`POST /api/crm/kanban/move`."""

    @extend_schema(parameters=FILTERS, request=MoveSerializer, responses=board.CardState)
    def post(self, request: Request) -> Response:
        """Move a card. 409 `stale` when somebody else changed the lead (`errors.changed_by` says who),
        `transition_not_allowed` when there is no such way (`errors.allowed` says where it may go)."""
        user = signed_in(request)
        if not user.has_perm("crm.change_lead"):
            raise Forbidden("You may not change leads.")
        filters = _filters(request)
        body = MoveSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        lead_id = _move(user, body.validated_data)
        return _answer(board.card_state(user=user, lead_id=lead_id, filters=filters, now=timezone.now()))


def _move(user: User, wish: dict[str, Any]) -> UUID:
    keys = [wish[name] for name in ("lead", "above", "below") if wish.get(name)]
    visible = Lead.objects.visible_to(user).in_bulk(keys)
    lead = visible.get(wish["lead"])
    if lead is None:
        raise NotFound("This lead is gone, or is not yours any more.")
    try:
        return moves.move_lead(
            actor=user,
            lead=lead,
            to=wish["to"],
            version=wish["version"],
            lost_reason=wish["lost_reason"],
            lost_note=wish["lost_note"],
            # A neighbour that is not there any more is none: the card lies where the others let it.
            above=visible.get(wish.get("above")),
            below=visible.get(wish.get("below")),
        ).pk
    except Conflict as error:
        error.errors |= _last_change(user, lead, wish["version"])
        raise


def _last_change(user: User, lead: Lead, read_version: str) -> dict[str, Any]:
    """Who changed the lead after it was read, for the sentence that tells the one who came second."""
    editor = last_editor(lead, read_version)
    return {} if editor is None else {"changed_by": str(editor), "changed_by_you": editor == user}


def _filters(request: Request) -> BoardFilters:
    return BoardFilters.from_query(request.query_params)


def _state(request: Request, lead_id: UUID) -> Response:
    user, filters = signed_in(request), _filters(request)
    return _answer(board.card_state(user=user, lead_id=lead_id, filters=filters, now=timezone.now()))


def _answer(found: BaseModel) -> Response:
    return Response(found.model_dump(mode="json"))
