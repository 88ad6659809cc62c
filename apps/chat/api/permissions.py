"""Who may talk to the agents."""

from __future__ import annotations

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.accounts.models import User


class MayUseAssistant(BasePermission):
    """Signed in, with the right `assistant.use_assistant`, which every role has."""

    message = "Your account may not use the assistant. Ask an administrator."

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002
        """Anonymous callers are refused before (401)."""
        return bool(request.user.is_authenticated and request.user.has_perm("assistant.use_assistant"))


def signed_in(request: Request) -> User:
    """The user behind a request that has passed its permissions."""
    assert isinstance(request.user, User)
    return request.user
