"""Who may see which connection, dispatch and device."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from apps.core.querysets import VisibleQuerySet

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.integrations.models import Connection, Dispatch, PushDevice


class ConnectionQuerySet(VisibleQuerySet["Connection"]):
    """For those who look after connections."""

    def _visible_to(self, user: User) -> Self:
        return self.all() if user.has_perm("integrations.view_connection") else self.none()


class DispatchQuerySet(VisibleQuerySet["Dispatch"]):
    """One's own, or all of them for those who may see everybody's mails."""

    def _visible_to(self, user: User) -> Self:
        if user.has_perm("integrations.view_all_dispatches"):
            return self.all()
        return self.filter(user=user) if user.has_perm("integrations.view_dispatch") else self.none()


class PushDeviceQuerySet(VisibleQuerySet["PushDevice"]):
    """One's own phones."""

    def _visible_to(self, user: User) -> Self:
        return self.filter(user=user)
