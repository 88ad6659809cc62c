"""Whose failed log-ins are counted, and what a person sees who had too many."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from apps.accounts.models import normalise_email
from apps.core.api.problems import problem_response
from apps.core.errors import RateLimited

SENTENCE = "Too many failed log-ins. Please wait 15 minutes and try again."


def counted_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str | None:
    """The name in the form in which the log-in compares it: another spelling is not another person."""
    given = (credentials or {}).get("username") or getattr(request, "data", request.POST).get("username")
    return normalise_email(str(given)) if given else None


def locked_out(
    request: HttpRequest,
    credentials: dict[str, Any] | None = None,  # noqa: ARG001
    *_: Any,
    **__: Any,
) -> HttpResponseBase:
    """429: a problem document for programs, a page for people."""
    if request.path.startswith("/api/"):
        return problem_response(RateLimited(SENTENCE, code="locked_out"))
    return render(request, "error.html", {"status": 429, "detail": SENTENCE}, status=429)
