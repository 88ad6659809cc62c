"""Runs and their steps in the back office."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.accounts.signed_in import signed_in
from apps.assistant.admin import rehearsals, undo
from apps.assistant.admin.colours import STATUS_COLOURS, STEP_COLOURS
from apps.assistant.models import Approval, Rehearsal, Run, RunStep
from apps.assistant.naming import agent_title, mode_title, skill_title, step_title
from apps.assistant.rehearsing.replaying import may_rehearse
from apps.assistant.timing import clock_of
from apps.assistant.tracing import trace_of
from apps.assistant.undoing.services import can_be_undone
from apps.core.admin import RecordPageAdmin
from apps.documents.numbers import duration

#: Rehearsals of a run that its page names, newest first.
REHEARSALS = 10


@admin.register(Run)
class RunAdmin(RecordPageAdmin):
    """Runs, newest first; a run opens as its trace."""

    list_display = [
        "reference",
        "how_far",
        "user",
        "agent_called",
        "skill_called",
        "answered_by",
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

    def get_urls(self) -> list[URLPattern]:
        """Undoing and rehearsing, below the run."""
        return [*undo.urls(self), *rehearsals.run_urls(self), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Run]:
        """With whom it works for and which version answered; in the list, also with what it waited for."""
        runs: QuerySet[Run] = super().get_queryset(request).select_related("user", "agent_version")
        if str(request.resolver_match and request.resolver_match.url_name).endswith("_changelist"):
            asked = Approval.objects.only("run_id", "created_at", "decided_at")
            return runs.prefetch_related(Prefetch("approvals", asked))
        return runs

    def record_page(self, request: HttpRequest, record: Run) -> HttpResponse:
        """The trace page in place of a form: a run is read, not edited."""
        user = signed_in(request)
        trace = trace_of(record, user)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Run %(reference)s") % {"reference": record.reference},
            "trace": trace,
            "original": record,
            "may_undo": bool(trace.changed) and can_be_undone(run=record, actor=user),
            "may_rehearse": may_rehearse(record, user),
            "rehearsals": Rehearsal.objects.visible_to(user).filter(run=record)[:REHEARSALS],
        }
        return TemplateResponse(request, "admin/assistant/run/trace.html", context)

    @display(description=_("Status"), label=STATUS_COLOURS, ordering="status")
    def how_far(self, run: Run) -> tuple[str, str]:
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

    @admin.display(description=_("Agent"), ordering="agent")
    def agent_called(self, run: Run) -> str:
        """Its title."""
        return agent_title(run.agent) if run.agent else "–"

    @admin.display(description=_("Skill"), ordering="skill")
    def skill_called(self, run: Run) -> str:
        """Its title."""
        return skill_title(run.skill) if run.skill else "–"

    @admin.display(description=_("Answered by"), ordering="mode")
    def answered_by(self, run: Run) -> str:
        """A provider, or no model."""
        return mode_title(run.mode)

    @admin.display(description=_("Worked / waited"))
    def took(self, run: Run) -> str:
        """How long it worked and, if it asked, how long it waited for a person."""
        if not run.started_at or not run.finished_at:
            return "–"
        clock = clock_of(run, run.approvals.all())
        return duration(clock.worked) + (f" / {duration(clock.waited)}" if clock.pauses else "")


@admin.register(RunStep)
class RunStepAdmin(RecordPageAdmin):
    """What runs did, step by step: the rows behind the numbers on tools. A step opens as its run."""

    list_display = ["started_at", "called", "kind", "state", "run_link", "took", "attempts"]
    list_filter = ["kind", "status", "name", "started_at"]
    #: Reports lead to the steps of one department.
    linked_lookups: ClassVar[frozenset[str]] = frozenset({"run__department__exact"})
    list_select_related = ["run"]
    search_fields = ["name"]
    search_help_text = _("Name of a tool")
    ordering = ["-id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[RunStep]:
        """With what their runs waited for."""
        asked = Approval.objects.only("run_id", "created_at", "decided_at")
        steps: QuerySet[RunStep] = super().get_queryset(request)
        return steps.prefetch_related(Prefetch("run__approvals", asked))

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

    @admin.display(description=_("Name"), ordering="name")
    def called(self, step: RunStep) -> str:
        """As people say it."""
        return step_title(step.kind, step.name)

    @admin.display(description=_("Worked"))
    def took(self, step: RunStep) -> str:
        """From start to end, without the time that it waited for a person."""
        if step.finished_at is None:
            return "–"
        clock = clock_of(step.run, step.run.approvals.all())
        return duration(clock.between(step.started_at, step.finished_at))
