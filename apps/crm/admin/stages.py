"""What managers set for each stage."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.audit import services as audit
from apps.core.admin import VisibleAdmin
from apps.crm.models import Stage


@admin.register(Stage)
class StageAdmin(VisibleAdmin):
    """The six stages: how likely a lead in it is won, and when its card begins to look old."""

    list_display = ["status", "probability", "ages_after"]
    list_editable = ["probability", "ages_after"]
    fields = ["status", "probability", "ages_after"]
    readonly_fields = ["status"]
    ordering = ["order"]
    sortable_by = ()

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """The stages are declared in code."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """The stages are declared in code."""
        return False

    def save_model(self, request: HttpRequest, obj: Stage, form: Any, change: bool) -> None:
        """With a trace of what it was before: forecasts depend on it."""
        super().save_model(request, obj, form, change)
        details = {
            name: [str(form.initial.get(name)), str(form.cleaned_data[name])] for name in form.changed_data
        }
        audit.record(action="crm.stage.updated", obj=obj, details=details)
