"""The back office site."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from unfold.sites import UnfoldAdminSite


class MezzofyAdminSite(UnfoldAdminSite):
    """Django Admin with one log-in page for chat and back office."""

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # noqa: ARG002
        """Send to the common log-in page; a signed-in user without back-office rights goes to the chat."""
        if request.user.is_authenticated:
            return redirect_to_login("/") if not request.user.is_active else _to_chat()
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))


def _to_chat() -> HttpResponse:
    from django.shortcuts import redirect

    return redirect("/")
