"""Documents of the `knowledge/` folder and the passages they are cut into."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.urls import reverse
from pgvector.django import HnswIndex, VectorField

from apps.core.models import BaseModel
from apps.knowledge.choices import DocumentKind
from apps.knowledge.querysets import DocumentQuerySet, PassageQuerySet
from apps.llm.embeddings import DIMENSIONS


class Document(BaseModel):
    """One file of the knowledge base as it was last read. `sha256` tells whether it has changed since."""

    path = models.CharField(max_length=300, unique=True, help_text="Relative to the knowledge folder.")
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=DocumentKind.choices)
    sha256 = models.CharField(max_length=64)
    indexed_at = models.DateTimeField()

    objects: ClassVar[DocumentQuerySet] = DocumentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["path"]

    def __str__(self) -> str:
        return self.title


class Passage(BaseModel):
    """A piece of a document that answers by itself; the unit that is found and quoted.

    `anchor` names the passage within its document and survives edits of the text, so that old citations
    keep their target. `embedding` is null while no encoder was available.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="passages")
    ordinal = models.PositiveIntegerField()
    heading = models.CharField(max_length=300)
    text = models.TextField()
    anchor = models.CharField(max_length=200)
    embedding = VectorField(dimensions=DIMENSIONS, null=True, editable=False)
    search = models.GeneratedField(
        expression=SearchVector("heading", weight="A", config="english")
        + SearchVector("text", weight="B", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects: ClassVar[PassageQuerySet] = PassageQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["document", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["document", "anchor"], name="passage_unique_anchor"),
        ]
        indexes = [
            GinIndex(fields=["search"], name="passage_search_gin"),
            HnswIndex(fields=["embedding"], opclasses=["vector_cosine_ops"], name="passage_embedding_hnsw"),
        ]

    def __str__(self) -> str:
        return self.heading

    @property
    def label(self) -> str:
        """How a citation names the passage: document and heading."""
        if self.heading == self.document.title:
            return self.heading
        return f"{self.document.title} › {self.heading}"

    @property
    def embedding_text(self) -> str:
        """The words that `embedding` stands for."""
        return f"{self.heading}\n{self.text}"

    def get_absolute_url(self) -> str:
        """The page where a person reads it."""
        return reverse("admin:knowledge_passage_change", args=[self.pk])
