"""Buttons that are links, made safe: opening their address asks first, and only the answer acts."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Action = Callable[..., HttpResponse]


def by_post(question: StrOrPromise) -> Callable[[Action], Action]:
    """Let an action of a model's admin act on POST only; a GET shows `question` with a button.

    A link in a mail, a picture in a text and a browser that fetches ahead all open addresses.
    """

    def decorate(function: Action) -> Action:
        @wraps(function)
        def acting(admin: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST":
                return function(admin, request, *args, **kwargs)
            context = {**admin.admin_site.each_context(request), "opts": admin.opts, "title": question}
            return TemplateResponse(request, "admin/by_post.html", context)

        return acting

    return decorate
