"""Reads that know who is asking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models

if TYPE_CHECKING:
    from apps.accounts.models import User

M_co = TypeVar("M_co", bound=models.Model, covariant=True)


class VisibleQuerySet(models.QuerySet[M_co]):
    """A queryset that must be asked for a user before it is shown to one.

    `visible_to` fails closed: anonymous and inactive users see nothing, and a model that does not say
    what may be seen (`_visible_to`) shows nothing.
    """

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The rows that `user` may see."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self._visible_to(user)

    def _visible_to(self, user: User) -> Self:  # noqa: ARG002
        return self.none()
