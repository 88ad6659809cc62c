"""Import with a preview and export of what a list shows, for any list of the back office."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import ValidationError
from django.db import DataError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from import_export.admin import ImportExportMixin
from import_export.formats.base_formats import Format
from import_export.results import Result
from unfold.contrib.import_export.forms import ExportForm, ImportForm

from apps.audit import services as audit
from apps.perception.errors import UnreadableFile
from apps.reports.exchange.formats import AnyTable, Csv, Xlsx

#: Rows of one export. More is for reports, which render in the background.
MAX_EXPORT = 50_000
#: Bytes of an uploaded file: it is kept in the cache between preview and confirmation.
MAX_BYTES = 5 * 1024 * 1024
#: What a list lets out when its address holds a filter that makes no sense: some when it is made, others when
#: its rows are read.
WRONG_FILTERS = (IncorrectLookupParameters, ValidationError, ValueError, DataError)


class BoundedImportForm(ImportForm):
    """Refuses files that a preview cannot show."""

    @property
    def too_large(self) -> str:
        """What to do with a larger file."""
        return _("The file is larger than 5 MB. Divide it into smaller ones.")

    def clean_import_file(self) -> Any:
        """Within the size limit."""
        upload = self.cleaned_data["import_file"]
        if upload.size > MAX_BYTES:
            self.add_error("import_file", self.too_large)
        return upload


class TableExchange(ImportExportMixin):
    """Buttons above the list: a file in with preview, the filtered list out as CSV or XLSX.

    The admin names `trail`, under which the audit trail knows these rows (`crm.leads`), the `file_stem` of
    exports, its `resource_classes`, and who may do both.
    """

    trail: ClassVar[str]
    file_stem: ClassVar[str]
    import_form_class = BoundedImportForm
    export_form_class = ExportForm
    import_error_display: ClassVar[tuple[str, ...]] = ("message",)

    def get_import_formats(self) -> list[type[Format]]:
        """One for all: the content of the file decides."""
        return [AnyTable]

    def get_export_formats(self) -> list[type[Format]]:
        """CSV and XLSX."""
        return [Csv, Xlsx]

    def export_rows(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows with what their columns need."""
        return queryset

    def export_action(self, request: HttpRequest) -> HttpResponse:
        """The page and the file; back to the list when the address holds a filter that makes no sense."""
        try:
            with transaction.atomic():
                response: HttpResponse = super().export_action(request)
        except WRONG_FILTERS:
            messages.error(
                request, _("One of the filters makes no sense. Choose them in the list, then export again.")
            )
            return redirect(self._url("changelist"))
        return response

    def init_request_context_data(self, request: HttpRequest, form: Any) -> dict[str, Any]:
        """The page names the columns of the file; the package would name those of an import."""
        context: dict[str, Any] = super().init_request_context_data(request, form)
        made = [resource() for resource in self.get_export_resource_classes(request)]
        columns = [(resource.get_display_name(), resource.get_export_headers()) for resource in made]
        return {**context, "fields_list": columns}

    def get_data_for_export(self, request: HttpRequest, queryset: QuerySet[Any], **kwargs: Any) -> Any:
        """With native numbers and dates; the formats decide how to write them."""
        rows = self.export_rows(queryset)
        if rows[MAX_EXPORT : MAX_EXPORT + 1].exists():
            raise ValueError(
                _("These are more than 50,000 rows. Narrow the list with filters, then export again.")
            )
        data = super().get_data_for_export(request, rows, **{**kwargs, "force_native_type": True})
        data.title = self.file_stem.capitalize()
        audit.record(action=f"{self.trail}.exported", details={"rows": len(data)})
        return data

    def get_export_filename(self, request: HttpRequest, queryset: Any, file_format: Format) -> str:  # noqa: ARG002
        """With the day."""
        return f"{self.file_stem}-{timezone.localdate():%Y-%m-%d}.{file_format.get_extension()}"

    def add_data_read_fail_error_to_form(self, form: ImportForm, e: Exception) -> None:
        """With the reader's own reason, which says what to do."""
        if isinstance(e, UnreadableFile):
            form.add_error("import_file", e.detail)
        else:
            super().add_data_read_fail_error_to_form(form, e)

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """All rows or none, also when one goes wrong that was right in the preview."""
        return {**super().get_import_data_kwargs(**kwargs), "rollback_on_validation_errors": True}

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The confirmed import; a second click finds the file gone."""
        if self.has_import_permission(request) and not self._comes_from_preview(request):
            return self._again(request, _("That was not the form of a preview."))
        try:
            response: HttpResponse = super().process_import(request, **kwargs)
        except UnreadableFile:
            return self._again(
                request, _("The file is not there any more: it was imported, or waited too long.")
            )
        return response

    def process_result(self, result: Result, request: HttpRequest) -> HttpResponse:
        """Back to the list, or to the preview when somebody changed something in between."""
        if result.has_errors() or result.has_validation_errors():
            return self._again(request, _("Nothing was imported: something has changed since the preview."))
        response: HttpResponse = super().process_result(result, request)
        return response

    def generate_log_entries(self, result: Result, request: HttpRequest) -> None:  # noqa: ARG002
        """The services have written the trail of each row; this is the trail of the file."""
        totals = {name: count for name, count in result.totals.items() if count}
        audit.record(action=f"{self.trail}.imported", details={"rows": result.total_rows, **totals})

    def _comes_from_preview(self, request: HttpRequest) -> bool:
        """Whether the form is complete and names what there is; the package takes its numbers as sent."""
        formats = range(len(self.get_import_formats()))
        resources = range(len(self.get_import_resource_classes(request)))
        form = self.create_confirm_form(request)
        return (
            form.is_valid()
            and form.cleaned_data["format"] in map(str, formats)
            and form.cleaned_data["resource"] in {"", *map(str, resources)}
        )

    def _again(self, request: HttpRequest, reason: str) -> HttpResponse:
        advice = _("Look at the list, then upload the file again if you need to.")
        messages.error(request, f"{reason} {advice}")
        return redirect(self._url("import"))

    def _url(self, name: str) -> str:
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}"
