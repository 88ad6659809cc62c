"""What managers set for each stage."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from apps.audit import services as audit
from apps.core.admin import VisibleAdmin
from apps.crm.models import Stage


class StageRowForm(ModelForm[Stage]):
    """A row of the list, whose fields have no label of their own: each says its stage and what it is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = f"{self.instance.get_status_display()}: {field.label}"


@admin.register(Stage)
class StageAdmin(VisibleAdmin):
    """The six stages: how likely a lead in it is won, and when its card begins to look old."""

    list_display = ["status", "probability", "ages_after"]
    list_editable = ["probability", "ages_after"]
    fields = ["status", "probability", "ages_after"]
    readonly_fields = ["status"]
    ordering = ["order"]
    sortable_by = ()

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> type[ModelForm[Stage]]:
        """With labels for those who do not see the columns."""
        return super().get_changelist_form(request, form=StageRowForm, **kwargs)  # type: ignore[no-any-return]

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
