"""Files in the back office."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from apps.artifacts import previews, services, tabular
from apps.artifacts.models import Artifact
from apps.artifacts.panels import panels
from apps.core.admin import ReadOnlyAdmin

_TABLES = {"csv", "xlsx"}
#: Whose request a page is made for: fields of a form are only told the row.
_asking: ContextVar[HttpRequest] = ContextVar("artifacts.admin.request")


@admin.register(Artifact)
class ArtifactAdmin(ReadOnlyAdmin):
    """Look, download, and (administrators) delete with the bytes."""

    list_display = ["name", "kind", "size", "owner", "department", "origin", "created_at", "download"]
    list_filter = ["kind", "origin", "department", "created_at"]
    search_fields = ["name", "sha256"]
    search_help_text = _("Name of the file")
    palette_icon = "draft"
    fields = [
        "name", "preview", "more", ("kind", "size"), ("owner", "department"), ("created_at", "download"),
        ("origin", "content_type"), "sha256",
    ]  # fmt: skip

    @admin.display(description=_("Size"), ordering="size_bytes")
    def size(self, artifact: Artifact) -> str:
        """Human size."""
        return filesizeformat(artifact.size_bytes)

    @admin.display(description=_("Content"))
    def download(self, artifact: Artifact) -> str:
        """Link to the bytes."""
        return format_html(
            '<a class="text-primary-600" href="{}">{}</a>', artifact.download_url, _("Download")
        )

    @admin.display(description=_("Preview"))
    def preview(self, artifact: Artifact) -> str:
        """Pictures of the first pages, or the first rows; a sentence where there are none."""
        return render_to_string("admin/artifacts/preview.html", self._shown(artifact))

    def _shown(self, artifact: Artifact) -> dict[str, Any]:
        if artifact.kind in _TABLES:
            return {"artifact": artifact, "table": tabular.first_rows(artifact)}
        shown = previews.preview_pages(artifact)
        numbers = range(1, shown.pages + 1) if shown else ()
        return {"artifact": artifact, "shown": shown, "numbers": numbers}

    @admin.display(description="")
    def more(self, artifact: Artifact) -> str:
        """What the apps above have to say of the file."""
        request = self._request
        sections = (panel(request, artifact) for panel in panels)
        return format_html_join("", "{}", ((section,) for section in sections if section)) or "–"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:  # noqa: ARG002
        """With those that are computed."""
        return ["size", "download", "preview", "more"]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The panels need to know who asks."""
        _asking.set(request)
        response: HttpResponse = super().change_view(request, object_id, form_url, extra_context)
        return response

    @property
    def _request(self) -> HttpRequest:
        return _asking.get()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """By permission."""
        return request.user.has_perm("artifacts.delete_artifact")

    def delete_model(self, request: HttpRequest, obj: Artifact) -> None:  # noqa: ARG002
        """Through the service, so that the bytes go too."""
        services.delete(artifact=obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:  # noqa: ARG002
        """Through the service, one by one."""
        for artifact in queryset:
            services.delete(artifact=artifact)
