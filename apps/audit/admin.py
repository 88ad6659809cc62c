"""The audit trail in the back office: read-only."""

from __future__ import annotations

from django.contrib import admin

from apps.audit.models import AuditEvent
from apps.core.admin import ReadOnlyAdmin


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    """Newest first, by action, door and department."""

    list_display = ["at", "actor_label", "action", "object_label", "source", "department", "ip_address"]
    list_filter = ["source", "department", "action"]
    search_fields = ["action", "object_id", "correlation_id", "actor_label"]
    date_hierarchy = "at"
