"""Approvals in the back office."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from apps.assistant.admin import queue
from apps.assistant.admin.colours import STATUS_COLOURS
from apps.assistant.models import Approval
from apps.core.admin import RecordPageAdmin


@admin.register(Approval)
class ApprovalAdmin(RecordPageAdmin):
    """All questions to people, decided and open; one opens in the queue."""

    list_display = [
        "summary", "state", "risk", "tool", "run_link", "decided_by", "decided_via", "expires_at",
        "created_at",
    ]  # fmt: skip
    list_filter = ["status", "risk", "tool", "reason", "decided_via", "created_at"]
    #: Reports lead to the questions of one department.
    linked_lookups: ClassVar[frozenset[str]] = frozenset({"run__department__exact"})
    search_fields = ["summary"]
    search_help_text = _("Words of the question")
    ordering = ["-id"]
    list_display_links = ["summary"]
    list_select_related = ["run__user", "decided_by"]
    actions_list = ["open_queue"]
    palette_icon = "task_alt"

    def get_urls(self) -> list[URLPattern]:
        """The queue, below the list."""
        return [*queue.urls(self), *super().get_urls()]

    def record_page(self, request: HttpRequest, record: Approval) -> HttpResponse:  # noqa: ARG002
        """The queue, with this one open."""
        return HttpResponseRedirect(queue.address(record))

    @action(description=_("Open the queue"), icon="task_alt")
    def open_queue(self, request: HttpRequest) -> HttpResponse:  # noqa: ARG002
        """What waits, one after the other."""
        return HttpResponseRedirect(queue.address(None))

    @display(description=_("Status"), label=STATUS_COLOURS, ordering="status")
    def state(self, approval: Approval) -> tuple[str, str]:
        """A coloured label."""
        return approval.status, approval.get_status_display()

    @admin.display(description=_("Run"))
    def run_link(self, approval: Approval) -> str:
        """To the trace."""
        url = reverse("admin:assistant_run_change", args=[approval.run_id])
        return format_html('<a class="text-primary-600" href="{}">{}</a>', url, approval.run.reference)
