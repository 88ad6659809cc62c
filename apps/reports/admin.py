"""Files made of reports, in the back office."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.core.admin import ReadOnlyAdmin
from apps.reports.choices import ExportStatus
from apps.reports.models import ReportExport

COLOURS = {
    ExportStatus.QUEUED: "info",
    ExportStatus.RUNNING: "info",
    ExportStatus.DONE: "success",
    ExportStatus.FAILED: "danger",
}


@admin.register(ReportExport)
class ReportExportAdmin(ReadOnlyAdmin):
    """One's own files of reports; administrators see everybody's."""

    list_display = ["title", "format", "state", "user", "created_at", "file"]
    list_filter = ["status", "format"]
    list_select_related = ["user", "artifact"]
    search_fields = ["title", "report"]
    fields = [
        ("title", "format"),
        "state",
        "file",
        "error",
        "filters",
        ("user", "attempts"),
        ("created_at", "started_at", "finished_at"),
    ]
    readonly_fields = ["state", "file", "created_at"]

    @display(description=_("Status"), ordering="status", label=COLOURS)
    def state(self, export: ReportExport) -> tuple[str, str]:
        """Coloured, with what is being done."""
        return export.status, export.progress or export.get_status_display()

    @admin.display(description=_("File"))
    def file(self, export: ReportExport) -> str:
        """Link to the file once it is there."""
        if export.artifact is None:
            return "–"
        return format_html(
            '<a class="text-primary-600 underline" href="{}">{}</a>',
            export.artifact.download_url,
            export.artifact.name,
        )

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whoever may enter; the rows are each one's own."""
        return request.user.is_active

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Whoever may enter; the rows are each one's own."""
        return request.user.is_active
