"""Customers in the back office."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.accounts.signed_in import signed_in
from apps.crm.admin.versioned import VersionedAdmin
from apps.crm.forms import CustomerForm
from apps.crm.models import Customer
from apps.crm.services.customers import update_customer

STATUS_COLOURS = {"active": "success", "churned": "danger"}


@admin.register(Customer)
class CustomerAdmin(VersionedAdmin):
    """Companies that bought. A customer comes from a won lead, never from this form."""

    form = CustomerForm
    palette_icon = "storefront"
    list_display = ["company", "state", "account_manager", "since"]
    list_filter = ["status"]
    list_select_related = ["company", "account_manager"]
    search_fields = ["company__name"]
    search_help_text = _("Company")
    fieldsets = [(None, {"fields": [("company_page", "won_lead"), "since", ("status", "account_manager")]})]
    readonly_fields = ["company_page", "won_lead", "since"]

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Winning a lead makes one."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """One that leaves is marked as churned."""
        return False

    @display(description=_("Status"), ordering="status", label=STATUS_COLOURS)
    def state(self, customer: Customer) -> tuple[str, str]:
        """Coloured."""
        return customer.status, customer.get_status_display()

    @admin.display(description=_("Company"))
    def company_page(self, customer: Customer) -> str:
        """To everything we know of the company."""
        url = reverse("admin:contacts_company_change", args=[customer.company_id])
        return format_html('<a class="mz-link" href="{}">{}</a>', url, customer.company)

    @admin.display(description=_("Won by the lead"))
    def won_lead(self, customer: Customer) -> str:
        """To the lead, whose own page decides who may see it."""
        if customer.lead_id is None:
            return "–"
        url = reverse("admin:crm_lead_change", args=[customer.lead_id])
        return format_html('<a class="mz-link" href="{}">{}</a>', url, _("Open the lead"))

    def update(self, request: HttpRequest, row: Customer, version: str, fields: dict[str, Any]) -> None:
        """By the service."""
        update_customer(actor=signed_in(request), customer=row, version=version, **fields)
