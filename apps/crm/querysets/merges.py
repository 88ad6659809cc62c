"""Who may see which merge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from apps.core.querysets import VisibleQuerySet

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.crm.models import Merge


class MergeQuerySet(VisibleQuerySet["Merge"]):
    """One's own merges; those who see every lead see every merge."""

    def _visible_to(self, user: User) -> Self:
        if not user.has_perm("crm.view_merge"):
            return self.none()
        return self.all() if user.has_perm("crm.view_all_leads") else self.filter(by=user)
