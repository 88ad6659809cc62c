"""Documents of the `knowledge/` folder and of people, and the passages they are cut into."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.urls import reverse
from pgvector.django import HnswIndex, VectorField

from apps.artifacts.models import Artifact
from apps.core.models import BaseModel
from apps.knowledge.choices import Audience, DocumentKind, IndexStatus, Origin
from apps.knowledge.querysets import DocumentQuerySet, PassageQuerySet
from apps.llm.embeddings import DIMENSIONS


class Document(BaseModel):
    """A file of the knowledge folder, or one that a person put in, as it was last read.

    `sha256` tells whether it has changed since. An uploaded document has an `artifact` and an `owner`, a
    `path` of its own, and an `audience`; `departments` are slugs and count for that audience alone. `problem`
    says in a sentence why the last reading failed; passages of an earlier version stay until one succeeds.
    """

    path = models.CharField(max_length=300, unique=True, help_text="Relative to the knowledge folder.")
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=DocumentKind.choices)
    sha256 = models.CharField(max_length=64, blank=True)
    indexed_at = models.DateTimeField(null=True, blank=True)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.FOLDER)
    artifact = models.ForeignKey(
        Artifact, on_delete=models.CASCADE, null=True, blank=True, related_name="knowledge_documents"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    audience = models.CharField(max_length=12, choices=Audience.choices, default=Audience.EVERYBODY)
    departments = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    status = models.CharField(max_length=10, choices=IndexStatus.choices, default=IndexStatus.INDEXED)
    problem = models.CharField(max_length=500, blank=True)

    objects: ClassVar[DocumentQuerySet] = DocumentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["path"]
        permissions = [("test_retrieval_as", "Can test what search finds for another person")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(origin=Origin.FOLDER, audience=Audience.EVERYBODY)
                | models.Q(origin=Origin.UPLOAD, artifact__isnull=False, owner__isnull=False),
                name="document_upload_has_owner",
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner", "-created_at"],
                condition=models.Q(origin="upload"),
                name="document_upload_by_owner",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_upload(self) -> bool:
        """Whether its words are those of a colleague or a stranger, not of the reviewed folder."""
        return self.origin == Origin.UPLOAD

    def get_absolute_url(self) -> str:
        """The page where a person sees what was read."""
        return reverse("admin:knowledge_document_change", args=[self.pk])


class Passage(BaseModel):
    """A piece of a document that answers by itself; the unit that is found and quoted.

    `anchor` names the passage within its document and survives edits of the text, so that old citations
    keep their target. `page` counts from 1 where the file has pages or slides. `embedding` is null while no
    encoder was available.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="passages")
    ordinal = models.PositiveIntegerField()
    heading = models.CharField(max_length=300)
    text = models.TextField()
    anchor = models.CharField(max_length=200)
    page = models.PositiveIntegerField(null=True, blank=True)
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
        heading = "" if self.heading == self.document.title else f" › {self.heading}"
        page = f", page {self.page}" if self.page else ""
        return f"{self.document.title}{heading}{page}"

    @property
    def embedding_text(self) -> str:
        """The words that `embedding` stands for."""
        return f"{self.heading}\n{self.text}"

    def get_absolute_url(self) -> str:
        """The page where a person reads it."""
        return reverse("admin:knowledge_passage_change", args=[self.pk])
