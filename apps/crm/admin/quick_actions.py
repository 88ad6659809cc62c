"""The small forms of the page of a lead, a company or a contact, and the pieces that it fetches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from apps.accounts.signed_in import signed_in
from apps.core.api.problems import problem_response
from apps.core.errors import DomainError, NotFound
from apps.crm.action_forms import LOG_FORMS, Refused, TaskForm, kept
from apps.crm.admin.answers import done, refused, wants_json
from apps.crm.admin.people import assignees
from apps.crm.models import Task
from apps.crm.services.activities import log_activity
from apps.crm.services.tasks import add_task, complete_task, reopen_task
from apps.crm.subjects import subject_field, subject_url

if TYPE_CHECKING:
    from apps.crm.admin.subject_page import SubjectAdmin


class Done(NamedTuple):
    """What to say, the tab to come back to, and the pieces that changed (None: any of the page)."""

    message: str
    tab: str = "timeline"
    regions: Mapping[str, str] | None = None


#: `handler(request, row, **parts of the path)` does it by a service, or answers by itself. Raises
#: `DomainError`, or `Refused` with a form in which something was typed.
Handler = Callable[..., Done | HttpResponse]


def urls(admin: SubjectAdmin) -> list[URLPattern]:
    """The paths below the page of one row."""
    return [
        route(admin, "panel/<str:name>/", "panel", partial(_panel, admin)),
        route(admin, "log/<str:kind>/", "log", small_form(admin, _log)),
        route(admin, "tasks/", "task", small_form(admin, _add_task)),
        route(admin, "tasks/<uuid:task>/<str:what>/", "task_done", small_form(admin, _tick_task)),
    ]


def route(admin: SubjectAdmin, tail: str, name: str, view: Callable[..., HttpResponse]) -> URLPattern:
    """A path for those who may enter the back office."""
    label = f"{admin.opts.app_label}_{admin.opts.model_name}_{name}"
    found: URLPattern = path(f"<uuid:pk>/{tail}", admin.admin_site.admin_view(view), name=label)
    return found


def small_form(admin: SubjectAdmin, handler: Handler) -> Callable[..., HttpResponse]:
    """A view that takes one POST about one row and answers with the pieces of the page that it changed."""

    def view(request: HttpRequest, pk: UUID, **parts: Any) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        # Whoever may not see the row is not told that it is there.
        back = reverse(f"admin:{admin.opts.app_label}_{admin.opts.model_name}_changelist")
        try:
            subject = admin.subject(request, pk)
            back = subject_url(subject)
            outcome = handler(request, subject, **parts)
        except Refused as refusal:
            if wants_json(request):
                return problem_response(refusal.error)
            return admin.page_again(request, pk, refusal)
        except DomainError as error:
            return refused(request, error, back=back)
        if isinstance(outcome, HttpResponse):
            return outcome
        return done(
            request,
            message=outcome.message,
            regions=lambda: outcome.regions or admin.regions(request, admin.subject(request, pk)),
            back=f"{back}?tab={outcome.tab}#{outcome.tab}",
        )

    return view


def _panel(admin: SubjectAdmin, request: HttpRequest, pk: UUID, name: str) -> HttpResponse:
    """One tab, or the next page of the timeline, as a piece of HTML."""
    try:
        subject = admin.subject(request, pk)
        panel = admin.panels.get(name)
        if panel is None or name == "edit" or not panel.is_for(request):
            raise NotFound(_("There is no such tab."))
        return JsonResponse({"html": admin.panel_html(request, subject, name)})
    except DomainError as error:
        return refused(request, error, back=reverse("admin:index"))


def _log(request: HttpRequest, subject: Any, *, kind: str) -> Done:
    form_class = LOG_FORMS.get(kind)
    if form_class is None:
        raise NotFound(_("There is no such form."))
    form = form_class(request.POST)
    with kept(form):
        log_activity(actor=signed_in(request), subject=subject, **form.fields_of_activity())
    return Done(_("Written down."))


def _add_task(request: HttpRequest, subject: Any) -> Done:
    user = signed_in(request)
    form = TaskForm(request.POST, people=assignees(subject), user=user)
    with kept(form):
        task = add_task(actor=user, subject=subject, **form.fields_of_task())
    return Done(_("“%(task)s” is planned.") % {"task": task.title}, "tasks")


def _tick_task(request: HttpRequest, subject: Any, *, task: UUID, what: str) -> Done:
    steps = {"done": complete_task, "open": reopen_task}
    visible = Task.objects.visible_to(request.user).filter(**{subject_field(subject): subject})
    found = visible.filter(pk=task).first()
    if found is None or what not in steps:
        raise NotFound(_("There is no such task."))
    steps[what](actor=signed_in(request), task=found)
    said = _("“%(task)s” is done.") if what == "done" else _("“%(task)s” is open again.")
    return Done(said % {"task": found.title}, "tasks")
