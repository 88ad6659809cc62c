"""Tasks in the back office."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from apps.accounts.signed_in import signed_in
from apps.crm.admin.chosen import to_each
from apps.crm.admin.moments import short
from apps.crm.admin.people import assignees
from apps.crm.admin.versioned import VersionedAdmin
from apps.crm.forms import TaskAdminForm
from apps.crm.models import Task
from apps.crm.services.tasks import complete_task, update_task
from apps.crm.subjects import subject_url

DUE_COLOURS = {"overdue": "danger", "today": "warning", "later": "info", "done": "success"}


def end_of_today(now: datetime) -> datetime:
    """The next midnight in the zone of the person."""
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    return timezone.make_aware(datetime.combine(tomorrow, time.min))


class DueFilter(admin.SimpleListFilter):
    """Open (unless something else is asked for), late, of today, of the next days, done, or all."""

    title = _("due")
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002
        """The choices."""
        return [
            ("open", _("Open")),
            ("overdue", _("Overdue")),
            ("today", _("Today")),
            ("week", _("In the next 7 days")),
            ("done", _("Done")),
            ("all", _("All")),
        ]

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Without Django's own "All": what needs nobody any more is shown only when it is asked for."""
        chosen = self.value() or "open"
        for key, label in self.lookup_choices:
            query = changelist.get_query_string({self.parameter_name: key})
            yield {"selected": key == chosen, "query_string": query, "display": label}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Task]) -> QuerySet[Task]:  # noqa: ARG002
        """Days are those of the person's own calendar."""
        now = timezone.now()
        midnight = end_of_today(now)
        start = midnight - timedelta(days=1)
        conditions: dict[str, dict[str, Any]] = {
            "open": {"done_at__isnull": True},
            "overdue": {"done_at__isnull": True, "due_at__lt": now},
            "today": {"done_at__isnull": True, "due_at__gte": start, "due_at__lt": midnight},
            "week": {"done_at__isnull": True, "due_at__gte": now, "due_at__lt": midnight + timedelta(days=7)},
            "done": {"done_at__isnull": False},
            "all": {},
        }
        return queryset.filter(**conditions.get(self.value() or "open", conditions["open"]))


class MineFilter(admin.SimpleListFilter):
    """One's own tasks."""

    title = _("whose")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002
        """The choices."""
        return [("mine", _("Mine"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Task]) -> QuerySet[Task]:
        """Given to the person who looks."""
        return queryset.filter(assigned_to=signed_in(request)) if self.value() == "mine" else queryset


@admin.register(Task)
class TaskAdmin(VersionedAdmin):
    """What is to be done. Tasks are added on the page of what they are about, where everybody sees them."""

    form = TaskAdminForm
    palette_icon = "task_alt"
    list_display = ["title", "when", "about", "assigned_to"]
    list_filter = [DueFilter, MineFilter]
    list_select_related = ["assigned_to", "lead", "company", "contact"]
    search_fields = ["title"]
    search_help_text = _("Title")
    ordering = ["due_at", "id"]
    actions = ["mark_done"]
    fieldsets = [(None, {"fields": ["title", "about", ("due_at", "remind_at"), "assigned_to", "note"]})]
    readonly_fields = ["about"]

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """A task is about something: it is added there."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """What needs not be done any more is done."""
        return False

    @display(description=_("Due"), ordering="due_at", label=DUE_COLOURS)
    def when(self, task: Task) -> tuple[str, str]:
        """Coloured by urgency."""
        now = timezone.now()
        if task.done_at is not None:
            return "done", str(_("done %s")) % short(task.done_at)
        if task.due_at < now:
            return "overdue", short(task.due_at)
        return ("today" if task.due_at < end_of_today(now) else "later"), short(task.due_at)

    @admin.display(description=_("About"))
    def about(self, task: Task) -> str:
        """To the lead, company or contact."""
        return format_html('<a class="mz-link" href="{}">{}</a>', subject_url(task.subject), task.subject)

    @admin.action(description=_("Done"), permissions=["change"])
    def mark_done(self, request: HttpRequest, queryset: QuerySet[Task]) -> None:
        """Complete each of the chosen tasks."""
        actor = signed_in(request)
        if done := to_each(request, queryset, lambda task: complete_task(actor=actor, task=task)):
            messages.success(request, ngettext("%d task is done.", "%d tasks are done.", done) % done)

    def form_facts(self, request: HttpRequest, obj: Task | None) -> dict[str, Any]:  # noqa: ARG002
        """Those who may see what the task is about can have it."""
        return {"people": list(assignees(obj.subject)) if obj is not None else []}

    def update(self, request: HttpRequest, row: Task, version: str, fields: dict[str, Any]) -> None:
        """By the service."""
        update_task(actor=signed_in(request), task=row, version=version, **fields)
