"""Who may see which customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from apps.core.querysets import VisibleQuerySet

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.crm.models import Customer


class CustomerQuerySet(VisibleQuerySet["Customer"]):
    """Everybody with the permission sees every customer; the leads behind them have rights of their own."""

    def _visible_to(self, user: User) -> Self:
        return self.all() if user.has_perm("crm.view_customer") else self.none()
