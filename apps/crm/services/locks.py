"""Locks: one door for new leads, and the rows that somebody is about to change."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.db import connection
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.errors import Conflict, Forbidden, NotFound
from apps.core.rehearsal import is_rehearsal
from apps.core.versions import lock
from apps.crm.choices import LeadStatus
from apps.crm.models import Lead
from apps.crm.subjects import Subject, sees

#: An arbitrary number that stands for "adding leads" among PostgreSQL's advisory locks.
LOCK_KEY = 7_311_942_001
POLL_SECONDS = 0.5
#: Another one, for "moving the cards of a column apart"; the second number is the column.
COLUMN_KEY = 731_194_202


def hold_door(*, patience: float, waiting: Callable[[], None] = lambda: None) -> None:
    """Be the only one who adds leads until the running transaction ends.

    Looking for a duplicate and adding the lead are two steps; between them nobody else may add the same one.
    Waits up to `patience` seconds, calling `waiting` now and then. Raises `Conflict` after that. A rehearsal
    adds no lead, so it keeps nobody out.
    """
    if is_rehearsal():
        return
    deadline = time.monotonic() + patience
    while not _try():
        if time.monotonic() > deadline:
            raise Conflict(
                _("Leads are being imported right now. Please try again in a minute."), code="busy"
            )
        waiting()
        time.sleep(POLL_SECONDS)


def hold_column(status: str) -> None:
    """Be the only one who moves the cards of a column apart until the running transaction ends."""
    with connection.cursor() as cursor:
        number = LeadStatus.values.index(status)
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [COLUMN_KEY, number])


def lock_lead(*, actor: User, lead: Lead, version: str = "", right: str = "crm.change_lead") -> Lead:
    """The lead as it is now, locked until the transaction ends, for an actor with `right` who may see it.

    Raises `Forbidden` without the right, `NotFound` when it is not for this actor, `Stale` when `version` is
    given and is an old one, `Conflict` when it is gone.
    """
    require(actor, right)
    current = lock(lead, version)
    require_sight(actor, current)
    return current


def require(actor: User, right: str) -> None:
    """Raises `Forbidden` when the actor has not the permission `right` (`app.codename`)."""
    if not actor.has_perm(right):
        raise Forbidden(_("You do not have the right to do this. Ask an administrator for it."))


def require_sight(actor: User, subject: Subject) -> None:
    """Raises `NotFound` when the actor may not see the subject: the hidden and the missing are alike.

    Asked after the row was locked, so that a lead given away a moment ago counts as given away.
    """
    if not sees(actor, subject):
        raise NotFound(
            _("There is no such %(thing)s, or it is not yours.") % {"thing": subject._meta.verbose_name}
        )


def _try() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK_KEY])
        return bool(cursor.fetchone()[0])
