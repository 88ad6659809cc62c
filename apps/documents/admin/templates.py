"""Templates: see which version is in force, try another, publish it, go back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.decorators import display

from apps.accounts.signed_in import signed_in
from apps.core.admin import RecordPageAdmin
from apps.core.errors import DomainError
from apps.documents import services
from apps.documents.admin import guide, wording
from apps.documents.admin.trying import preview_answer
from apps.documents.choices import VersionStatus
from apps.documents.differences import differences
from apps.documents.models import Template, TemplateVersion
from apps.documents.services.versions import MAX_BYTES
from apps.documents.templates import starting_point

#: Bytes of a new version from a request that was sent. Raises `DomainError`.
ContentOf = Callable[[HttpRequest, Template], bytes]
_TONES = {VersionStatus.PUBLISHED: "good", VersionStatus.DRAFT: "info", VersionStatus.RETIRED: "muted"}


@admin.register(Template)
class TemplateAdmin(RecordPageAdmin):
    """A template opens as a page of its own, with its versions."""

    list_display = ["title", "kind_label", "path", "in_force"]
    list_filter = ["kind"]
    list_display_links = ["title"]
    search_fields = ["title", "path"]
    search_help_text = _("Title or path")
    palette_icon = "design_services"
    ordering = ["kind", "title"]

    @display(description=_("Kind"), label=True)
    def kind_label(self, template: Template) -> str:
        """A label."""
        return template.get_kind_display()

    @admin.display(description=_("In force"))
    def in_force(self, template: Template) -> str:
        """The published version and where it came from."""
        version = next(
            (item for item in template.versions.all() if item.status == VersionStatus.PUBLISHED), None
        )
        return f"{version}, {version.get_origin_display()}" if version else "–"

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the versions, without their bytes."""
        versions = Prefetch("versions", TemplateVersion.objects.light())
        return super().get_queryset(request).prefetch_related(versions)

    def get_urls(self) -> list[URLPattern]:
        """The pages and actions of a template's versions."""
        view = self.admin_site.admin_view
        at = "<uuid:pk>/versions/<int:number>/"
        own = [
            path("<uuid:pk>/draft/", view(require_POST(self.draft)), name="documents_template_draft"),
            path("<uuid:pk>/wording/", view(require_POST(self.reword)), name="documents_template_wording"),
            path("<uuid:pk>/try/", view(require_POST(self.try_out)), name="documents_template_try"),
            path(at, view(self.version_page), name="documents_template_version"),
            path(f"{at}preview/", view(self.preview), name="documents_template_preview"),
            path(f"{at}download/", view(self.download), name="documents_template_download"),
            path(f"{at}publish/", view(require_POST(self.publish)), name="documents_template_publish"),
            path(f"{at}discard/", view(require_POST(self.discard)), name="documents_template_discard"),
        ]
        return [*own, *super().get_urls()]

    def record_page(self, request: HttpRequest, record: Template) -> HttpResponse:
        """What the template is for, what it may say, its versions, and the way to a new one."""
        versions = list(record.versions.light().select_related("author"))
        begun = starting_point(record, _number(request, "from"))
        context = {
            "title": record.title,
            "template": record,
            "versions": [(item, _TONES[VersionStatus(item.status)]) for item in versions],
            "current": next((item for item in versions if item.status == VersionStatus.PUBLISHED), None),
            "begun": begun,
            "begun_said": wording.origin_of(begun) if begun else "",
            "blocks": wording.form_of(begun) if begun else [],
            "text": bytes(begun.content).decode("utf-8", "replace") if record.is_text and begun else "",
            "placeholders": guide.placeholders(record),
            "layouts": guide.layouts(record),
            "insertable": wording.placeholders_of(record),
            "may_change": request.user.has_perm("documents.change_template"),
            "words": _preview_words(),
        }
        return self._page(request, "admin/documents/template.html", context)

    def draft(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Keep what was written or uploaded as a draft, and show what it gives."""
        return self._drafted(request, pk, _layout)

    def reword(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Keep the texts of the form as a draft, and show what they give."""
        return self._drafted(request, pk, wording.reworded)

    def try_out(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """What the form gives while it is filled in, as JSON; nothing is kept."""
        template = self._template(request, pk)
        if not request.user.has_perm("documents.change_template"):
            raise PermissionDenied
        return wording.try_answer(request, template)

    def version_page(self, request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
        """One version: its preview with sample data, its faults, and what changed since the one in force."""
        version = self._version(request, pk, number)
        others = version.template.versions.light().exclude(pk=version.pk)
        against = _against(request, others)
        context = {
            "title": f"{version.template.title}, {version}",
            "template": version.template,
            "version": version,
            "tone": _TONES[VersionStatus(version.status)],
            "others": others,
            "current": others.filter(status=VersionStatus.PUBLISHED).first(),
            "against": against,
            "texts": wording.changes_between(against, version) if against else [],
            "lines": differences(against, version) if against else [],
            "may_change": request.user.has_perm("documents.change_template"),
            "may_publish": request.user.has_perm("documents.publish_template"),
            "words": _preview_words(),
        }
        return self._page(request, "admin/documents/version.html", context)

    def preview(self, request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
        """Faults and pictures as JSON: drawing takes seconds, which the page does not wait for."""
        return preview_answer(self._version(request, pk, number))

    def download(self, request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
        """The file, to be edited in its own program."""
        version = self._version(request, pk, number)
        response = HttpResponse(bytes(version.content), content_type="application/octet-stream")
        name = version.template.file_name
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["X-Content-Type-Options"] = "nosniff"
        return response

    def publish(self, request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
        """Put the version in force."""
        version = self._version(request, pk, number)
        here = reverse("admin:documents_template_version", args=[pk, number])
        try:
            services.publish(
                actor=signed_in(request), version=version, instead_of=_number(request, "instead_of")
            )
        except DomainError as error:
            messages.error(request, error.detail)
            return HttpResponseRedirect(here)
        messages.success(request, _("New files are made with this version from now on."))
        return HttpResponseRedirect(reverse("admin:documents_template_change", args=[pk]))

    def discard(self, request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
        """Remove a draft."""
        try:
            services.discard_draft(actor=signed_in(request), version=self._version(request, pk, number))
            messages.success(request, _("The draft is gone."))
        except DomainError as error:
            messages.error(request, error.detail)
        return HttpResponseRedirect(reverse("admin:documents_template_change", args=[pk]))

    def _drafted(self, request: HttpRequest, pk: UUID, content_of: ContentOf) -> HttpResponse:
        template = self._template(request, pk)
        try:
            version = services.draft_version(
                actor=signed_in(request),
                template=template,
                content=content_of(request, template),
                note=request.POST.get("note", ""),
            )
        except DomainError as error:
            messages.error(request, error.detail)
            return HttpResponseRedirect(reverse("admin:documents_template_change", args=[pk]))
        return HttpResponseRedirect(reverse("admin:documents_template_version", args=[pk, version.number]))

    def _template(self, request: HttpRequest, pk: UUID) -> Template:
        if not self.has_view_permission(request):
            raise PermissionDenied
        template = Template.objects.visible_to(request.user).filter(pk=pk).first()
        if template is None:
            raise Http404
        return template

    def _version(self, request: HttpRequest, pk: UUID, number: int) -> TemplateVersion:
        template = self._template(request, pk)
        version = template.versions.select_related("template", "author").filter(number=number).first()
        if version is None:
            raise Http404
        return version

    def _page(self, request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
        return TemplateResponse(
            request, name, {**self.admin_site.each_context(request), "opts": self.opts, **context}
        )


def _against(request: HttpRequest, others: Any) -> TemplateVersion | None:
    """The version to compare with: the chosen one, else the one in force, else the one before."""
    chosen = _number(request, "against")
    if chosen is not None:
        return others.filter(number=chosen).select_related("template").first()  # type: ignore[no-any-return]
    current = others.filter(status=VersionStatus.PUBLISHED).select_related("template").first()
    fallback: TemplateVersion | None = current or others.select_related("template").first()
    return fallback


def _layout(request: HttpRequest, template: Template) -> bytes:
    """What was uploaded or written. Forms have line ends of their own, which would make every line differ."""
    upload = request.FILES.get("file")
    content = upload.read(MAX_BYTES + 1) if upload else request.POST.get("text", "").encode()
    return content.replace(b"\r\n", b"\n") if template.is_text else content


def _number(request: HttpRequest, name: str) -> int | None:
    """The number of a version in the address or in the form."""
    given = request.POST.get(name) or request.GET.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 9 else None


def _preview_words() -> dict[str, str]:
    return {
        "page": gettext("Page {number} of the preview"),
        "failed": gettext("The preview could not be made. Please reload the page."),
        "faulty": gettext("There is no picture until the faults are mended."),
        "simplified": gettext("A simplified preview: the file itself is set by its own program."),
    }
