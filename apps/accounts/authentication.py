"""Bearer tokens."""

from __future__ import annotations

from typing import Any

from drf_spectacular.contrib.rest_framework_simplejwt import SimpleJWTScheme
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


class AuditedJWTScheme(SimpleJWTScheme):  # type: ignore[no-untyped-call]
    """Tells the OpenAPI document that this is a bearer token."""

    target_class = AuditedJWTAuthentication  # type: ignore[assignment]
