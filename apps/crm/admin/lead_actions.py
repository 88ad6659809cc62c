"""What only the page of a lead can do: move it, put a file to it, ask an agent about it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.signed_in import signed_in
from apps.artifacts import services as artifacts
from apps.artifacts.choices import Origin
from apps.assistant.choices import Trigger
from apps.assistant.models import Run
from apps.assistant.services import start_run
from apps.core.errors import DomainError
from apps.crm.action_forms import AskForm, FileForm, MoveForm, checked
from apps.crm.admin.quick_actions import Done, route, small_form
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
        route(admin, "ask/", "ask", partial(_ask, admin)),
    ]


def _move(request: HttpRequest, lead: Lead) -> Done:
    move = checked(MoveForm(request.POST))
    moved = move_lead(actor=signed_in(request), lead=lead, **move)
    return Done(_("The lead is now in the stage “%(stage)s”.") % {"stage": moved.get_status_display()})


def _upload(request: HttpRequest, lead: Lead) -> Done:
    user = signed_in(request)
    require(user, "crm.add_leadfile")
    upload = checked(FileForm(request.POST, request.FILES))["file"]
    with transaction.atomic():
        artifact = artifacts.store(owner=user, name=upload.name, content=upload.file, origin=Origin.UPLOADED)
        attach_file(actor=user, lead=lead, artifact=artifact)
    return Done(_("“%(file)s” was put to the lead.") % {"file": artifact.name}, "files")


def _ask(admin: SubjectAdmin, request: HttpRequest, pk: UUID) -> HttpResponse:
    """Start a run about the lead and open the chat that shows it."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    back = reverse("admin:crm_lead_changelist")
    try:
        lead = admin.subject(request, pk)
        back = lead.admin_url
        run = ask(user=signed_in(request), lead=lead, question=checked(AskForm(request.POST))["question"])
    except DomainError as error:
        messages.error(request, error.detail)
        return HttpResponseRedirect(back)
    return HttpResponseRedirect(f"/?session={run.conversation_id}")


@transaction.atomic
def ask(*, user: User, lead: Lead, question: str) -> Run:
    """A run that answers a question about the lead, named so that the agents' tools find it.

    Raises `Forbidden` without the right to use the assistant.
    """
    body = f"{question}\n\nThis is about the lead {lead.company_name} (id {lead.pk})."
    run = start_run(user=user, body=body, trigger=Trigger.ADMIN)
    link_run(lead=lead, run_id=run.pk)
    return run
