"""One's own notices in the back office."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.decorators import display

from apps.accounts.signed_in import signed_in
from apps.core.admin import ReadOnlyAdmin
from apps.notifications.choices import NoticeKind
from apps.notifications.models import Notice
from apps.notifications.services import mark_read

KIND_COLOURS = {
    NoticeKind.REMINDER: "warning",
    NoticeKind.ASSIGNED: "info",
    NoticeKind.REPORT: "success",
    NoticeKind.RUN: "info",
    NoticeKind.OTHER: "default",
}


class UnreadFilter(admin.SimpleListFilter):
    """New ones, or those that were looked at."""

    title = _("read or not")
    parameter_name = "unread"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:  # noqa: ARG002
        """Two choices."""
        return [("yes", _("New")), ("no", _("Read"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Notice]) -> QuerySet[Notice]:  # noqa: ARG002
        """By the time of reading."""
        chosen = self.value()
        return queryset if chosen is None else queryset.filter(read_at__isnull=chosen == "yes")


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    """Newest first; opening one marks it as read and leads to what it is about."""

    list_display = ["headline", "label", "body", "created_at"]
    list_display_links = ["headline"]
    list_filter = [UnreadFilter, "kind", "created_at"]
    search_fields = ["title"]
    search_help_text = _("Words of the title")
    list_before_template = "admin/notifications/notice/read_all.html"
    fields = ["title", "body", "kind", "created_at", "read_at"]

    def get_urls(self) -> list[URLPattern]:
        """With the button that reads them all."""
        view = self.admin_site.admin_view(require_POST(self.read_all))
        return [path("read-all/", view, name="notifications_notice_read_all"), *super().get_urls()]

    @display(description=_("Notice"), header=True)
    def headline(self, notice: Notice) -> tuple[str, str]:
        """The title, and whether it is new."""
        return notice.title, str(_("New")) if notice.read_at is None else ""

    @display(description=_("Kind"), label=KIND_COLOURS)
    def label(self, notice: Notice) -> tuple[str, str]:
        """A coloured label."""
        return notice.kind, notice.get_kind_display()

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Mark it as read and go to what it is about; a notice about nothing is shown."""
        notice = self.get_object(request, object_id)
        if notice is not None:
            mark_read(user=signed_in(request), notices=[notice])
            if url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None):
                return redirect(notice.url)
        page: HttpResponse = super().change_view(request, object_id, form_url, extra_context)
        return page

    def read_all(self, request: HttpRequest) -> HttpResponse:
        """All of one's own at once."""
        mark_read(user=signed_in(request))
        messages.success(request, _("All notices are read."))
        return redirect(reverse("admin:notifications_notice_changelist"))
