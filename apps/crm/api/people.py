"""Companies, contacts and customers over HTTP."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.contacts import services
from apps.contacts.models import Company, Contact
from apps.crm.api.base import VisibleViewSet, timeline_of
from apps.crm.api.filters import ContactFilters, CustomerFilters, WordFilters
from apps.crm.api.leads import BEFORE
from apps.crm.api.serializers import (
    CompanySerializer,
    ContactSerializer,
    CustomerSerializer,
    TimelineSerializer,
)
from apps.crm.models import Customer


class CompanyViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, VisibleViewSet[Company]):
    """Companies that leads, contacts and customers belong to."""

    queryset = Company.objects.none()
    serializer_class = CompanySerializer
    filterset_class = WordFilters
    orderings: ClassVar[dict[str, str]] = {"created_at": "created_at", "name": "name"}

    def create(self, request: Request) -> Response:
        """A new company; its name, in any spelling, must be new."""
        fields = self.cleaned(request)
        fields.pop("version", "")
        return self.answer(services.create_company(actor=self.user, **fields), status.HTTP_201_CREATED)

    def partial_update(self, request: Request, pk: UUID | None = None) -> Response:  # noqa: ARG002
        """Change the fields that are sent."""
        company = self.get_object()
        fields = self.cleaned(request, company)
        return self.answer(services.update_company(actor=self.user, company=company, **fields))

    @extend_schema(parameters=[BEFORE], responses=TimelineSerializer, filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def timeline(self, request: Request, pk: UUID | None = None) -> Response:  # noqa: ARG002
        """What happened with the company, its people and those of its leads that the user may see."""
        return timeline_of(self.get_object(), request)


class ContactViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, VisibleViewSet[Contact]):
    """People outside the house."""

    queryset = Contact.objects.none()
    serializer_class = ContactSerializer
    filterset_class = ContactFilters
    related = ("company",)
    orderings: ClassVar[dict[str, str]] = {"created_at": "created_at", "name": "name"}

    def create(self, request: Request) -> Response:
        """A new contact; the e-mail address must be new."""
        fields = self.cleaned(request)
        fields.pop("version", "")
        return self.answer(services.create_contact(actor=self.user, **fields), status.HTTP_201_CREATED)

    def partial_update(self, request: Request, pk: UUID | None = None) -> Response:  # noqa: ARG002
        """Change the fields that are sent."""
        contact = self.get_object()
        fields = self.cleaned(request, contact)
        return self.answer(services.update_contact(actor=self.user, contact=contact, **fields))

    @extend_schema(parameters=[BEFORE], responses=TimelineSerializer, filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def timeline(self, request: Request, pk: UUID | None = None) -> Response:  # noqa: ARG002
        """What happened with the person and with those leads that the user may see."""
        return timeline_of(self.get_object(), request)


class CustomerViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, VisibleViewSet[Customer]):
    """Companies that bought. Winning a lead makes one."""

    queryset = Customer.objects.none()
    serializer_class = CustomerSerializer
    filterset_class = CustomerFilters
    related = ("company", "account_manager")
    orderings: ClassVar[dict[str, str]] = {"since": "since"}
    http_method_names = ["get", "head", "options"]
