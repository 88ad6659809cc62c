"""Runs, traces and approvals in the back office."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from apps.accounts.signed_in import signed_in
from apps.assistant import services
from apps.assistant.models import Approval, Run, RunStep
from apps.assistant.tracing import trace_of
from apps.core.admin import ReadOnlyAdmin, RecordPageAdmin
from apps.core.errors import DomainError

STATUS_COLOURS = {
    "queued": "info",
    "running": "info",
    "waiting_approval": "warning",
    "completed": "success",
    "failed": "danger",
    "cancelled": "default",
    "pending": "warning",
    "approved": "success",
    "rejected": "danger",
    "expired": "default",
}

STEP_COLOURS = {"running": "info", "done": "success", "error": "warning", "failed": "danger"}


@admin.register(Run)
class RunAdmin(RecordPageAdmin):
    """Runs, newest first; a run opens as its trace."""

    list_display = [
        "reference",
        "state",
        "user",
        "agent",
        "skill",
        "mode",
        "tokens",
        "cost",
        "took",
        "created_at",
    ]
    list_filter = ["status", "agent", "skill", "mode", "trigger", "created_at"]
    search_fields = ["id", "correlation_id", "error_detail"]
    search_help_text = _("Reference, or words of the error")
    ordering = ["-id"]
    list_display_links = ["reference"]
    palette_icon = "play_circle"

    def record_page(self, request: HttpRequest, record: Run) -> HttpResponse:
        """The trace page in place of a form: a run is read, not edited."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Run %(reference)s") % {"reference": record.reference},
            "trace": trace_of(record),
            "original": record,
        }
        return TemplateResponse(request, "admin/assistant/run/trace.html", context)

    @display(description=_("Status"), label=STATUS_COLOURS, ordering="status")
    def state(self, run: Run) -> tuple[str, str]:
        """A coloured label."""
        return run.status, run.get_status_display()

    @admin.display(description=_("Tokens in / out"))
    def tokens(self, run: Run) -> str:
        """What the models read and wrote."""
        return f"{run.input_tokens:,} / {run.output_tokens:,}"

    @admin.display(description=_("Cost"), ordering="cost_usd")
    def cost(self, run: Run) -> str:
        """In US dollars."""
        return f"${run.cost_usd:.4f}"

    @admin.display(description=_("Took"))
    def took(self, run: Run) -> str:
        """From start to end."""
        if not run.started_at or not run.finished_at:
            return "–"
        return f"{(run.finished_at - run.started_at).total_seconds():.1f} s"


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


@admin.register(RunStep)
class RunStepAdmin(RecordPageAdmin):
    """What runs did, step by step: the rows behind the numbers on tools. A step opens as its run."""

    list_display = ["started_at", "name", "kind", "state", "run_link", "took", "attempts"]
    list_filter = ["kind", "status", "name", "started_at"]
    #: Reports lead to the steps of one department.
    linked_lookups: ClassVar[frozenset[str]] = frozenset({"run__department__exact"})
    list_select_related = ["run"]
    search_fields = ["name"]
    search_help_text = _("Name of a tool")
    ordering = ["-id"]

    def has_view_permission(self, request: HttpRequest, obj: RunStep | None = None) -> bool:  # noqa: ARG002
        """Steps follow their run."""
        return request.user.has_perm("assistant.view_run")

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Steps follow their run."""
        return self.has_view_permission(request)

    def record_page(self, request: HttpRequest, record: RunStep) -> HttpResponse:  # noqa: ARG002
        """The run's trace shows the step among the others."""
        return HttpResponseRedirect(reverse("admin:assistant_run_change", args=[record.run_id]))

    @display(description=_("Status"), label=STEP_COLOURS, ordering="status")
    def state(self, step: RunStep) -> tuple[str, str]:
        """A coloured label."""
        return step.status, step.get_status_display()

    @admin.display(description=_("Run"))
    def run_link(self, step: RunStep) -> str:
        """To the trace."""
        url = reverse("admin:assistant_run_change", args=[step.run_id])
        return format_html('<a class="text-primary-600" href="{}">{}</a>', url, step.run.reference)

    @admin.display(description=_("Took"))
    def took(self, step: RunStep) -> str:
        """From start to end."""
        return "–" if step.seconds is None else f"{step.seconds:.1f} s"
