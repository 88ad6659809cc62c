"""Who may see which notice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from apps.core.querysets import VisibleQuerySet

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.notifications.models import Notice


class NoticeQuerySet(VisibleQuerySet["Notice"]):
    """Notices are private."""

    def _visible_to(self, user: User) -> Self:
        return self.filter(recipient=user)

    def unread(self) -> Self:
        """Not looked at yet."""
        return self.filter(read_at__isnull=True)
