"""What happened and what is to be done, over HTTP."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.errors import Forbidden
from apps.crm.api.base import VisibleViewSet
from apps.crm.api.filters import ActivityFilters, TaskFilters
from apps.crm.api.serializers import ActivitySerializer, NoteSerializer, TaskSerializer
from apps.crm.models import Activity, Task
from apps.crm.services import activities, tasks


class ActivityViewSet(VisibleViewSet[Activity]):
    """Calls, mails, meetings, messages and notes."""

    queryset = Activity.objects.none()
    serializer_class = ActivitySerializer
    filterset_class = ActivityFilters
    related = ("by",)
    orderings: ClassVar[dict[str, str]] = {"occurred_at": "occurred_at"}

    def create(self, request: Request) -> Response:
        """Write down what happened, now or earlier."""
        fields = self.cleaned(request)
        at = fields.pop("occurred_at", None)
        made = activities.log_activity(actor=self.user, at=at, **fields)
        return self.answer(made, status.HTTP_201_CREATED)

    @extend_schema(request=NoteSerializer, responses=ActivitySerializer)
    def partial_update(self, request: Request, pk: UUID | None = None) -> Response:  # noqa: ARG002
        """Correct the text of one's own entry."""
        activity = self.get_object()
        body = NoteSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return self.answer(activities.edit_note(actor=self.user, activity=activity, **body.validated_data))

    def check_permissions(self, request: Request) -> None:
        """Whoever may write entries may correct their own; the service looks at whose it is."""
        if request.method == "PATCH":
            if not self.user.has_perm("crm.add_activity"):
                raise Forbidden("You may not write down activities.")
            return
        super().check_permissions(request)


class TaskViewSet(VisibleViewSet[Task]):
    """Things to do, with a day and a reminder."""

    queryset = Task.objects.none()
    serializer_class = TaskSerializer
    filterset_class = TaskFilters
    related = ("assigned_to",)
    orderings: ClassVar[dict[str, str]] = {"due_at": "due_at", "created_at": "created_at"}

    def create(self, request: Request) -> Response:
        """A new task, one's own unless somebody else is named."""
        fields = self.cleaned(request)
        return self.answer(tasks.add_task(actor=self.user, **fields), status.HTTP_201_CREATED)

    def partial_update(self, request: Request, pk: UUID | None = None) -> Response:  # noqa: ARG002
        """Change the fields that are sent."""
        task = self.get_object()
        fields = self.cleaned(request, task)
        return self.answer(tasks.update_task(actor=self.user, task=task, **fields))

    @extend_schema(request=None, responses=TaskSerializer)
    @action(detail=True, methods=["post"])
    def complete(self, request: Request, pk: UUID | None = None) -> Response:  # noqa: ARG002
        """It is done; a second time changes nothing."""
        return self.answer(tasks.complete_task(actor=self.user, task=self.get_object()))

    @extend_schema(request=None, responses=TaskSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: UUID | None = None) -> Response:  # noqa: ARG002
        """It is not done after all."""
        return self.answer(tasks.reopen_task(actor=self.user, task=self.get_object()))
