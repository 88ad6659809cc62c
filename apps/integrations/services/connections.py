"""Setting up connections, trying them, and changing the keys of their secrets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.audit import services as audit
from apps.core.errors import DomainError
from apps.integrations import credentials
from apps.integrations.choices import Provider
from apps.integrations.crypto import Unreadable, is_current, reseal, seal
from apps.integrations.errors import Throttled, Uncertain
from apps.integrations.fcm.client import Fcm
from apps.integrations.graph import Graph, teams_graph
from apps.integrations.graph.client import part
from apps.integrations.graph.tokens import AppTokens, forget_tokens, roles_of
from apps.integrations.models import Connection

#: What the app has to be given, in the order of the documentation.
NEEDED = ("Mail.ReadWrite", "Mail.Send", "Calendars.ReadWrite")
CONSENT = (
    "In the app registration: API permissions, Microsoft Graph, Application permissions;"
    " then Grant admin consent."
)
NETWORK = "Is this server allowed to reach it (https, port 443)?"


@dataclass(frozen=True)
class Check:
    """How a connection did: what works, and what does not and why."""

    works: list[str]
    problems: list[str]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


@transaction.atomic
def save_connection(
    *,
    actor: User,
    connection: Connection,
    provider: str,
    name: str,
    settings: Mapping[str, Any],
    is_active: bool,
    secrets: Mapping[str, str],
) -> Connection:
    """Keep a new or changed connection. A secret that is not given stays as it is.

    The trail says which secrets changed, never what they are.
    """
    connection.provider, connection.name, connection.is_active = provider, name.strip(), is_active
    connection.settings = dict(settings)
    given = {name: value.strip() for name, value in secrets.items() if value.strip()}
    if given:
        connection.sealed = seal({**_readable(connection), **given})
    is_new = connection._state.adding
    connection.save()
    audit.record(
        action=f"integrations.connection.{'added' if is_new else 'changed'}", obj=connection, actor=actor,
        details={
            "provider": provider, "active": is_active, "settings": dict(settings),
            "new_secrets": sorted(given),
        },
    )  # fmt: skip
    forget_tokens()
    return connection


def check(*, actor: User, connection: Connection) -> Check:
    """Really sign in and read something small; the row keeps when, and what was wrong."""
    forget_tokens()
    found = _microsoft(connection, actor) if connection.provider == Provider.MICROSOFT else _fcm(connection)
    with transaction.atomic():
        Connection.objects.filter(pk=connection.pk).update(
            last_tested_at=timezone.now(), last_error="\n".join(found.problems)
        )
        audit.record(
            action="integrations.connection.tested", obj=connection, actor=actor,
            details={"ok": found.ok, "problems": found.problems},
        )  # fmt: skip
    return found


@transaction.atomic
def rotate_keys() -> tuple[int, int]:
    """Encrypt the secrets of all connections with the first key; returns how many, and how many could not be
    read.
    """
    rotated = unreadable = 0
    for row in Connection.objects.select_for_update().exclude(sealed=""):
        if is_current(row.sealed):
            continue
        try:
            row.sealed = reseal(row.sealed)
        except Unreadable:
            unreadable += 1
            continue
        row.save(update_fields=["sealed", "updated_at"])
        rotated += 1
    audit.record(action="integrations.keys.rotated", details={"rotated": rotated, "unreadable": unreadable})
    return rotated, unreadable


def _readable(connection: Connection) -> dict[str, str]:
    """The secrets so far; those that today's keys cannot read are given up when new ones are entered."""
    try:
        return connection.secrets()
    except Unreadable:
        return {}


def _microsoft(connection: Connection, actor: User) -> Check:
    """Without a shared mailbox, the one of who asks stands for everybody's."""
    works: list[str] = []
    problems: list[str] = []
    try:
        known = credentials.microsoft_of(connection)
        tokens = AppTokens(known)
        granted = roles_of(tokens.token())
    except DomainError as error:
        return Check([], [_advised(error)])
    works.append("Signed in as the app.")
    if granted is not None and (missing := [name for name in NEEDED if name not in granted]):
        problems.append(f"The app lacks {', '.join(missing)}. {CONSENT}")
    graph, mailbox = Graph(tokens), known.mailbox or actor.email
    path = f"/users/{part(mailbox)}"
    _try(works, problems, f"Mailbox {mailbox}", lambda: graph, f"{path}/mailFolders/inbox")
    _try(works, problems, f"Calendar of {mailbox}", lambda: graph, f"{path}/calendar")
    if known.teams is not None:
        _try(works, problems, "Teams", lambda: teams_graph(known), "/me/joinedTeams")
    return Check(works, problems)


def _try(works: list[str], problems: list[str], what: str, sign_in: Callable[[], Graph], path: str) -> None:
    try:
        sign_in().get(path)
    except DomainError as error:
        problems.append(f"{what}: {_advised(error)}")
    else:
        works.append(f"{what}: can be read.")


def _advised(error: DomainError) -> str:
    """What went wrong, and what whoever tests can do about it."""
    if isinstance(error, Throttled):
        return f"{error.detail} Test again in {ceil(error.seconds)} seconds."
    return f"{error.detail} {NETWORK}" if isinstance(error, Uncertain) else error.detail


def _fcm(connection: Connection) -> Check:
    try:
        known = credentials.fcm_of(connection)
        Fcm(known).check()
    except DomainError as error:
        return Check([], [_advised(error)])
    return Check([f"Signed in to the project {known.project_id}, and it takes messages."], [])
