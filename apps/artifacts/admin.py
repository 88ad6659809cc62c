"""Files in the back office."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from apps.artifacts import services
from apps.artifacts.models import Artifact
from apps.core.admin import ReadOnlyAdmin


@admin.register(Artifact)
class ArtifactAdmin(ReadOnlyAdmin):
    """Look, download, and (administrators) delete with the bytes."""

    list_display = ["name", "kind", "size", "owner", "department", "origin", "created_at", "download"]
    list_filter = ["kind", "origin", "department", "created_at"]
    search_fields = ["name", "sha256"]
    search_help_text = _("Name of the file")
    palette_icon = "draft"

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
