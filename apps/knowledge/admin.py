"""The knowledge base in the back office: read, not written; the files in git are the truth."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from apps.core.admin import ReadOnlyAdmin
from apps.knowledge.models import Document, Passage


class PassageInline(TabularInline):  # type: ignore[misc]
    """The passages of a document, each a link."""

    model = Passage
    fields: ClassVar[list[str]] = ["ordinal", "heading", "text"]
    readonly_fields: ClassVar[list[str]] = ["ordinal", "heading", "text"]
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Document | None = None) -> bool:  # noqa: ARG002
        """Passages come from the files."""
        return False


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    """Files of the knowledge folder."""

    list_display = ["title", "kind", "path", "passage_count", "updated_at"]
    list_filter = ["kind"]
    search_fields = ["title", "path"]
    inlines = [PassageInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        """With the number of passages."""
        return super().get_queryset(request).annotate(passage_total=Count("passages"))

    @admin.display(description=_("Passages"), ordering="passage_total")
    def passage_count(self, document: Document) -> int:
        """How many passages it was cut into."""
        return document.passage_total  # type: ignore[attr-defined,no-any-return]


@admin.register(Passage)
class PassageAdmin(ReadOnlyAdmin):
    """What answers quote."""

    list_display = ["heading", "document", "ordinal", "is_embedded"]
    list_filter = ["document__kind"]
    list_select_related = ["document"]
    search_fields = ["heading", "text"]
    fields = ["document", "heading", "text", "anchor", "is_embedded", "updated_at"]
    readonly_fields = fields

    @admin.display(description=_("Found by meaning"), boolean=True)
    def is_embedded(self, passage: Passage) -> bool:
        """Whether semantic search finds it; full-text search always does."""
        return passage.embedding is not None
