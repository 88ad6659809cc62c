"""Who may see whom outside the house."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from apps.core.search import SearchableQuerySet

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.contacts.models import Company, Contact


class CompanyQuerySet(SearchableQuerySet["Company"]):
    """Everybody with the permission sees every company."""

    def _visible_to(self, user: User) -> Self:
        return self.all() if user.has_perm("contacts.view_company") else self.none()


class ContactQuerySet(SearchableQuerySet["Contact"]):
    """Everybody with the permission sees every contact."""

    def _visible_to(self, user: User) -> Self:
        return self.all() if user.has_perm("contacts.view_contact") else self.none()
