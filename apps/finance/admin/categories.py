"""The categories of the ledger in the back office."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.accounts.signed_in import signed_in
from apps.audit import services as audit
from apps.core.admin import VisibleAdmin
from apps.finance.models import Category


@admin.register(Category)
class CategoryAdmin(VisibleAdmin):
    """What entries are about, in the order of the statements."""

    list_display = ["name", "code", "kind", "group", "order", "is_active"]
    list_filter = ["kind", "is_active"]
    fields = ["name", "code", ("kind", "group"), ("order", "is_active")]
    search_fields = ["name", "code"]
    ordering = ["order", "code"]
    sortable_by = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:  # noqa: ARG002
        """Programs and files know a category by its code; its kind decides the sign of its entries."""
        return ("code", "kind") if obj is not None else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """One that is not used any more is switched off: statements of earlier years need it."""
        return False

    def save_model(self, request: HttpRequest, obj: Category, form: Any, change: bool) -> None:
        """With a trace of what it was before: statements depend on it."""
        super().save_model(request, obj, form, change)
        details = {
            name: [str(form.initial.get(name, "")), str(form.cleaned_data[name])]
            for name in form.changed_data
        }
        action = "finance.category.updated" if change else "finance.category.added"
        audit.record(action=action, obj=obj, details=details, actor=signed_in(request))
