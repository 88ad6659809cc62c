"""Who may see templates and where files came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from apps.artifacts.models import Artifact
from apps.core.querysets import VisibleQuerySet

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.documents.models import Lineage, Template, TemplateVersion


class TemplateQuerySet(VisibleQuerySet["Template"]):
    """Templates are for those who edit them."""

    def _visible_to(self, user: User) -> Self:
        return self if user.has_perm("documents.view_template") else self.none()


class TemplateVersionQuerySet(VisibleQuerySet["TemplateVersion"]):
    """As the templates; lists leave the bytes in the database."""

    def _visible_to(self, user: User) -> Self:
        return self if user.has_perm("documents.view_template") else self.none()

    def light(self) -> Self:
        """Without the bytes."""
        return self.defer("content")


class LineageQuerySet(VisibleQuerySet["Lineage"]):
    """Whoever may see the file may see where it came from."""

    def _visible_to(self, user: User) -> Self:
        return self.filter(artifact__in=Artifact.objects.visible_to(user).order_by())
