"""What the endpoints of the pipeline share."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, permissions, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import User
from apps.accounts.signed_in import signed_in
from apps.core.api.idempotency import IdempotentMixin
from apps.core.api.keyset import KeysetPagination
from apps.crm.api.merging import FollowsMerges
from apps.crm.api.serializers import TimelineSerializer
from apps.crm.timeline import timeline

M = TypeVar("M", bound=Model)
BEFORE = OpenApiParameter("before", OpenApiTypes.STR, description="The `next` of the page before.")


class ModelPermissions(permissions.DjangoModelPermissions):
    """The rights of the model, reading included."""

    perms_map = {**permissions.DjangoModelPermissions.perms_map, "GET": ["%(app_label)s.view_%(model_name)s"]}


class VisibleViewSet(
    FollowsMerges,
    IdempotentMixin,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    viewsets.GenericViewSet[M],
):
    """Rows that the signed-in user may see; what one may not see is not there (404).

    `orderings`: what clients may order by, and the field behind it; the first one is the default, newest or
    largest first. `related`: relations that are read along.
    """

    permission_classes = [ModelPermissions]
    pagination_class = KeysetPagination
    http_method_names = ["get", "post", "patch", "delete", "head", "options"]
    orderings: ClassVar[dict[str, str]] = {"created_at": "created_at"}
    related: ClassVar[tuple[str, ...]] = ()

    def get_queryset(self) -> QuerySet[M]:
        """Through `visible_to`."""
        named: Any = super().get_queryset()
        rows: QuerySet[M] = named.model.objects.visible_to(self.request.user)
        return rows.select_related(*self.related) if self.related else rows

    @property
    def user(self) -> User:
        """Who asks."""
        return signed_in(self.request)

    def cleaned(self, request: Request, instance: M | None = None) -> dict[str, Any]:
        """The body's valid fields; a new row has no version. Raises a validation error."""
        serializer = self.get_serializer(instance, data=request.data, partial=instance is not None)
        serializer.is_valid(raise_exception=True)
        fields = dict(serializer.validated_data)
        if instance is None:
            fields.pop("version", None)
        return fields

    def answer(self, row: M, status: int = 200) -> Response:
        """The row as JSON."""
        return Response(self.get_serializer(row).data, status=status)


class TimelineMixin(viewsets.GenericViewSet[M]):
    """For rows that things happen with."""

    @extend_schema(parameters=[BEFORE], responses=TimelineSerializer, filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def timeline(self, request: Request, pk: UUID | None = None) -> Response:  # noqa: ARG002
        """What happened, newest first, as far as the user may see it: also with what belongs to it."""
        subject: Any = self.get_object()
        before = request.query_params.get("before", "")[:200]
        page = timeline(subject=subject, user=signed_in(request), before=before)
        return Response(TimelineSerializer(page).data)
