"""Mails that wait for somebody's yes: who writes another one to the same address should know."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils import timezone

from apps.accounts.models import User
from apps.assistant.models import Approval


def waiting_mails(to: Sequence[str], *, user: User, apart_from: UUID | None) -> int:
    """How many mails to one of these addresses wait, of those the user may see, without the run's own."""
    wanted = {address.casefold() for address in to}
    rows = Approval.objects.visible_to(user).pending().filter(expires_at__gt=timezone.now())
    asked = rows.filter(tool="send_mail").exclude(run=apart_from).values_list("arguments__to", flat=True)
    return sum(1 for found in asked if wanted & _addresses(found))


def _addresses(found: object) -> set[str]:
    return {str(address).casefold() for address in found} if isinstance(found, list) else set()
