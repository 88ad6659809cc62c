"""Who may read the knowledge base, and how its passages are ranked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np
from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import F, FloatField, Value
from numpy.typing import NDArray
from pgvector.django import CosineDistance

from apps.core.querysets import VisibleQuerySet

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.knowledge.models import Document, Passage


class DocumentQuerySet(VisibleQuerySet["Document"]):
    """Everybody with the permission reads every document."""

    def _visible_to(self, user: User) -> Self:
        return self.all() if user.has_perm("knowledge.view_document") else self.none()


class PassageQuerySet(VisibleQuerySet["Passage"]):
    """Everybody with the permission reads every passage."""

    def _visible_to(self, user: User) -> Self:
        return self.all() if user.has_perm("knowledge.view_passage") else self.none()

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

    def matching(self, query: SearchQuery) -> Self:
        """Passages that contain what `query` asks for, best rank first; headings count more than text."""
        # Normalisation 1 divides by the logarithm of the length: long passages hold every word by chance.
        rank = SearchRank(F("search"), query, normalization=1)
        return self.filter(search=query).annotate(rank=rank).order_by("-rank", "pk")
