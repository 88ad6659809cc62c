"""Approvals in the back office."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from apps.accounts.signed_in import signed_in
from apps.assistant import services
from apps.assistant.admin.colours import STATUS_COLOURS
from apps.assistant.models import Approval
from apps.core.admin import ReadOnlyAdmin
from apps.core.errors import DomainError


@admin.register(Approval)
class ApprovalAdmin(ReadOnlyAdmin):
    """Questions to people: open ones first, decided with one click."""

    list_display = ["summary", "state", "tool", "run_link", "decided_by", "expires_at", "created_at"]
    list_filter = ["status", "tool", "reason", "created_at"]
    #: Reports lead to the questions of one department.
    linked_lookups: ClassVar[frozenset[str]] = frozenset({"run__department__exact"})
    search_fields = ["summary"]
    search_help_text = _("Words of the question")
    ordering = ["-id"]
    list_select_related = ["run__user", "decided_by"]
    actions_detail = ["approve", "reject"]
    fields = [
        "summary", "reason", "tool", "arguments", "status", "decided_by", "decided_at", "decided_arguments",
        "note", "expires_at",
    ]  # fmt: skip

    @display(description=_("Status"), label=STATUS_COLOURS, ordering="status")
    def state(self, approval: Approval) -> tuple[str, str]:
        """A coloured label."""
        return approval.status, approval.get_status_display()

    @admin.display(description=_("Run"))
    def run_link(self, approval: Approval) -> str:
        """To the trace."""
        url = reverse("admin:assistant_run_change", args=[approval.run_id])
        return format_html('<a class="text-primary-600" href="{}">{}</a>', url, approval.run.reference)

    @action(description=_("Approve"), icon="check", permissions=["decide"])
    def approve(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Let the run go on."""
        return self._decide(request, object_id, "approve")

    @action(description=_("Reject"), icon="close", permissions=["decide"])
    def reject(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Tell the run no."""
        return self._decide(request, object_id, "reject")

    def has_decide_permission(self, request: HttpRequest, object_id: Any = None) -> bool:  # noqa: ARG002
        """Everybody who sees it may try; the service has the last word."""
        return request.user.has_perm("assistant.view_approval")

    def _decide(self, request: HttpRequest, object_id: str, decision: str) -> HttpResponse:
        approval = self.get_object(request, object_id)
        back = HttpResponseRedirect(reverse("admin:assistant_approval_changelist"))
        if approval is None:
            return back
        try:
            services.decide(approval=approval, user=signed_in(request), decision=decision)
        except DomainError as error:
            messages.error(request, error.detail)
        else:
            messages.success(request, _("Done."))
        return back
