"""The preview of a version as JSON for its page."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from django.core.cache import cache
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from apps.core.errors import DomainError
from apps.documents.checking import blocking, check
from apps.documents.models import TemplateVersion
from apps.documents.templates import source_of
from apps.documents.trying import sample_pages

#: A version never changes, but what it is built on may.
_KEPT_SECONDS = 600


def preview_answer(version: TemplateVersion) -> HttpResponse:
    """`problems`, and `pages` as data addresses; kept for a few minutes."""
    key = f"documents.preview.{version.pk}"
    answer = cache.get(key)
    if answer is None:
        answer = tried(version)
        cache.set(key, answer, _KEPT_SECONDS)
    return JsonResponse(answer)


def tried(version: TemplateVersion, *, lines: bool = True) -> dict[str, Any]:
    """What the version gives with the samples. `lines`: its author sees the lines that faults stand in."""
    problems = check(source_of(version))
    answer: dict[str, Any] = {
        "problems": [
            {"text": str(problem) if lines else problem.message, "blocks": problem.blocks}
            for problem in problems
        ],
        "pages": [],
        "simplified": False,
    }
    if blocking(problems):
        return answer
    try:
        drawn = sample_pages(version)
    except DomainError as error:
        return {**answer, "problems": [{"text": error.detail, "blocks": True}]}
    if drawn is None:
        return {**answer, "note": _("There is no picture of rules: they are checked when they are used.")}
    pages = [f"data:image/png;base64,{b64encode(page).decode()}" for page in drawn.pages]
    return {**answer, "pages": pages, "simplified": drawn.simplified}
