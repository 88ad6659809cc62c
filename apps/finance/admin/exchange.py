"""Import and export of entries in the back office."""

from __future__ import annotations

from typing import ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest

from apps.finance.exchange.resources import EntryResource
from apps.finance.models import Entry
from apps.reports.exchange.pages import TableExchange


class EntryExchange(TableExchange):
    """A file becomes drafts, which a person posts; the list as it is narrowed becomes a file."""

    trail = "finance.entries"
    file_stem = "ledger"
    import_template_name = "admin/finance/entry/import.html"
    resource_classes: ClassVar[list[type[EntryResource]]] = [EntryResource]

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Whoever may record entries."""
        return request.user.has_perm("finance.add_entry")

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Whoever may read the ledger may take along what he reads."""
        return request.user.has_perm("finance.view_entry")

    def export_rows(self, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        """With the names that stand in the file."""
        return queryset.select_related("category", "document", "recorded_by", "posted_by")
