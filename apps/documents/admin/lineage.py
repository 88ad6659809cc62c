"""Where a file came from: on the file's page, with "regenerate" and a comparison."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from apps.accounts.signed_in import signed_in
from apps.artifacts.models import Artifact
from apps.artifacts.panels import panel
from apps.core.admin import RecordPageAdmin
from apps.core.errors import DomainError
from apps.documents import services
from apps.documents.comparison import compare
from apps.documents.models import Lineage
from apps.documents.recipes import recipes


@admin.register(Lineage)
class LineageAdmin(RecordPageAdmin):
    """Files made from recipes; one opens as the comparison with the file it replaced."""

    list_display = ["artifact", "recipe_title", "version", "made_by", "run", "created_at"]
    list_filter = ["recipe", "created_at"]
    list_display_links = ["artifact"]
    search_fields = ["artifact__name"]
    list_select_related = ["artifact", "made_by", "template_version__template"]
    ordering = ["-id"]

    @admin.display(description=_("Recipe"))
    def recipe_title(self, lineage: Lineage) -> str:
        """As people call it."""
        return title_of(lineage.recipe)

    @admin.display(description=_("Template"))
    def version(self, lineage: Lineage) -> str:
        """With its version."""
        version = lineage.template_version
        return f"{version.template.title}, {version}" if version else "–"

    @admin.display(description=_("Run"))
    def run(self, lineage: Lineage) -> str:
        """To the trace."""
        if lineage.run_id is None:
            return "–"
        return format_html('<a href="/admin/assistant/run/{}/change/">{}</a>', lineage.run_id, _("Run"))

    def get_urls(self) -> list[URLPattern]:
        """Making a file again."""
        view = self.admin_site.admin_view(require_POST(self.regenerate))
        return [path("<uuid:pk>/regenerate/", view, name="documents_lineage_regenerate"), *super().get_urls()]

    def regenerate(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Make the file again from today's data, and show what changed."""
        user = signed_in(request)
        lineage = Lineage.objects.visible_to(user).filter(pk=pk).select_related("artifact").first()
        if lineage is None:
            raise Http404
        try:
            made = services.regenerate(user=user, artifact=lineage.artifact, now=timezone.now())
        except DomainError as error:
            messages.error(request, error.detail)
            return HttpResponseRedirect(
                reverse("admin:artifacts_artifact_change", args=[lineage.artifact_id])
            )
        fresh = Lineage.objects.get(artifact=made)
        return HttpResponseRedirect(reverse("admin:documents_lineage_change", args=[fresh.pk]))

    def record_page(self, request: HttpRequest, record: Lineage) -> HttpResponse:
        """This file's snapshot beside another of the same line: by default the one it replaced."""
        other = _other(request, record)
        before, after = (other, record) if other is None or other.pk < record.pk else (record, other)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("What changed in %(name)s") % {"name": record.artifact.name},
            "before": before,
            "after": after,
            "comparison": compare(before.snapshot if before else {}, after.snapshot),
            "line": _line(request, record),
            "recipe": title_of(record.recipe),
        }
        return TemplateResponse(request, "admin/documents/comparison.html", context)


@panel("documents.lineage")
def lineage_panel(request: HttpRequest, artifact: Artifact) -> SafeString | str:
    """Recipe, template, data and run of the file, and the button that makes it again."""
    user: Any = request.user
    lineage = (
        Lineage.objects.visible_to(user)
        .filter(artifact=artifact)
        .select_related("template_version__template", "replaces__artifact")
        .first()
    )
    if lineage is None:
        return ""
    recipe = recipes.get(lineage.recipe)
    context = {
        "lineage": lineage,
        "recipe": title_of(lineage.recipe),
        "may_regenerate": recipe is not None and recipe.may_repeat(user, lineage.arguments),
        "line": _line(request, lineage),
    }
    return render_to_string("admin/documents/lineage_panel.html", context, request=request)


def title_of(key: str) -> str:
    """As people call a recipe; its key when no app has it any more."""
    recipe = recipes.get(key)
    return str(recipe.title) if recipe else key


def _line(request: HttpRequest, lineage: Lineage) -> list[Lineage]:
    """Files of the same recipe and arguments that the user may see, newest first."""
    same = Lineage.objects.visible_to(request.user).filter(recipe=lineage.recipe, arguments=lineage.arguments)
    return list(same.select_related("artifact").order_by("-id")[:20])


def _other(request: HttpRequest, record: Lineage) -> Lineage | None:
    visible = Lineage.objects.visible_to(request.user).select_related(
        "artifact", "template_version__template"
    )
    wanted = request.GET.get("with", "")
    try:
        key = UUID(wanted) if wanted else record.replaces_id
    except ValueError:
        key = record.replaces_id
    return visible.filter(pk=key, recipe=record.recipe).first() if key else None
