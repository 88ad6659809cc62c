"""The tabs of a lead's, company's or contact's page, and what each of them shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.signed_in import signed_in
from apps.contacts.models import Company, Contact
from apps.crm.action_forms import TaskForm
from apps.crm.admin.answers import as_typed
from apps.crm.admin.corrections import with_corrections
from apps.crm.admin.people import assignees
from apps.crm.changes import field_changes
from apps.crm.models import Customer, Lead, LeadFile, LeadRun, Task
from apps.crm.querysets.activities import TaskQuerySet
from apps.crm.subjects import Subject, subject_field
from apps.crm.timeline import timeline

#: Rows of one tab. Whoever has more finds them in the lists.
MAX_ROWS = 50
#: What the filter of the timeline offers, and the kinds of entries behind each choice.
FILTERS: Mapping[str, tuple[Promise, tuple[str, ...]]] = {
    "talks": (_("Calls and meetings"), ("call", "meeting", "message", "contact", "chat")),
    "mails": (_("E-mails"), ("email", "mail")),
    "notes": (_("Notes"), ("note",)),
    "tasks": (_("Tasks"), ("task",)),
    "stages": (_("Stages"), ("stage",)),
    "files": (_("Files"), ("file",)),
    "runs": (_("Agent"), ("run",)),
}

Content = dict[str, Any]


@dataclass(frozen=True)
class Panel:
    """One tab: `content(request, subject)` is what its template shows, read only when it is opened."""

    label: Promise
    icon: str
    template: str
    content: Callable[[HttpRequest, Any], Content]
    permission: str = ""

    def is_for(self, request: HttpRequest) -> bool:
        """Whether the person may open it."""
        return not self.permission or request.user.has_perm(self.permission)


def _timeline(request: HttpRequest, subject: Subject) -> Content:
    chosen = request.GET.get("kind", "")
    kinds = FILTERS[chosen][1] if chosen in FILTERS else ()
    before = request.GET.get("before", "")
    page = timeline(subject=subject, user=signed_in(request), before=before, kinds=kinds)
    filters = [("", _("Everything")), *((key, label) for key, (label, _kinds) in FILTERS.items())]
    return {
        "timeline": page,
        "entries": with_corrections(request, page.entries),
        "filters": filters,
        "chosen": chosen if kinds else "",
        "before": before,
    }


def _tasks_of(request: HttpRequest, subject: Subject) -> TaskQuerySet:
    return Task.objects.visible_to(request.user).filter(**{subject_field(subject): subject})


def _tasks(request: HttpRequest, subject: Subject) -> Content:
    """Open ones first, the earliest on top; then those done; and the form for another one."""
    user = signed_in(request)
    rows = _tasks_of(request, subject).select_related("assigned_to", "done_by")
    may_plan = user.has_perm("crm.add_task")
    people = assignees(subject) if may_plan else {}
    return {
        "tasks": rows.order_by(F("done_at").desc(nulls_first=True), "due_at", "id")[:MAX_ROWS],
        "task_form": as_typed(request, TaskForm(people=people, user=user)),
        "may_plan": may_plan,
        "may_change_tasks": user.has_perm("crm.change_task"),
    }


def _files(request: HttpRequest, lead: Lead) -> Content:
    files = LeadFile.objects.visible_to(request.user).filter(lead=lead)
    return {"files": files.select_related("artifact", "by")[:MAX_ROWS]}


def _runs(request: HttpRequest, lead: Lead) -> Content:
    runs = LeadRun.objects.visible_to(request.user).filter(lead=lead)
    return {"runs": runs.select_related("run__user", "run__message")[:MAX_ROWS]}


def _related(request: HttpRequest, subject: Subject) -> Content:
    """People, leads and the customer around it, as far as the person may see them."""
    user = request.user
    company_id = subject.pk if isinstance(subject, Company) else subject.company_id
    of_company = Q(company=company_id) if company_id else Q(pk__in=[])
    of_contact = Q(contact=subject) if isinstance(subject, Contact) else Q(pk__in=[])
    people = Contact.objects.visible_to(user).filter(of_company)
    found = Lead.objects.visible_to(user).filter(of_company | of_contact).select_related("assigned_to")
    customer = (
        Customer.objects.visible_to(user).filter(of_company).select_related("account_manager", "company")
    )
    return {
        "people": people.exclude(pk=subject.pk).order_by("name", "id")[:MAX_ROWS],
        "leads": found.exclude(pk=subject.pk).defer("search").order_by("-created_at", "-id")[:MAX_ROWS],
        "customer": customer.first(),
    }


def _history(request: HttpRequest, subject: Subject) -> Content:  # noqa: ARG001
    return {"changes": field_changes(subject)}


def _form(request: HttpRequest, subject: Subject) -> Content:  # noqa: ARG001
    """The form comes from the `ModelAdmin` itself."""
    return {}


_COMMON: dict[str, Panel] = {
    "timeline": Panel(_("Timeline"), "history", "admin/crm/timeline.html", _timeline, "crm.view_activity"),
    "tasks": Panel(_("Tasks"), "task_alt", "admin/crm/subject/tasks.html", _tasks, "crm.view_task"),
}
_LAST: dict[str, Panel] = {
    "related": Panel(_("Related"), "hub", "admin/crm/subject/related.html", _related),
    "history": Panel(_("Changes"), "edit_note", "admin/crm/subject/history.html", _history),
    "edit": Panel(_("Edit"), "edit", "admin/crm/subject/edit.html", _form),
}
SUBJECT_PANELS: Mapping[str, Panel] = {**_COMMON, **_LAST}
LEAD_PANELS: Mapping[str, Panel] = {
    **_COMMON,
    "files": Panel(_("Files"), "folder_open", "admin/crm/subject/files.html", _files),
    "runs": Panel(_("Agent runs"), "smart_toy", "admin/crm/subject/runs.html", _runs, "crm.view_leadrun"),
    **_LAST,
}
