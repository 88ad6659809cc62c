"""Undoing a run in the back office: first what would happen, then the decision."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.signed_in import signed_in
from apps.assistant.models import Run
from apps.assistant.undoing import services
from apps.assistant.undoing.showing import shown
from apps.core.errors import Conflict, DomainError, Forbidden


def urls(model_admin: admin.ModelAdmin[Any]) -> list[URLPattern]:
    """The page that previews and does it, below the run."""
    site = model_admin.admin_site

    def page(request: HttpRequest, pk: UUID) -> HttpResponse:
        user = signed_in(request)
        run = Run.objects.visible_to(user).select_related("user").filter(pk=pk).first()
        if run is None:
            messages.warning(request, _("There is no such run."))
            return HttpResponseRedirect(reverse("admin:assistant_run_changelist"))
        back = reverse("admin:assistant_run_change", args=[pk])
        try:
            if request.method == "POST":
                return _undo(request, run, user, back)
            plan = services.preview(run=run, actor=user)
        except Forbidden as error:
            raise PermissionDenied(error.detail) from error
        except DomainError as error:
            messages.error(request, error.detail)
            return HttpResponseRedirect(back)
        context = {
            **site.each_context(request),
            "opts": model_admin.opts,
            "title": _("Undo run %(reference)s") % {"reference": run.reference},
            "run": run,
            "plan": plan,
            "files": list(run.artifacts.all()),
            "shown": shown(plan, user, number=request.GET.get("page", 1)),
        }
        return TemplateResponse(request, "admin/assistant/run/undo.html", context)

    return [path("<uuid:pk>/undo/", site.admin_view(page), name="assistant_run_undo")]


def _undo(request: HttpRequest, run: Run, user: User, back: str) -> HttpResponse:
    try:
        undo = services.undo_run(run=run, actor=user, rest=request.POST.get("rest") == "1")
    except Conflict as error:
        messages.error(request, error.detail)
        again = error.code == "undo_refused"
        return HttpResponseRedirect(reverse("admin:assistant_run_undo", args=[run.pk]) if again else back)
    done, left = len(undo.undone), len(undo.refused)
    text = _("%(done)s rows are as they were before the run.") % {"done": _counted(done)}
    if left:
        text += " " + _("%(left)s were left as they are.") % {"left": _counted(left)}
    messages.success(request, text)
    return HttpResponseRedirect(back)


def _counted(number: int) -> str:
    return number_format(number, force_grouping=True)
