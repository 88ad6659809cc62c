"""The two rows of a merge, and who may merge them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.errors import Conflict, Forbidden, Invalid, NotFound
from apps.core.versions import lock
from apps.crm.live import announce
from apps.crm.merged import merged_into
from apps.crm.models import Lead
from apps.crm.services.merging.rules import Mergeable, rules_of

M = TypeVar("M", bound=Mergeable)


def require_right(user: User, row: Mergeable | type[Mergeable]) -> None:
    """Raises `Forbidden` when the user may not merge rows of this model."""
    if not user.is_active or not user.has_perms(rules_of(row).permissions):
        plural = row._meta.verbose_name_plural
        raise Forbidden(_("You may not merge %(things)s.") % {"things": plural})


def require_pair(user: User, kept: Mergeable, other: Mergeable) -> None:
    """Raises `Forbidden`, `NotFound` (one of them is not there for this user), `Invalid` (not a pair)."""
    require_right(user, kept)
    if type(kept) is not type(other) or kept.pk == other.pk:
        raise Invalid(_("Choose two different rows to merge."), code="not_a_pair")
    seen = type(kept).objects.visible_to(user).filter(pk__in=[kept.pk, other.pk])
    if seen.count() != 2:
        raise NotFound(_("One of the two is not there."))


def lock_pair(kept: M, other: M, versions: Mapping[str, str]) -> tuple[M, M]:
    """Both rows as they are now, locked in the order of their keys, so that two people never wait for each
    other. `versions` holds what the caller read, by "kept" and "other".

    Raises `Stale` when one was changed since, `Conflict` when one is gone.
    """
    given = {kept.pk: versions.get("kept", ""), other.pk: versions.get("other", "")}
    locked = {row.pk: _lock(row, given[row.pk]) for row in sorted((kept, other), key=lambda row: row.pk)}
    return locked[kept.pk], locked[other.pk]


def tell(change: str, *states: Mergeable) -> None:
    """Let open boards and lists know of a lead, and those who saw it before (`states` of the same row)."""
    leads = [row for row in states if isinstance(row, Lead)]
    if leads:
        announce(change, lead_id=leads[0].pk, owner_ids={lead.assigned_to_id for lead in leads})


def _lock(row: M, version: str) -> M:
    try:
        return lock(row, version)
    except Conflict as error:
        if error.code == "gone" and merged_into(type(row), row.pk):
            text = _("“%(name)s” was merged in the meantime. Nothing was changed.") % {"name": row}
            raise Conflict(text, code="already_merged") from error
        raise
