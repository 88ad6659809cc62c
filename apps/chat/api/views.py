"""The chat over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from apps.assistant import selectors as assistant
from apps.assistant.choices import FINAL
from apps.assistant.models import Run
from apps.chat import selectors, services
from apps.chat.api.permissions import MayUseAssistant, signed_in
from apps.chat.api.preferences import LONGEST_WAIT, preferred_wait
from apps.chat.api.serializers import (
    AcceptedSerializer,
    ChatResponseSerializer,
    HistoryQuerySerializer,
    HistorySerializer,
    RunSerializer,
    SendMediaSerializer,
    SendSerializer,
    SendUrlSerializer,
    SessionSerializer,
)
from apps.chat.waiting import wait_for
from apps.conversations.models import Conversation
from apps.core.api.idempotency import IdempotentMixin
from apps.core.api.pagination import CursorPagination
from apps.core.api.uploads import BoundedUploadMixin

PREFER = OpenApiParameter(
    "Prefer",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description=f"`wait=N`: answer with the finished run if it ends within N (≤ {LONGEST_WAIT}) seconds.",
)


def sends(request: type[serializers.Serializer[Any]] | dict[str, Any]) -> Callable[..., Any]:
    """The OpenAPI side of the three `send` calls."""
    return extend_schema(
        request=request,
        parameters=[PREFER],
        responses={200: ChatResponseSerializer, 202: AcceptedSerializer},
    )


class _SendView(IdempotentMixin, APIView):
    """A turn: kept, queued, and answered with a receipt or, on wish, with the finished run."""

    permission_classes = [MayUseAssistant]
    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "chat"

    def answer(self, request: Request, run: Run) -> Response:
        """202, or 200 with the ChatResponse when the run ended while the client was willing to wait."""
        seconds = preferred_wait(request.headers.get("Prefer", ""))
        headers = {}
        if seconds and wait_for(run.pk, seconds):
            headers["Preference-Applied"] = f"wait={seconds}"
            run.refresh_from_db()
        if run.status in FINAL:
            return Response(assistant.chat_response(run, reader=signed_in(request)), headers=headers)
        receipt = {
            "session_id": run.conversation_id,
            "message_id": run.message_id,
            "run_id": run.pk,
            "status": run.status,
        }
        body = AcceptedSerializer(receipt).data
        return Response(body, status=status.HTTP_202_ACCEPTED, headers=headers)


class SendView(_SendView):
    """Text."""

    @sends(SendSerializer)
    def post(self, request: Request) -> Response:
        """Send a message to an agent."""
        data = _valid(SendSerializer(data=request.data))
        return self.answer(request, services.send_text(user=signed_in(request), **data))


class SendMediaView(BoundedUploadMixin, _SendView):
    """A file."""

    parser_classes = [MultiPartParser]

    @sends({"multipart/form-data": SendMediaSerializer})
    def post(self, request: Request) -> Response:
        """Send a file with or without a message. Its content must be what `input_type` says."""
        data = _valid(SendMediaSerializer(data=request.data))
        upload = data.pop("file")
        run = services.send_media(user=signed_in(request), name=upload.name, content=upload.file, **data)
        return self.answer(request, run)


class SendUrlView(_SendView):
    """A page."""

    @sends(SendUrlSerializer)
    def post(self, request: Request) -> Response:
        """Send the address of a page with or without a message."""
        data = _valid(SendUrlSerializer(data=request.data))
        return self.answer(request, services.send_url(user=signed_in(request), **data))


class SessionPagination(CursorPagination):
    """By last activity."""

    ordering = "-last_message_at"


class SessionListView(generics.ListAPIView[Conversation]):
    """The user's chats."""

    permission_classes = [MayUseAssistant]
    serializer_class = SessionSerializer
    pagination_class = SessionPagination
    queryset = Conversation.objects.none()

    def get_queryset(self) -> Any:
        """Own chats only, whatever the user's rights."""
        return selectors.sessions(signed_in(self.request))


class SessionView(APIView):
    """One chat."""

    permission_classes = [MayUseAssistant]

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        """Delete a chat; a run at work in it is stopped."""
        services.delete_session(user=signed_in(request), session_id=pk)
        return Response(status=status.HTTP_204_NO_CONTENT)


class HistoryPagination(CursorPagination):
    """As it was said."""

    ordering = ("created_at", "id")  # type: ignore[assignment]


class HistoryView(APIView):
    """What was said in a chat."""

    permission_classes = [MayUseAssistant]

    @extend_schema(
        parameters=[
            HistoryQuerySerializer,
            OpenApiParameter("cursor", OpenApiTypes.STR, description="From `next` or `previous`."),
            OpenApiParameter("limit", OpenApiTypes.INT, description="Messages a page, at most 100."),
        ],
        responses=HistorySerializer,
    )
    def get(self, request: Request) -> Response:
        """A page of messages, oldest first. `last_seq` is where to `resume` on the socket."""
        query = _valid(HistoryQuerySerializer(data=request.query_params))
        session = services.session_of(user=signed_in(request), session_id=query["session_id"])
        assert session is not None
        # Before the messages: an event that falls between the two reads is then replayed, never missed.
        seq = selectors.told_until(session)
        pages = HistoryPagination()
        page = pages.paginate_queryset(selectors.messages(session), request, view=self) or []
        body = {
            "session_id": session.pk,
            "title": session.title,
            "last_seq": seq,
            "results": selectors.history_rows(page, user=signed_in(request)),
            "next": pages.get_next_link(),
            "previous": pages.get_previous_link(),
        }
        return Response(HistorySerializer(body).data)


class RunView(APIView):
    """One run."""

    permission_classes = [MayUseAssistant]

    @extend_schema(responses=RunSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """A run and its steps."""
        reader = signed_in(request)
        return Response(assistant.run_detail(services.visible_run(user=reader, run_id=pk), reader=reader))


class CancelView(IdempotentMixin, APIView):
    """Stop."""

    permission_classes = [MayUseAssistant]

    @extend_schema(request=None, responses=RunSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """Stop a run. One that is over already stays what it is."""
        reader = signed_in(request)
        return Response(assistant.run_detail(services.cancel(user=reader, run_id=pk), reader=reader))


def _valid(serializer: serializers.BaseSerializer[Any]) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    data: dict[str, Any] = serializer.validated_data
    return data
