"""A production start with a weak configuration is refused."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def production_configuration(**_: Any) -> list[CheckMessage]:
    """Errors for a missing SECRET_KEY and for DEBUG outside local mode."""
    if settings.LOCAL_MODE:
        return []
    found: list[CheckMessage] = []
    if len(settings.SECRET_KEY) < 40:
        found.append(
            Error(
                "SECRET_KEY is missing or shorter than 40 characters.",
                hint='Set it: python -c "import secrets; print(secrets.token_urlsafe(64))"',
                id="mezzofy.E001",
            )
        )
    if settings.DEBUG:
        found.append(Error("DEBUG must be off in production.", hint="Unset DEBUG.", id="mezzofy.E002"))
    if not settings.ALLOWED_HOSTS:
        found.append(Error("ALLOWED_HOSTS is empty.", hint="Name the hosts this serves.", id="mezzofy.E003"))
    return found
