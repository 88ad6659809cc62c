"""Reading notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps.notifications.models import Notice

if TYPE_CHECKING:
    from apps.accounts.models import User

MANY = 99


def unread_text(*, user: User) -> str:
    """How many notices `user` has not looked at: "", "3" or "99+"."""
    unread = Notice.objects.visible_to(user).unread().order_by()
    number = unread.values("pk")[: MANY + 1].count()
    return f"{MANY}+" if number > MANY else str(number or "")
