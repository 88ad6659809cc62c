"""What a person sees who has tried too many passwords."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from apps.core.api.problems import problem_response
from apps.core.errors import RateLimited

SENTENCE = "Too many failed log-ins. Please wait 15 minutes and try again."


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
