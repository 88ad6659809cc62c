"""Who may see which run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import Q

from apps.assistant.choices import ACTIVE, ApprovalStatus
from apps.core.querysets import VisibleQuerySet

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.assistant.models import Approval, Run, RunStep


def _allowed(user: User, prefix: str = "") -> Q:
    """The person it works for; the department's managers; executives and administrators."""
    if user.has_perm("assistant.view_all_runs"):
        return Q()
    allowed = Q(**{f"{prefix}user": user})
    if user.department_id and user.has_perm("assistant.view_department_runs"):
        allowed |= Q(**{f"{prefix}department": user.department_id})
    return allowed


class RunQuerySet(VisibleQuerySet["Run"]):
    """Runs."""

    def _visible_to(self, user: User) -> Self:
        return self.filter(_allowed(user))

    def active(self) -> Self:
        """Not finished."""
        return self.filter(status__in=ACTIVE)


class RunStepQuerySet(VisibleQuerySet["RunStep"]):
    """Steps follow their run."""

    def _visible_to(self, user: User) -> Self:
        return self.filter(_allowed(user, "run__"))


class ApprovalQuerySet(VisibleQuerySet["Approval"]):
    """Approvals follow their run."""

    def _visible_to(self, user: User) -> Self:
        return self.filter(_allowed(user, "run__"))

    def pending(self) -> Self:
        """Still to be answered."""
        return self.filter(status=ApprovalStatus.PENDING)
