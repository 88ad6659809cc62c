"""Who may read the knowledge base, and how its passages are ranked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np
from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import F, FloatField, Q, Value
from numpy.typing import NDArray
from pgvector.django import CosineDistance

from apps.core.querysets import VisibleQuerySet
from apps.knowledge.choices import Audience

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.knowledge.models import Document, Passage


def readable(user: User, prefix: str = "") -> Q:
    """Which documents a person may read: the folder and what is for everybody, one's own, one's department's.

    `prefix` leads from other rows to their document.
    """
    allowed = Q(**{f"{prefix}audience": Audience.EVERYBODY}) | Q(**{f"{prefix}owner": user})
    if user.department_id:
        of_department = {
            f"{prefix}audience": Audience.DEPARTMENTS,
            f"{prefix}departments__contains": [user.department_id],
        }
        allowed |= Q(**of_department)
    return allowed


class DocumentQuerySet(VisibleQuerySet["Document"]):
    """Documents by who may read them."""

    def _visible_to(self, user: User) -> Self:
        return self.filter(readable(user)) if user.has_perm("knowledge.view_document") else self.none()


class PassageQuerySet(VisibleQuerySet["Passage"]):
    """Passages by who may read their document, and how they are ranked."""

    def _visible_to(self, user: User) -> Self:
        if not user.has_perm("knowledge.view_passage"):
            return self.none()
        return self.filter(readable(user, "document__"))

    def with_distance(self, vector: NDArray[np.float32] | None) -> Self:
        """Adds `distance`: 0 for the same direction as `vector`, 2 for the opposite; null without embedding,
        and everywhere if there is no `vector`.
        """
        if vector is None:
            return self.annotate(distance=Value(None, output_field=FloatField()))
        return self.annotate(distance=CosineDistance("embedding", vector))

    def nearest(self, vector: NDArray[np.float32]) -> Self:
        """Embedded passages, nearest first: the smallest cosine distance leads."""
        return self.filter(embedding__isnull=False).with_distance(vector).order_by("distance")

    def compared(self, vector: NDArray[np.float32]) -> Self:
        """As `nearest`, by comparing each: an order that no index has."""
        return self.filter(embedding__isnull=False).with_distance(vector).order_by(F("distance") + 0.0, "pk")

    def matching(self, query: SearchQuery) -> Self:
        """Passages that contain what `query` asks for, best rank first; headings count more than text."""
        # Normalisation 1 divides by the logarithm of the length: long passages hold every word by chance.
        rank = SearchRank(F("search"), query, normalization=1)
        return self.filter(search=query).annotate(rank=rank).order_by("-rank", "pk")
