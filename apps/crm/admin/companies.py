"""Companies and contacts in the back office, with what sales knows of them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from apps.accounts.signed_in import signed_in
from apps.contacts import services
from apps.contacts.models import Company, Contact
from apps.crm.admin import merging
from apps.crm.admin.subject_page import SubjectAdmin
from apps.crm.choices import ActivityKind
from apps.crm.forms import CompanyForm, ContactForm
from apps.crm.models import Customer

# The app of companies and contacts knows nothing of sales; here their pages get a timeline and tasks.
admin.site.unregister(Company)
admin.site.unregister(Contact)


@admin.register(Company)
class CompanyAdmin(SubjectAdmin):
    """Companies by name, and the page of one."""

    form = CompanyForm
    log_kinds = (ActivityKind.NOTE, ActivityKind.CALL, ActivityKind.MEETING)
    list_display = ["name", "industry", "location", "website"]
    list_filter = ["industry"]
    search_fields = ["name", "name_key"]
    actions = [merging.merge_two]
    fieldsets = [(None, {"fields": ["name", ("industry", "location"), "website"]})]

    def headline(self, request: HttpRequest, subject: Company) -> dict[str, Any]:
        """Whether it bought, and who looks after it."""
        customers = Customer.objects.visible_to(request.user).filter(company=subject)
        return {"company": subject, "bought": customers.select_related("account_manager").first()}

    def create(self, request: HttpRequest, fields: dict[str, Any]) -> Model:
        """By the service."""
        return services.create_company(actor=signed_in(request), **fields)

    def update(self, request: HttpRequest, row: Company, version: str, fields: dict[str, Any]) -> None:
        """By the service."""
        services.update_company(actor=signed_in(request), company=row, version=version, **fields)


@admin.register(Contact)
class ContactAdmin(SubjectAdmin):
    """People by name, with their company, and the page of one."""

    form = ContactForm
    page_select_related = ("company",)
    list_display = ["name", "email", "phone", "company"]
    list_select_related = ["company"]
    search_fields = ["name", "email", "phone_key"]
    actions = [merging.merge_two]
    autocomplete_fields = ["company"]
    fieldsets = [(None, {"fields": [("name", "company"), ("email", "phone")]})]

    def headline(self, request: HttpRequest, subject: Contact) -> dict[str, Any]:  # noqa: ARG002
        """Who it is, and where from."""
        return {"contact": subject, "phone": subject.phone, "email": subject.email}

    def create(self, request: HttpRequest, fields: dict[str, Any]) -> Model:
        """By the service."""
        return services.create_contact(actor=signed_in(request), **fields)

    def update(self, request: HttpRequest, row: Contact, version: str, fields: dict[str, Any]) -> None:
        """By the service."""
        services.update_contact(actor=signed_in(request), contact=row, version=version, **fields)
