"""Who may see which file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import Exists, OuterRef, Q

from apps.artifacts.access import holders
from apps.artifacts.choices import Status
from apps.core.querysets import VisibleQuerySet

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.artifacts.models import Artifact


class ArtifactQuerySet(VisibleQuerySet["Artifact"]):
    """The owner; the department's managers; executives and administrators; who sees a row that holds it."""

    def _visible_to(self, user: User) -> Self:
        ready = self.filter(status=Status.READY)
        if user.has_perm("artifacts.view_all_artifacts"):
            return ready
        if user.department_id and user.has_perm("artifacts.view_department_artifacts"):
            return ready.filter(_of_department(user))
        # The keys first: for an OR the database would look through everybody's files for one person's few.
        own = self.model._default_manager.filter(owner=user).order_by().values("pk")
        held = (rows(user).order_by().values("artifact") for rows in holders)
        return ready.filter(pk__in=own.union(*held))


def _of_department(user: User) -> Q:
    """For those who see so many files that going through the newest ones soon fills a page."""
    allowed = Q(owner=user) | Q(department=user.department_id)
    for rows in holders:
        allowed |= Q(Exists(rows(user).filter(artifact=OuterRef("pk"))))
    return allowed
