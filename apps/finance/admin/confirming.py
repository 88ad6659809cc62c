"""The question before something is done that cannot be taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.template.response import TemplateResponse

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CONFIRMED = "confirmed"


@dataclass(frozen=True)
class Question:
    """What is asked, what it does, what `yes` says, where `back` leads; `facts` and `rows` are what it is
    about.
    """

    title: StrOrPromise
    effect: StrOrPromise
    yes: StrOrPromise
    back: str
    facts: Sequence[tuple[StrOrPromise, str]] = ()
    rows: Sequence[str] = ()
    is_danger: bool = False


def is_confirmed(request: HttpRequest) -> bool:
    """Whether the person has seen the question and said yes."""
    return request.method == "POST" and request.POST.get(CONFIRMED) == "yes"


def ask(
    admin: Any,
    request: HttpRequest,
    question: Question,
    *,
    instead: Mapping[str, Sequence[tuple[str, str]]] | None = None,
) -> TemplateResponse:
    """The page with the question; yes sends what was sent once more, with the fields of `instead` in place of
    those of that name.
    """
    replaced = instead or {}
    sent = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in {"csrfmiddlewaretoken", CONFIRMED, *replaced}
    ]
    sent += [field for fields in replaced.values() for field in fields]
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": question.title,
        "question": question,
        "sent": [*sent, (CONFIRMED, "yes")],
    }
    return TemplateResponse(request, "admin/finance/confirm.html", context)
