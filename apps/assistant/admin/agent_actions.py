"""What the buttons on the pages of agents do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.signed_in import signed_in
from apps.assistant.admin.agent_form import content_from, form_of
from apps.assistant.admin.agent_pages import try_url, visible_version
from apps.assistant.choices import AgentVersionStatus
from apps.assistant.models import AgentVersion
from apps.assistant.versions import drafting, publishing
from apps.assistant.versions.checking import LONGEST, check
from apps.assistant.versions.content import Content, content_of
from apps.assistant.versions.rights import may_edit
from apps.core.errors import DomainError, Invalid
from apps.core.versions import version_of


def edit(request: HttpRequest, version: AgentVersion) -> HttpResponse | dict[str, Any]:
    """Save what was sent and go on, or what the editor shows."""
    if not may_edit(signed_in(request), version.agent):
        raise PermissionDenied
    if version.status != AgentVersionStatus.DRAFT:
        messages.warning(request, _("This version is no draft any more, so it cannot be edited."))
        return _to_version(version)
    if request.method != "POST":
        return _editor(version, content_of(version))
    content = content_from(request.POST)
    try:
        drafting.edit_draft(
            actor=signed_in(request),
            draft=version,
            content=content,
            note=request.POST.get("note", ""),
            version=request.POST.get("version", ""),
        )
    except DomainError as error:
        version.refresh_from_db()
        errors = error.errors if isinstance(error, Invalid) else {}
        return _editor(version, content, problem=error.detail, errors=errors, note=request.POST.get("note"))
    messages.success(request, _("Draft %(number)d is saved.") % {"number": version.number})
    name = "compare" if "compare" in request.POST else "edit"
    return HttpResponseRedirect(reverse(f"admin:assistant_agentversion_{name}", args=[version.pk]))


def _editor(
    version: AgentVersion,
    content: Content,
    *,
    problem: str = "",
    errors: dict[str, Any] | None = None,
    note: str | None = None,
) -> dict[str, Any]:
    return {
        "version": version,
        "token": version_of(version),
        "form": form_of(version.agent, content),
        "note": version.note if note is None else note,
        "problem": problem,
        "errors": errors or {},
        "warnings": check(version.agent, content).warnings,
        "longest": LONGEST,
        "try_url": try_url(version),
    }


@require_POST
def draft(request: HttpRequest, name: str) -> HttpResponse:
    """Begin a draft, from the version in force or from another one."""
    user = signed_in(request)
    wanted = request.POST.get("based_on", "")
    based_on = visible_version(user, wanted, agent=name) if wanted else None
    try:
        made = drafting.draft_version(actor=user, agent=name, based_on=based_on)
    except DomainError as error:
        messages.error(request, error.detail)
        return HttpResponseRedirect(reverse("admin:assistant_agent", args=[name]))
    return HttpResponseRedirect(reverse("admin:assistant_agentversion_edit", args=[made.pk]))


@require_POST
def publish(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let a draft answer."""

    def act(version: AgentVersion) -> AgentVersion:
        return publishing.publish(
            actor=signed_in(request),
            draft=version,
            note=request.POST.get("note", ""),
            version=request.POST.get("version", ""),
            instead_of=_number(request),
        )

    return _decided(request, pk, act, _("Version %(number)d answers from now on."))


@require_POST
def roll_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let the words of an earlier version answer again."""

    def act(version: AgentVersion) -> AgentVersion:
        return publishing.roll_back(
            actor=signed_in(request),
            to=version,
            note=request.POST.get("note", ""),
            instead_of=_number(request),
        )

    return _decided(request, pk, act, _("Version %(number)d answers from now on, with the earlier words."))


@require_POST
def discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put a draft aside."""

    def act(version: AgentVersion) -> AgentVersion:
        return drafting.discard(
            actor=signed_in(request), draft=version, version=request.POST.get("version", "")
        )

    return _decided(request, pk, act, _("Draft %(number)d is put aside. It stays in the history."))


def _decided(
    request: HttpRequest, pk: UUID, act: Callable[[AgentVersion], AgentVersion], done: str
) -> HttpResponse:
    version = visible_version(signed_in(request), pk)
    try:
        made = act(version)
    except DomainError as error:
        messages.error(request, error.detail)
        return HttpResponseRedirect(reverse("admin:assistant_agentversion_compare", args=[version.pk]))
    messages.success(request, done % {"number": made.number})
    return HttpResponseRedirect(reverse("admin:assistant_agent", args=[version.agent]))


def _number(request: HttpRequest) -> int | None:
    """The number of the version that was in force when the page was made."""
    given = request.POST.get("instead_of", "")
    return int(given) if given.isdecimal() else None


def _to_version(version: AgentVersion) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:assistant_agentversion_change", args=[version.pk]))
