"""The pages: log-in and the chat itself, which is an application of its own in the browser."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import LoginView
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.generic import TemplateView

from apps.accounts.models import User
from apps.assistant import selectors as assistant
from apps.chat import selectors
from apps.llm.services import active_mode

DEMO_DOMAIN = "demo.mezzofy.com"


@method_decorator(ensure_csrf_cookie, name="dispatch")
class ChatPage(LoginRequiredMixin, TemplateView):
    """`/`: one page; everything else comes over the API and the socket."""

    template_name = "chat/index.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With what the page needs before its first request."""
        user = self.request.user
        assert isinstance(user, User)
        return {**super().get_context_data(**kwargs), "bootstrap": bootstrap(user)}


class LoginPage(LoginView):
    """`/login/`: the one door to chat and back office."""

    template_name = "chat/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the demo users where there are any."""
        return {**super().get_context_data(**kwargs), "demo_users": demo_users()}


def bootstrap(user: User) -> dict[str, Any]:
    """Who is signed in, who can be talked to, and what may be sent."""
    mode = active_mode()
    return {
        "user": selectors.user_card(user),
        "mode": mode,
        "mode_label": mode_label(mode),
        "agents": assistant.agent_choices(user),
        "suggestions": assistant.suggestions(user),
        "max_upload_bytes": settings.ARTIFACT_MAX_BYTES,
        "is_staff": user.is_staff,
    }


def mode_label(mode: str) -> str:
    """The mode as people read it."""
    labels = {"claude": _("Claude"), "kimi": _("Kimi"), "offline": _("Offline: no language model")}
    return labels.get(mode, mode)


def demo_users() -> list[dict[str, str]]:
    """The demo accounts, which exist in local mode only; their password is public."""
    if not settings.LOCAL_MODE:
        return []
    found = User.objects.active().filter(email__endswith=f"@{DEMO_DOMAIN}").prefetch_related("groups")
    return [
        {"email": user.email, "name": user.name, "role": ", ".join(user.roles).replace("_", " ").capitalize()}
        for user in found.order_by("email")[:20]
    ]
