"""Setting up connections, trying them, and changing the keys of their secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.audit import services as audit
from apps.core.errors import DomainError
from apps.integrations import credentials
from apps.integrations.choices import Provider
from apps.integrations.crypto import Unreadable, is_current, reseal, seal
from apps.integrations.errors import Refused, SignInFailed
from apps.integrations.fcm.client import Fcm
from apps.integrations.graph import Graph, teams_graph
from apps.integrations.graph.client import part
from apps.integrations.graph.tokens import forget_tokens
from apps.integrations.models import Connection


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
    found = _microsoft(connection) if connection.provider == Provider.MICROSOFT else _fcm(connection)
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


def _microsoft(connection: Connection) -> Check:
    try:
        known = credentials.microsoft_of(connection)
        graph = Graph.of(known)
        works: list[str] = ["Signed in as the app."]
        problems: list[str] = []
        mailbox = part(known.mailbox)
        if not known.mailbox:
            graph.get("/users", params={"$top": "1", "$select": "id"})
        else:
            _try(works, problems, f"Mailbox {known.mailbox}", graph, f"/users/{mailbox}/mailFolders/inbox")
            _try(works, problems, f"Calendar of {known.mailbox}", graph, f"/users/{mailbox}/calendar")
    except DomainError as error:
        return Check([], [error.detail])
    if known.teams is not None:
        try:
            _try(works, problems, "Teams", teams_graph(known), "/me/joinedTeams")
        except DomainError as error:
            problems.append(f"Teams: {error.detail}")
    return Check(works, problems)


def _try(works: list[str], problems: list[str], what: str, graph: Graph, path: str) -> None:
    try:
        graph.get(path, params={"$select": "id"})
    except (Refused, SignInFailed) as error:
        problems.append(f"{what}: {error.detail}")
    else:
        works.append(f"{what}: can be read.")


def _fcm(connection: Connection) -> Check:
    try:
        known = credentials.fcm_of(connection)
        Fcm(known).check()
    except DomainError as error:
        return Check([], [error.detail])
    return Check([f"Signed in to the project {known.project_id}, and it takes messages."], [])
