"""Import and export of leads in the back office."""

from __future__ import annotations

from typing import ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.crm.exchange.resources import LeadResource
from apps.crm.models import Lead
from apps.reports.exchange.pages import BoundedImportForm, TableExchange


class LeadImportForm(BoundedImportForm):
    """Larger files have another door."""

    @property
    def too_large(self) -> str:
        """The chat reads files in the background."""
        return _("The file is larger than 5 MB. Larger files can be imported in the chat: drop them there.")


class LeadExchange(TableExchange):
    """Leads in with preview, the filtered list out as CSV or XLSX."""

    trail = "crm.leads"
    file_stem = "leads"
    resource_classes: ClassVar[list[type[LeadResource]]] = [LeadResource]
    import_form_class = LeadImportForm

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Whoever may add leads."""
        return request.user.has_perm("crm.add_lead")

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Taking rows out of the house is a right of its own."""
        return request.user.has_perm("crm.export_lead")

    def export_rows(self, queryset: QuerySet[Lead]) -> QuerySet[Lead]:
        """With the owners' addresses."""
        return queryset.select_related("assigned_to")
