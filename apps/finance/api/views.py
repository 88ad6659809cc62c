"""The ledger over HTTP."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

import django_filters as filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, permissions, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.models import User
from apps.accounts.signed_in import signed_in
from apps.core.api.idempotency import IdempotentMixin
from apps.core.api.keyset import KeysetPagination
from apps.core.errors import Forbidden, Invalid
from apps.core.reporting import ReportFilters
from apps.core.reporting.filters import resolve_period
from apps.finance.api.serializers import (
    ActSerializer,
    CategorySerializer,
    DiscardSerializer,
    LedgerEntrySerializer,
    PaidSerializer,
    ReverseSerializer,
    StatementSerializer,
)
from apps.finance.choices import EntryKind, EntryStatus
from apps.finance.models import Category, Entry
from apps.finance.papers import Paper, paper
from apps.finance.selectors import with_names
from apps.finance.services import drafts, posting

PERIOD = OpenApiParameter(
    "period", OpenApiTypes.STR, description="A preset such as last_month, or FROM..TO as ISO days."
)


class LedgerPermissions(permissions.DjangoModelPermissions):
    """The rights of the model, reading included; acts on an entry ask the services for theirs."""

    perms_map = {
        **permissions.DjangoModelPermissions.perms_map,
        "GET": ["%(app_label)s.view_%(model_name)s"],
    }

    def has_permission(self, request: Request, view: Any) -> bool:
        """An act needs sight; the service refuses who may not do it."""
        if getattr(view, "is_act", False):
            return request.user.is_authenticated and request.user.has_perm("finance.view_entry")
        return bool(super().has_permission(request, view))


class EntryFilters(filters.FilterSet):
    """`search` finds by party, purpose and reference; `since` and `until` are days, both included."""

    search = filters.CharFilter(method="words", max_length=200)
    status = filters.MultipleChoiceFilter(choices=EntryStatus.choices)
    kind = filters.ChoiceFilter(field_name="category__kind", choices=EntryKind.choices)
    category = filters.CharFilter(field_name="category__code", max_length=40)
    currency = filters.CharFilter(lookup_expr="exact", max_length=3)
    since = filters.DateFilter(field_name="booked_on", lookup_expr="gte")
    until = filters.DateFilter(field_name="booked_on", lookup_expr="lte")
    is_paid = filters.BooleanFilter(field_name="paid_on", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Entry
        fields: list[str] = []

    def words(self, rows: Any, name: str, value: str) -> Any:  # noqa: ARG002
        """Beginnings of words."""
        return rows.search(value)


class EntryViewSet(
    IdempotentMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Entry]
):
    """Entries of the ledger. A new one is a draft; posted ones are corrected by reversals."""

    queryset = Entry.objects.none()
    serializer_class = LedgerEntrySerializer
    permission_classes = [LedgerPermissions]
    pagination_class = KeysetPagination
    filterset_class = EntryFilters
    http_method_names = ["get", "post", "patch", "head", "options"]
    orderings: ClassVar[dict[str, str]] = {"booked_on": "booked_on", "created_at": "created_at"}

    def get_queryset(self) -> QuerySet[Entry]:
        """Through `visible_to`."""
        return with_names(Entry.objects.visible_to(self.request.user))

    @property
    def is_act(self) -> bool:
        """Whether something is done with an entry that is there."""
        return self.action in {"post_entry", "discard", "reverse", "paid"}

    def create(self, request: Request) -> Response:
        """A new draft. 409 when an entry has the same reference."""
        fields = self._cleaned(request)
        entry = drafts.record_draft(actor=self._user, **fields)
        return self._answer(entry, status.HTTP_201_CREATED)

    def partial_update(self, request: Request, pk: UUID | None = None) -> Response:  # noqa: ARG002
        """Change the fields of a draft that are sent. 409 when it is no draft any more."""
        entry = self.get_object()
        fields = self._cleaned(request, entry)
        version = fields.pop("version", "")
        return self._answer(drafts.edit_draft(actor=self._user, entry=entry, version=version, **fields))

    @extend_schema(request=ActSerializer, responses=LedgerEntrySerializer)
    @action(detail=True, methods=["post"], url_path="post")
    def post_entry(self, request: Request, pk: UUID | None = None) -> Response:  # noqa: ARG002
        """Put a draft into the books. 409 when somebody was faster."""
        return self._act(request, ActSerializer, posting.post)

    @extend_schema(request=DiscardSerializer, responses=LedgerEntrySerializer)
    @action(detail=True, methods=["post"])
    def discard(self, request: Request, pk: UUID | None = None) -> Response:  # noqa: ARG002
        """Throw a draft away; the row stays."""
        return self._act(request, DiscardSerializer, drafts.discard)

    @extend_schema(request=ReverseSerializer, responses=LedgerEntrySerializer)
    @action(detail=True, methods=["post"])
    def reverse(self, request: Request, pk: UUID | None = None) -> Response:  # noqa: ARG002
        """Take a posted entry back; the answer is the correction."""
        return self._act(request, ReverseSerializer, posting.reverse)

    @extend_schema(request=PaidSerializer, responses=LedgerEntrySerializer)
    @action(detail=True, methods=["post"])
    def paid(self, request: Request, pk: UUID | None = None) -> Response:  # noqa: ARG002
        """Keep the day on which the money moved."""
        return self._act(request, PaidSerializer, posting.mark_paid)

    @property
    def _user(self) -> User:
        return signed_in(self.request)

    def _act(self, request: Request, body: type[serializers.Serializer[Any]], service: Any) -> Response:
        parsed = body(data=request.data)
        parsed.is_valid(raise_exception=True)
        return self._answer(service(actor=self._user, entry=self.get_object(), **parsed.validated_data))

    def _cleaned(self, request: Request, instance: Entry | None = None) -> dict[str, Any]:
        serializer = self.get_serializer(instance, data=request.data, partial=instance is not None)
        serializer.is_valid(raise_exception=True)
        fields = dict(serializer.validated_data)
        if instance is None:
            fields.pop("version", None)
        return fields

    def _answer(self, entry: Entry, code: int = status.HTTP_200_OK) -> Response:
        return Response(self.get_serializer(entry).data, status=code)


class CategoryViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Category]):
    """The categories in the order of the statements."""

    queryset = Category.objects.none()
    serializer_class = CategorySerializer
    permission_classes = [LedgerPermissions]
    pagination_class = None
    http_method_names = ["get", "head", "options"]

    def get_queryset(self) -> QuerySet[Category]:
        """Through `visible_to`."""
        return Category.objects.visible_to(self.request.user)


class StatementView(APIView):
    """Profit and loss and cash of a period with the comparison, by currency."""

    @extend_schema(parameters=[PERIOD], responses=StatementSerializer)
    def get(self, request: Request) -> Response:
        """By default of the last month. Days are those of the reader's time zone."""
        user = signed_in(request)
        if not user.has_perm("finance.view_entry"):
            raise Forbidden("You may not read the ledger.")
        return Response(
            StatementSerializer(_paper(user, request.query_params.get("period", "last_month"))).data
        )


def _paper(user: User, text: str) -> Paper:
    try:
        filters_ = ReportFilters(period=text)
    except ValueError as error:
        raise Invalid("Name a period (last_month, this_quarter …) or write FROM..TO.") from error
    now = timezone.now()
    return paper(user, resolve_period(filters_.period, now=now, tz=user.timezone), now)
