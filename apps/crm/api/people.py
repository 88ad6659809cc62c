"""Companies, contacts and customers over HTTP."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.contacts import services
from apps.contacts.models import Company, Contact
from apps.crm.api.base import TimelineMixin, VisibleViewSet
from apps.crm.api.filters import ContactFilters, CustomerFilters, WordFilters
from apps.crm.api.serializers import (
    CompanySerializer,
    ContactSerializer,
    CustomerSerializer,
)
from apps.crm.models import Customer


class CompanyViewSet(TimelineMixin[Company], VisibleViewSet[Company]):
    """Companies that leads, contacts and customers belong to."""

    queryset = Company.objects.none()
    serializer_class = CompanySerializer
    filterset_class = WordFilters
    orderings: ClassVar[dict[str, str]] = {"created_at": "created_at", "name": "name"}

    def create(self, request: Request) -> Response:
        """A new company; its name, in any spelling, must be new."""
        fields = self.cleaned(request)
        return self.answer(services.create_company(actor=self.user, **fields), status.HTTP_201_CREATED)

    def partial_update(self, request: Request, pk: UUID | None = None) -> Response:  # noqa: ARG002
        """Change the fields that are sent."""
        company = self.get_object()
        fields = self.cleaned(request, company)
        return self.answer(services.update_company(actor=self.user, company=company, **fields))


class ContactViewSet(TimelineMixin[Contact], VisibleViewSet[Contact]):
    """People outside the house."""

    queryset = Contact.objects.none()
    serializer_class = ContactSerializer
    filterset_class = ContactFilters
    related = ("company",)
    orderings: ClassVar[dict[str, str]] = {"created_at": "created_at", "name": "name"}

    def create(self, request: Request) -> Response:
        """A new contact; the e-mail address must be new."""
        fields = self.cleaned(request)
        return self.answer(services.create_contact(actor=self.user, **fields), status.HTTP_201_CREATED)

    def partial_update(self, request: Request, pk: UUID | None = None) -> Response:  # noqa: ARG002
        """Change the fields that are sent."""
        contact = self.get_object()
        fields = self.cleaned(request, contact)
        return self.answer(services.update_contact(actor=self.user, contact=contact, **fields))


class CustomerViewSet(VisibleViewSet[Customer]):
    """Companies that bought. Winning a lead makes one."""

    queryset = Customer.objects.none()
    serializer_class = CustomerSerializer
    filterset_class = CustomerFilters
    related = ("company", "account_manager")
    orderings: ClassVar[dict[str, str]] = {"since": "since"}
    http_method_names = ["get", "head", "options"]
