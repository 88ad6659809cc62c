"""Access tokens of Microsoft's identity platform, by msal.

The app signs in as itself (client credentials) for mail and calendars. Channels cannot be written to that
way: there, Graph wants a person, who signs in once with a code; msal renews that by itself.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Protocol

import httpx
import msal
import structlog
from django.conf import settings
from django.db import transaction

from apps.integrations import http
from apps.integrations.credentials import MicrosoftCredentials
from apps.integrations.crypto import seal
from apps.integrations.errors import NotConnected, SignInFailed, Uncertain
from apps.integrations.models import Connection

log = structlog.get_logger(__name__)

APP_SCOPES = ["https://graph.microsoft.com/.default"]
TEAMS_SCOPES = [
    f"https://graph.microsoft.com/{name}"
    for name in (
        "ChannelMessage.Send",
        "ChannelMessage.Read.All",
        "Team.ReadBasic.All",
        "Channel.ReadBasic.All",
    )
]
#: What Microsoft's error numbers mean to whoever set the connection up.
MEANINGS = {
    90002: "There is no tenant with this id. Look up “Directory (tenant) ID” in the app registration.",
    900023: "There is no tenant with this id. Look up “Directory (tenant) ID” in the app registration.",
    700016: "The tenant has no app with this client id. Look up “Application (client) ID”.",
    7000215: "The client secret is wrong. Enter the secret's value, not its id.",
    7000222: "The client secret has expired. Make a new one and enter it here.",
    7000112: "The app registration is switched off in the tenant.",
}


class Tokens(Protocol):
    """Where a client gets its access tokens."""

    def token(self, *, fresh: bool = False) -> str:
        """One that is valid; `fresh` when the service refused the last one. Raises `SignInFailed`."""


class AppTokens:
    """Tokens of the app itself."""

    def __init__(self, credentials: MicrosoftCredentials) -> None:
        self._app = _confidential(
            authority(credentials.tenant_id),
            credentials.client_id,
            credentials.client_secret.get_secret_value(),
        )

    def token(self, *, fresh: bool = False) -> str:
        """From msal's memory while it is valid. Raises `SignInFailed`."""
        if fresh:
            self._app.remove_tokens_for_client()
        return access_token(self._app.acquire_token_for_client(scopes=APP_SCOPES))


class TeamsTokens:
    """Tokens of the person who signed in for Teams; what msal renews goes back into the connection."""

    def __init__(self, credentials: MicrosoftCredentials) -> None:
        if credentials.teams is None:
            raise NotConnected(
                "Nobody has signed in for Teams yet. An administrator runs: manage.py sign_in_to_teams"
            )
        self._credentials = credentials
        self._cache = msal.SerializableTokenCache()
        self._cache.deserialize(credentials.teams.get_secret_value())
        self._app = public_app(credentials, self._cache)

    def token(self, *, fresh: bool = False) -> str:
        """Renewed when it has expired. Raises `SignInFailed` when the person has to sign in again."""
        accounts = self._app.get_accounts()
        found = None
        if accounts:
            found = self._app.acquire_token_silent(TEAMS_SCOPES, account=accounts[0], force_refresh=fresh)
        if not found or "access_token" not in found:
            raise SignInFailed(
                "The sign-in for Teams is no longer valid. An administrator runs: manage.py sign_in_to_teams"
            )
        if self._cache.has_state_changed and self._credentials.connection:
            keep_teams_sign_in(connection_id=self._credentials.connection, cache=self._cache.serialize())
        return str(found["access_token"])


def keep_teams_sign_in(*, connection_id: Any, cache: str) -> None:
    """Put a person's sign-in among the secrets of the connection."""
    with transaction.atomic():
        row = Connection.objects.select_for_update().get(pk=connection_id)
        row.sealed = seal({**row.secrets(), "teams_sign_in": cache})
        row.save(update_fields=["sealed", "updated_at"])


def roles_of(token: str) -> frozenset[str] | None:
    """The application permissions that an access token carries; None where it cannot be read: what it looks
    like is Microsoft's to change, so nothing but a test of a connection may depend on it.
    """
    try:
        claims = token.split(".")[1]
        told = json.loads(urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
        return frozenset(map(str, told.get("roles", [])))
    except (IndexError, ValueError, AttributeError, TypeError):
        return None


def authority(tenant_id: str) -> str:
    """The address that gives out tokens of a tenant."""
    return f"{settings.INTEGRATIONS['GRAPH_AUTHORITY']}/{tenant_id}"


def public_app(credentials: MicrosoftCredentials, cache: msal.SerializableTokenCache) -> Any:
    """The app as one that people sign in to with a code. Raises `SignInFailed` for an unknown tenant."""
    return _reachable(
        msal.PublicClientApplication, credentials.client_id, authority=authority(credentials.tenant_id),
        token_cache=cache,
    )  # fmt: skip


def access_token(answer: Mapping[str, Any]) -> str:
    """The token of msal's answer. Raises `SignInFailed` with what its error means."""
    if "access_token" in answer:
        return str(answer["access_token"])
    numbers = answer.get("error_codes") or []
    for number in numbers:
        if number in MEANINGS:
            raise SignInFailed(MEANINGS[number])
    log.warning("graph.sign_in_failed", error=answer.get("error"), numbers=numbers)
    number = f" (AADSTS{numbers[0]})" if numbers else ""
    raise SignInFailed(f"Microsoft did not let the app in: {answer.get('error', 'unknown error')}{number}.")


@lru_cache(maxsize=8)
def _confidential(address: str, client_id: str, client_secret: str) -> Any:
    return _reachable(
        msal.ConfidentialClientApplication, client_id, client_credential=client_secret, authority=address
    )


def forget_tokens() -> None:
    """Sign in anew with the next call."""
    _confidential.cache_clear()


def _reachable(application: Any, client_id: str, **options: Any) -> Any:
    """An application of msal: its making already looks the tenant up."""
    own = settings.INTEGRATIONS["GRAPH_AUTHORITY"] != "https://login.microsoftonline.com"
    try:
        return application(
            client_id, http_client=_MsalHttp(), instance_discovery=False if own else None, **options
        )
    except ValueError:
        raise SignInFailed(MEANINGS[90002]) from None


class _MsalHttp:
    """Our connections, as msal wants them: with our time-outs and trust instead of its own."""

    def get(self, url: str, params: Any = None, headers: Any = None, **_: Any) -> _MsalAnswer:
        return self._send("GET", url, params=params, headers=headers)

    def post(
        self, url: str, params: Any = None, data: Any = None, headers: Any = None, **_: Any
    ) -> _MsalAnswer:
        return self._send("POST", url, params=params, data=data, headers=headers)

    def _send(self, method: str, url: str, **options: Any) -> _MsalAnswer:
        try:
            return _MsalAnswer(http.client().request(method, url, **options))
        except httpx.TransportError as error:
            host = httpx.URL(url).host
            raise Uncertain(f"{host} does not answer ({type(error).__name__}).") from error

    def close(self) -> None:
        """The connections are everybody's."""


class _MsalAnswer:
    def __init__(self, response: httpx.Response) -> None:
        self.status_code = response.status_code
        self.text = response.text
        self.headers = dict(response.headers)
        self._response = response

    def raise_for_status(self) -> None:
        """As msal expects it of its transport."""
        self._response.raise_for_status()
