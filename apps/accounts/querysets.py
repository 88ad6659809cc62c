"""Who may see whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from apps.core.querysets import VisibleQuerySet

if TYPE_CHECKING:
    from apps.accounts.models import User


#: Accounts under which the evaluation asks. Nobody logs in with them, and nobody chooses them.
EVALUATION_DOMAIN = "cases.invalid"


class UserQuerySet(VisibleQuerySet["User"]):
    """Administrators see everybody; others themselves."""

    def _visible_to(self, user: User) -> Self:
        return self.all() if user.has_perm("accounts.view_user") else self.filter(pk=user.pk)

    def people(self) -> Self:
        """Without the accounts of the evaluation."""
        return self.exclude(email__endswith=f"@{EVALUATION_DOMAIN}")

    def active(self) -> Self:
        """People who may log in."""
        return self.people().filter(is_active=True)
