"""Who is at the other end of a socket, and whether that still holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from rest_framework.exceptions import APIException
from rest_framework_simplejwt.authentication import JWTAuthentication

from apps.accounts.models import User
from apps.accounts.sessions import user_of_session
from apps.audit.choices import Source
from apps.audit.context import client_ip
from apps.core.errors import DomainError, Forbidden


class NotAuthenticated(DomainError):
    """No valid credentials, or not any more."""

    status = 401
    code = "not_authenticated"


@dataclass(frozen=True)
class Door:
    """By which client and from which address the socket came: what the audit trail wants to know."""

    source: str
    ip: str | None


@dataclass(frozen=True)
class Credential:
    """A token with its end (seconds since 1970), or the key of a web session."""

    token: str = ""
    session_key: str = ""
    expires_at: float | None = None


def door_of(scope: dict[str, Any]) -> Door:
    """Read from the handshake, by the rules of plain requests."""
    request = HttpRequest()
    request.META["REMOTE_ADDR"] = (scope.get("client") or [""])[0]
    for name, value in scope.get("headers", []):
        request.META["HTTP_" + name.decode("latin1").upper().replace("-", "_")] = value.decode("latin1")
    mobile = request.META.get("HTTP_X_MEZZOFY_CLIENT") == "mobile"
    return Door(Source.MOBILE if mobile else Source.WEB, client_ip(request))


def from_token(token: str) -> Credential:
    """The credential in an access token. Raises `NotAuthenticated`."""
    validated = _validated(token)
    return Credential(token=token, expires_at=float(validated["exp"]))


def user_of(credential: Credential) -> User:
    """The user, freshly read. Raises `NotAuthenticated` when token, session or account is not good any more,
    `Forbidden` when the user may not use the assistant.
    """
    by_session = bool(credential.session_key)
    user = _user_of_session(credential.session_key) if by_session else _user_of_token(credential.token)
    if not user.has_perm("assistant.use_assistant"):
        raise Forbidden("Your account may not use the assistant. Ask an administrator.")
    return user


def _user_of_token(token: str) -> User:
    try:
        user = JWTAuthentication().get_user(_validated(token))
    except APIException as error:
        raise NotAuthenticated("The token is not valid.") from error
    assert isinstance(user, User)
    return user


def _validated(token: str) -> Any:
    try:
        return JWTAuthentication().get_validated_token(token.encode())
    except (APIException, UnicodeError) as error:
        raise NotAuthenticated("The token is not valid.") from error


def _user_of_session(key: str) -> User:
    user = user_of_session(key)
    if user is None:
        raise NotAuthenticated("The session has ended.")
    return user
