"""Bearer tokens."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication

from apps.audit.context import set_actor


class AuditedJWTAuthentication(JWTAuthentication):
    """JWT as usual; the user it finds becomes the actor of what the request changes."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        """(user, token), or None without a bearer header."""
        found: tuple[Any, Any] | None = super().authenticate(request)
        if found:
            set_actor(found[0])
        return found
