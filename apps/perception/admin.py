"""Pages that were read, in the back office."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from apps.core.admin import ReadOnlyAdmin
from apps.perception.models import WebPage
from apps.perception.web.addresses import is_web_address


@admin.register(WebPage)
class WebPageAdmin(ReadOnlyAdmin):
    """What was read on the web, for whom, and when; newest first."""

    list_display = ["name", "site", "user", "fetched_at", "is_rendered", "run"]
    list_display_links = ["name"]
    list_select_related = ["user"]
    list_filter = ["is_rendered", "fetched_at"]
    search_fields = ["title", "final_url"]
    search_help_text = _("Words of the title, or a part of the address")
    ordering = ["-id"]
    sortable_by = []
    fields = [
        "title", "link", "url", "fetched_at", "user", "run", "status", "content_type", "language",
        "is_rendered", "artifact", "sha256", "text",
    ]  # fmt: skip
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Lists do without the texts."""
        rows = super().get_queryset(request)
        match = request.resolver_match
        is_list = match is not None and match.url_name == "perception_webpage_changelist"
        return rows.defer("text", "content") if is_list else rows

    @admin.display(description=_("Page"))
    def name(self, page: WebPage) -> str:
        """The title, or the address of a page without one."""
        return str(page)[:120]

    @admin.display(description=_("Site"))
    def site(self, page: WebPage) -> str:
        """The host."""
        return page.final_url.split("/")[2][:80]

    @admin.display(description=_("Address"))
    def link(self, page: WebPage) -> str:
        """The page as it is now, in a new tab that learns nothing of us."""
        if not is_web_address(page.final_url):
            return page.final_url
        return format_html(
            '<a class="text-primary-600" href="{0}" target="_blank" rel="noopener noreferrer">{0}</a>',
            page.final_url,
        )

    @admin.display(description=_("Run"))
    def run(self, page: WebPage) -> str:
        """To the run that read it."""
        if page.run_id is None:
            return "–"
        try:
            url = reverse("admin:assistant_run_change", args=[page.run_id])
        except NoReverseMatch:
            return str(page.run_id)
        return format_html('<a class="text-primary-600" href="{}">{}</a>', url, page.run_id.hex[-8:].upper())
