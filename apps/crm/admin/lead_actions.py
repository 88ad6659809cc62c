"""What only the page of a lead can do: move it, put a file to it, ask an agent about it."""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import URLPattern
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.signed_in import signed_in
from apps.artifacts import services as artifacts
from apps.artifacts.choices import Origin
from apps.assistant.choices import Trigger
from apps.assistant.models import Run
from apps.assistant.services import start_run
from apps.core.api.problems import problem_response
from apps.core.errors import DomainError
from apps.core.versions import version_of
from apps.crm.action_forms import AskForm, FileForm, MoveForm, checked, kept
from apps.crm.admin.quick_actions import Done, route, small_form
from apps.crm.changes import last_editor
from apps.crm.choices import LeadStatus
from apps.crm.models import Lead
from apps.crm.services.links import attach_file, link_run
from apps.crm.services.locks import require
from apps.crm.services.moves import move_lead

if TYPE_CHECKING:
    from apps.crm.admin.subject_page import SubjectAdmin


def urls(admin: SubjectAdmin) -> list[URLPattern]:
    """The paths below the page of one lead."""
    return [
        route(admin, "move/", "move", small_form(admin, _move)),
        route(admin, "files/", "file", small_form(admin, _upload)),
        route(admin, "ask/", "ask", small_form(admin, _ask)),
        route(admin, "changes/", "changes", partial(_changes, admin)),
    ]


def _move(request: HttpRequest, lead: Lead) -> Done:
    form = MoveForm(request.POST)
    # Only who loses a lead types something; the other stages are buttons.
    loses = request.POST.get("to") == LeadStatus.CLOSED_LOST
    with kept(form) if loses else nullcontext():
        moved = move_lead(actor=signed_in(request), lead=lead, **checked(form))
    return Done(_("The lead is now in the stage “%(stage)s”.") % {"stage": moved.get_status_display()})


def _upload(request: HttpRequest, lead: Lead) -> Done:
    user = signed_in(request)
    require(user, "crm.add_leadfile")
    form = FileForm(request.POST, request.FILES)
    with kept(form), transaction.atomic():
        upload = checked(form)["file"]
        artifact = artifacts.store(owner=user, name=upload.name, content=upload.file, origin=Origin.UPLOADED)
        attach_file(actor=user, lead=lead, artifact=artifact)
    return Done(_("“%(file)s” was put to the lead.") % {"file": artifact.name}, "files")


def _ask(request: HttpRequest, lead: Lead) -> HttpResponse:
    """Start a run about the lead and open the chat that shows it."""
    form = AskForm(request.POST)
    with kept(form):
        run = ask(user=signed_in(request), lead=lead, question=checked(form)["question"])
    return HttpResponseRedirect(f"/?session={run.conversation_id}")


def _changes(admin: SubjectAdmin, request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who changed the lead since the `version` that a page shows, in a sentence; "" for nobody."""
    try:
        lead = admin.subject(request, pk)
    except DomainError as error:
        return problem_response(error)
    version = request.GET.get("version", "")
    message = ""
    if version != version_of(lead):
        editor = last_editor(lead, version)
        message = _("%(who)s changed this lead.") % {"who": editor or _("Somebody else")}
    return JsonResponse({"message": message})


@transaction.atomic
def ask(*, user: User, lead: Lead, question: str) -> Run:
    """A run that answers a question about the lead.

    The name stands in quotation marks: so the agents know where it ends, with a model and without one.
    Raises `Forbidden` without the right to use the assistant.
    """
    body = f"{question}\n\nThis is about the lead “{lead.company_name}” (id {lead.pk})."
    run = start_run(user=user, body=body, trigger=Trigger.ADMIN)
    link_run(lead=lead, run_id=run.pk)
    return run
