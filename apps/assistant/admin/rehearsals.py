"""Rehearsals in the back office: asking for one, and what came of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from apps.accounts.models import User
from apps.accounts.signed_in import signed_in
from apps.artifacts import services as artifacts
from apps.artifacts.choices import Origin
from apps.assistant.admin.colours import STATUS_COLOURS
from apps.assistant.admin.rehearsal_form import RehearsalForm
from apps.assistant.choices import RehearsalStatus
from apps.assistant.models import Rehearsal, Run
from apps.assistant.rehearsing import replaying
from apps.assistant.rehearsing.changes import changes_of
from apps.assistant.rehearsing.comparing import answers_for, compare, dollars, seconds_of
from apps.assistant.rehearsing.reading import Change, Reader, ShownRow, from_diffs, from_kept
from apps.assistant.rehearsing.withholding import bare_effects, bare_rows, bare_steps
from apps.core.admin import RecordPageAdmin
from apps.core.errors import DomainError
from apps.core.markdown import rendered

UNFINISHED = (RehearsalStatus.QUEUED, RehearsalStatus.RUNNING)
MAX_TITLE = 80


def run_urls(model_admin: admin.ModelAdmin[Any]) -> list[URLPattern]:
    """A dry run of a past run, by one click."""
    site = model_admin.admin_site

    def again(request: HttpRequest, pk: UUID) -> HttpResponse:
        user = signed_in(request)
        run = Run.objects.visible_to(user).filter(pk=pk).first()
        if run is None or request.method != "POST":
            return HttpResponseRedirect(reverse("admin:assistant_run_changelist"))
        try:
            held = replaying.replay(run=run, requested_by=user)
        except DomainError as error:
            messages.error(request, error.detail)
            return HttpResponseRedirect(reverse("admin:assistant_run_change", args=[pk]))
        return HttpResponseRedirect(page_of(held))

    return [path("<uuid:pk>/dry-run/", site.admin_view(again), name="assistant_run_dry_run")]


def page_of(held: Rehearsal) -> str:
    """The page that shows it, also while it is not done."""
    return reverse("admin:assistant_rehearsal_change", args=[held.pk])


@admin.register(Rehearsal)
class RehearsalAdmin(RecordPageAdmin):
    """Runs that were played through without effect, newest first."""

    list_display = ["title", "kind", "state", "user", "agent", "mode", "cost", "created_at"]
    list_filter = ["kind", "status", "agent", "mode", "created_at"]
    search_fields = ["message"]
    search_help_text = gettext_lazy("Words of the message")
    ordering = ["-id"]
    list_display_links = ["title"]
    list_select_related = ["user"]

    @admin.display(description=gettext_lazy("Message"))
    def title(self, held: Rehearsal) -> str:
        """The first words."""
        line = " ".join(held.message.split()) or str(held)
        return line if len(line) <= MAX_TITLE else line[: MAX_TITLE - 1] + "…"

    @display(description=gettext_lazy("Status"), label=STATUS_COLOURS, ordering="status")
    def state(self, held: Rehearsal) -> tuple[str, str]:
        """A coloured label."""
        return held.status, held.get_status_display()

    @admin.display(description=gettext_lazy("Cost"))
    def cost(self, held: Rehearsal) -> str:
        """In US dollars."""
        return dollars(held.cost_usd)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whoever may rehearse."""
        return request.user.has_perm("assistant.add_rehearsal")

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",  # noqa: ARG002
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> HttpResponse:
        """Ask for a rehearsal of a message, or of a past run (`?run=`)."""
        user = signed_in(request)
        run = _run(request, user)
        if not self.has_add_permission(request) or (run and not replaying.may_rehearse(run, user)):
            messages.error(request, _("You do not have the right to rehearse this."))
            return HttpResponseRedirect(reverse("admin:index"))
        form = RehearsalForm(
            request.POST or None, request.FILES or None, user=user, is_replay=run is not None,
            initial={"agent": run.requested_agent if run else request.GET.get("agent", ""),
                     "version": request.GET.get("version", "")},
        )  # fmt: skip
        if request.method == "POST" and form.is_valid():
            try:
                return HttpResponseRedirect(page_of(_ask(user, run, form.cleaned_data)))
            except DomainError as error:
                form.add_error(None, error.detail)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Replay a run") if run else _("Rehearse"),
            "form": form,
            "run": run,
            "files": list(run.message.attachments.all()) if run else [],
        }
        return TemplateResponse(request, "admin/assistant/rehearsal/ask.html", context)

    def record_page(self, request: HttpRequest, record: Rehearsal) -> HttpResponse:
        """What came of it; of a past run, beside what the run came to."""
        viewer = signed_in(request)
        run = record.run if record.run_id else None
        seen = run and Run.objects.visible_to(viewer).filter(pk=run.pk).exists()
        is_done = record.status not in UNFINISHED
        then, now = answers_for(viewer, record)
        rows = _rows(from_kept(record.changes), record, viewer)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(record),
            "held": record,
            "run": run if seen else None,
            "compared": compare(run, record, (then.text, now.text)) if run and seen and is_done else None,
            "is_done": is_done,
            "answer": rendered(now.text),
            "rows": bare_rows(rows) if now.is_hidden else rows,
            "effects": bare_effects(record.effects) if now.is_hidden else record.effects,
            "steps": bare_steps(record.steps) if now.is_hidden else record.steps,
            "rows_then": _rows(from_diffs(changes_of(run.pk)), record, viewer) if run and seen else [],
            "seconds": seconds_of(record.steps),
            "cost": dollars(record.cost_usd),
        }
        return TemplateResponse(request, "admin/assistant/rehearsal/result.html", context)


def _run(request: HttpRequest, user: User) -> Run | None:
    try:
        pk = UUID(request.GET.get("run", ""))
    except ValueError:
        return None
    return Run.objects.visible_to(user).select_related("message", "user").filter(pk=pk).first()


def _ask(user: User, run: Run | None, wish: dict[str, Any]) -> Rehearsal:
    chosen = {"agent": wish["agent"], "agent_version": wish["version"], "mode": wish["mode"]}
    if run is not None:
        return replaying.replay(run=run, requested_by=user, **chosen)
    files = [
        artifacts.store(owner=user, name=file.name, content=file, origin=Origin.UPLOADED)
        for file in wish["attached"]
    ]
    return replaying.dry_run(user=user, requested_by=user, message=wish["message"], files=files, **chosen)


def _rows(changes: list[Change], held: Rehearsal, viewer: User) -> list[ShownRow]:
    """Of the rows that changed, or would have changed, what the viewer may read."""
    return Reader(viewer, changes, insiders=[held.user_id]).read(changes)
