"""Who may see which page that was read: whoever may see the run that read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import Q

from apps.core.querysets import VisibleQuerySet

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.perception.models import WebPage


class WebPageQuerySet(VisibleQuerySet["WebPage"]):
    """Pages."""

    def _visible_to(self, user: User) -> Self:
        if user.has_perm("assistant.view_all_runs"):
            return self
        allowed = Q(user=user)
        if user.department_id and user.has_perm("assistant.view_department_runs"):
            allowed |= Q(department=user.department_slug)
        return self.filter(allowed)
