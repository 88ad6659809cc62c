"""Who may see which file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import Q

from apps.artifacts.choices import Status
from apps.core.querysets import VisibleQuerySet

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.artifacts.models import Artifact


class ArtifactQuerySet(VisibleQuerySet["Artifact"]):
    """The owner; the department's managers; executives and administrators."""

    def _visible_to(self, user: User) -> Self:
        ready = self.filter(status=Status.READY)
        if user.has_perm("artifacts.view_all_artifacts"):
            return ready
        allowed = Q(owner=user)
        if user.department_id and user.has_perm("artifacts.view_department_artifacts"):
            allowed |= Q(department=user.department_id)
        return ready.filter(allowed)
