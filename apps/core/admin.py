"""What every screen of the back office shares."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from apps.core.querysets import VisibleQuerySet


class VisibleAdmin(ModelAdmin):
    """A `ModelAdmin` whose rows are those that `visible_to` grants: one rule for screens, API and tools."""

    list_per_page = 50
    show_full_result_count = False
    warn_unsaved_form = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Only the rows that the signed-in user may see."""
        queryset: QuerySet[Any] = super().get_queryset(request)
        if isinstance(queryset, VisibleQuerySet):
            return queryset.visible_to(request.user)
        return queryset


class ReadOnlyAdmin(VisibleAdmin):
    """For rows that are records of what happened."""

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Nobody adds a record by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """Nobody edits a record."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """Nobody deletes a record."""
        return False
