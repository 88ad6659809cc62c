"""What became of rows that were merged, and what they leave behind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import models
from django.db.models import OuterRef

from apps.crm.models import Lead, Merge

#: Nobody merges the same lead this often; a loop in the rows would be a bug, not an endless wait.
LONGEST = 50


@dataclass(frozen=True)
class FormerReach:
    """The contacts and e-mail addresses that belonged to a lead, or to one that was merged into it."""

    contacts: frozenset[UUID] = frozenset()
    addresses: frozenset[str] = frozenset()


def merged_into(model: type[models.Model], pk: UUID) -> UUID | None:
    """The key of the row that the row `pk` of `model` was merged into, over several merges if need be.

    None when it was not merged, or when the last one is gone too. Says nothing of who may see the row.
    """
    found = pk
    for _ in range(LONGEST):
        following = _live(model).filter(merged_id=found).values_list("kept_id", flat=True).first()
        if following is None:
            break
        found = following
    is_there = found != pk and model._base_manager.filter(pk=found).exists()
    return found if is_there else None


def merges_into(lead_id: UUID | OuterRef) -> models.QuerySet[Merge]:
    """The merges that still hold of other leads into this one."""
    return _live(Lead).filter(kept_id=lead_id)


def former_reach(lead_id: UUID) -> FormerReach:
    """Whose messages belong to the lead because it was merged: those of every lead that it is made of.

    One query for each generation of merges.
    """
    snapshots = list(_snapshots({lead_id}))
    contacts = {UUID(row["contact_id"]) for row in snapshots if row.get("contact_id")}
    addresses = {row["contact_email"] for row in snapshots if row.get("contact_email")}
    return FormerReach(frozenset(contacts), frozenset(addresses))


def _snapshots(keys: set[UUID]) -> Iterable[dict[str, str]]:
    """Both rows of every merge into one of the rows, and into those that were merged into these."""
    for _ in range(LONGEST):
        if not keys:
            return
        merges = list(_live(Lead).filter(kept_id__in=keys).values_list("merged_id", "before", "merged"))
        for _merged_id, before, merged in merges:
            yield from (before, merged)
        keys = {merged_id for merged_id, _before, _merged in merges}


def _live(model: type[models.Model]) -> models.QuerySet[Merge]:
    return Merge.objects.filter(model=model._meta.label_lower, undone_at=None)
