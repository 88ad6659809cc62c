"""Which credentials are in force: those of the newest active connection, else those of the environment."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from django.conf import settings
from pydantic import SecretStr

from apps.integrations.choices import Provider
from apps.integrations.errors import NotConnected, SignInFailed
from apps.integrations.models import Connection

_ASK = "An administrator adds a connection in the back office, under House → Connections."
NO_MICROSOFT = f"Microsoft 365 is not connected. {_ASK}"
NO_FCM = f"Push messages are not connected. {_ASK}"


@dataclass(frozen=True)
class MicrosoftCredentials:
    """An app registration of a tenant. `mailbox` sends for everybody; without one, each sends from the own.

    `teams` is the kept sign-in of the person in whose name channels are written to (an encrypted-at-rest
    token cache), `connection` its row. `channels` are "Team/Channel" → ids that spare looking them up.
    """

    tenant_id: str
    client_id: str
    client_secret: SecretStr
    mailbox: str = ""
    teams: SecretStr | None = None
    connection: UUID | None = None
    channels: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class FcmCredentials:
    """A service account of a Firebase project."""

    project_id: str
    client_email: str
    private_key: SecretStr
    token_uri: str


def microsoft() -> MicrosoftCredentials:
    """Raises `NotConnected`, and `Unreadable` when the row's secrets cannot be read."""
    row = _row(Provider.MICROSOFT)
    if row is not None:
        return microsoft_of(row)
    given = settings.INTEGRATIONS
    needed = [given[f"MS_GRAPH_{name}"] for name in ("TENANT_ID", "CLIENT_ID", "CLIENT_SECRET")]
    if not all(needed):
        raise NotConnected(NO_MICROSOFT)
    tenant, client, secret = needed
    return MicrosoftCredentials(tenant, client, SecretStr(secret), mailbox=given["MS_GRAPH_MAILBOX"])


def microsoft_of(row: Connection) -> MicrosoftCredentials:
    """The credentials of one connection. Raises `NotConnected` when something is missing, `Unreadable`."""
    secrets = row.secrets()
    tenant, client = row.settings.get("tenant_id", ""), row.settings.get("client_id", "")
    if not (tenant and client and secrets.get("client_secret")):
        raise NotConnected("The connection lacks its tenant, its client or its secret.")
    teams = secrets.get("teams_sign_in")
    return MicrosoftCredentials(
        tenant_id=tenant,
        client_id=client,
        client_secret=SecretStr(secrets["client_secret"]),
        mailbox=row.settings.get("mailbox", ""),
        teams=SecretStr(teams) if teams else None,
        connection=row.pk,
        channels=row.settings.get("channels") or {},
    )


def fcm() -> FcmCredentials:
    """Raises `NotConnected`, `Unreadable`, and `SignInFailed` when the key file is none."""
    row = _row(Provider.FCM)
    if row is not None:
        return fcm_of(row)
    path = settings.INTEGRATIONS["FCM_CREDENTIALS_FILE"]
    if not path:
        raise NotConnected(NO_FCM)
    try:
        return service_account(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise SignInFailed("The file that FCM_CREDENTIALS_FILE names cannot be read.") from error


def fcm_of(row: Connection) -> FcmCredentials:
    """The credentials of one connection. Raises `NotConnected`, `SignInFailed`, `Unreadable`."""
    key = row.secrets().get("service_account")
    if not key:
        raise NotConnected("The connection lacks the key of its service account.")
    return service_account(key)


def service_account(text: str) -> FcmCredentials:
    """Read the key file of a service account. Raises `SignInFailed`, which does not quote it."""
    try:
        given = json.loads(text)
        return FcmCredentials(
            project_id=given["project_id"],
            client_email=given["client_email"],
            private_key=SecretStr(given["private_key"]),
            token_uri=given["token_uri"],
        )
    except (ValueError, KeyError, TypeError):
        raise SignInFailed("This is not the key file of a service account (JSON, from Firebase).") from None


def is_connected(provider: Provider) -> bool:
    """Whether there is something to sign in with; not whether the service lets us in."""
    try:
        microsoft() if provider == Provider.MICROSOFT else fcm()
    except (NotConnected, SignInFailed):
        return False
    return True


def _row(provider: Provider) -> Connection | None:
    return Connection.objects.filter(provider=provider, is_active=True).order_by("-created_at").first()
