"""Telling open pages that a lead changed."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

#: Everybody who may see every lead listens here; others listen to the group of their own leads.
ALL_LEADS = "crm.leads.all"


def group_of(owner: UUID) -> str:
    """The group of those who see the leads of `owner`."""
    return f"crm.leads.{owner.hex}"


def announce(change: str, *, lead_id: UUID, owner_ids: Collection[UUID | None]) -> None:
    """After the commit, tell whoever may see the lead (by its owners before and after) that it changed.

    Only the id travels: each page reads the row again with the rights of its own user.
    """
    groups = {ALL_LEADS, *(group_of(owner) for owner in owner_ids if owner is not None)}
    message = {"type": "lead.changed", "change": change, "lead_id": str(lead_id)}

    def send() -> None:
        layer = get_channel_layer()
        for group in groups:
            async_to_sync(layer.group_send)(group, message)

    # Robust: the change is kept, whether or not anybody can be told. (Django names the function in its log,
    # which a `partial` has no name for.)
    transaction.on_commit(send, robust=True)
