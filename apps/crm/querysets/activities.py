"""Who may see what happened, and what is to be done."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Q

from apps.core.querysets import VisibleQuerySet
from apps.crm.querysets.leads import of_visible_lead

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.crm.models import Activity, StageChange, Task


def about_visible(user: User) -> Q:
    """Rows about a lead, company or contact that the user may see."""
    seen = of_visible_lead(user)
    if user.has_perm("contacts.view_company"):
        seen |= Q(company__isnull=False)
    if user.has_perm("contacts.view_contact"):
        seen |= Q(contact__isnull=False)
    return seen


class ActivityQuerySet(VisibleQuerySet["Activity"]):
    """Activities follow what they are about."""

    def _visible_to(self, user: User) -> Self:
        return self.filter(about_visible(user)) if user.has_perm("crm.view_activity") else self.none()


class StageChangeQuerySet(VisibleQuerySet["StageChange"]):
    """Changes of stage follow their lead."""

    def _visible_to(self, user: User) -> Self:
        return self.filter(of_visible_lead(user))


class TaskQuerySet(VisibleQuerySet["Task"]):
    """Tasks follow what they are about."""

    def _visible_to(self, user: User) -> Self:
        return self.filter(about_visible(user)) if user.has_perm("crm.view_task") else self.none()

    def open(self) -> Self:
        """Not done yet."""
        return self.filter(done_at__isnull=True)

    def to_remind(self, now: datetime) -> Self:
        """Open ones whose reminder is due and was not sent."""
        return self.open().filter(remind_at__lte=now, reminded_at__isnull=True)
