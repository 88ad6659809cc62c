"""What a page's small forms answer: pieces of the page for a script, a redirect for a browser without one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string

from apps.core.api.problems import problem_response
from apps.core.errors import DomainError
from apps.crm.action_forms import SmallForm

F = TypeVar("F", bound=SmallForm)


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks."""
    return "application/json" in request.headers.get("Accept", "")


def done(
    request: HttpRequest, *, message: str, regions: Callable[[], Mapping[str, str]], back: str
) -> HttpResponse:
    """The new pieces of the page by the name of their place, or a redirect with the message."""
    if wants_json(request):
        return JsonResponse({"message": message, "regions": dict(regions())})
    messages.success(request, message)
    return HttpResponseRedirect(back)


def refused(request: HttpRequest, error: DomainError, *, back: str) -> HttpResponse:
    """A problem document for a script, or a redirect with the sentence."""
    if wants_json(request):
        return problem_response(error)
    messages.error(request, error.detail)
    return HttpResponseRedirect(back)


def as_typed(request: HttpRequest, form: F) -> F:
    """The form, or in its place the one that was refused, with what was typed and what is wrong with it."""
    refused = getattr(request, "refused_form", None)
    return refused if refused is not None and refused.name == form.name else form


def piece(request: HttpRequest, template: str, context: Mapping[str, Any]) -> str:
    """A part of the page as HTML."""
    return render_to_string(template, dict(context), request=request)
