"""Companies and contacts in the back office."""

from __future__ import annotations

from django.contrib import admin

from apps.contacts.models import Company, Contact
from apps.core.admin import VisibleAdmin


@admin.register(Company)
class CompanyAdmin(VisibleAdmin):
    """Companies by name."""

    list_display = ["name", "industry", "location", "website"]
    list_filter = ["industry"]
    search_fields = ["name", "name_key"]


@admin.register(Contact)
class ContactAdmin(VisibleAdmin):
    """People by name, with their company."""

    list_display = ["name", "email", "phone", "company"]
    search_fields = ["name", "email", "phone_key"]
    list_select_related = ["company"]
    autocomplete_fields = ["company"]
