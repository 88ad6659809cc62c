"""Files of leads in the back office."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from apps.core.admin import ReadOnlyAdmin
from apps.crm.models import LeadImport


@admin.register(LeadImport)
class LeadImportAdmin(ReadOnlyAdmin):
    """Files of leads and what became of their rows."""

    list_display = ["file_name", "user", "rows", "created", "duplicates", "refused", "created_at"]
    list_select_related = ["user"]
    search_fields = ["file_name"]
    fields = [
        "file_name",
        "user",
        "created_at",
        ("rows", "created", "duplicates", "refused"),
        "rejects",
        "new_leads",
        "summary",
    ]

    @admin.display(description=_("Rows that were not imported"))
    def rejects(self, row: LeadImport) -> str:
        """Link to the report file."""
        if row.report is None:
            return "–"
        return format_html(
            '<a class="text-primary-600" href="{}">{}</a>', row.report.download_url, row.report
        )

    @admin.display(description=_("New leads"))
    def new_leads(self, row: LeadImport) -> str:
        """Link to the leads it made."""
        url = f"/admin/crm/lead/?imported_by__id__exact={row.pk}"
        return format_html('<a class="text-primary-600" href="{}">{}</a>', url, row.created)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:  # noqa: ARG002
        """All of it."""
        return ["rejects", "new_leads"]
