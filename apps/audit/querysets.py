"""Who may read the audit trail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from apps.core.querysets import VisibleQuerySet

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.audit.models import AuditEvent, EmailLog


class AuditEventQuerySet(VisibleQuerySet["AuditEvent"]):
    """Auditors see all of it; everybody else nothing."""

    def _visible_to(self, user: User) -> Self:
        return self.all() if user.has_perm("audit.view_auditevent") else self.none()


class EmailLogQuerySet(VisibleQuerySet["EmailLog"]):
    """One's own mails, or all of them for those who may see everybody's."""

    def _visible_to(self, user: User) -> Self:
        if user.has_perm("audit.view_all_mails"):
            return self.all()
        return self.filter(user=user) if user.has_perm("audit.view_emaillog") else self.none()
