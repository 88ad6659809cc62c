"""The notices that tell people of a question: how they are known, and that they are done with."""

from __future__ import annotations

from uuid import UUID

from apps.notifications.services import settle


def notice_key(approval_id: UUID) -> str:
    """The key of the notices about that approval."""
    return f"assistant.approval:{approval_id}"


def tell_no_more(approval_id: UUID) -> None:
    """It was answered, or ran out: nobody who was told has to look any more."""
    settle(about=notice_key(approval_id))
