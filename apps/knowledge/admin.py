"""The knowledge base in the back office: for reading; its files are the place to edit."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from apps.core.admin import ReadOnlyAdmin
from apps.knowledge.models import Document, Passage


class PassageInline(TabularInline):
    """The passages of a document, in order, each with a link to its own page."""

    model = Passage
    fields = ["heading", "text"]
    readonly_fields = fields
    ordering = ["ordinal"]
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Document | None = None) -> bool:  # noqa: ARG002
        """Passages come from files."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Document | None = None) -> bool:  # noqa: ARG002
        """Passages are edited in their file."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Passage]:
        """Without the columns that only search needs."""
        return Passage.objects.visible_to(request.user).defer("embedding", "search")


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    """Files with what was read from them."""

    list_display = ["title", "kind", "path", "passage_count", "indexed_at"]
    list_filter = ["kind"]
    search_fields = ["title", "path"]
    sortable_by = ["title", "path", "indexed_at"]
    palette_icon = "menu_book"
    fields = ["title", "kind", "path", "sha256", "indexed_at"]
    readonly_fields = fields
    inlines = [PassageInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        """With the number of passages, counted for the rows of the page alone."""
        documents: QuerySet[Document] = super().get_queryset(request)
        counted = Passage.objects.filter(document=OuterRef("pk")).order_by().values("document")
        number = Subquery(counted.values(number=Count("pk")), output_field=IntegerField())
        return documents.annotate(passage_total=Coalesce(number, 0))

    @admin.display(description=_("Passages"))
    def passage_count(self, document: Document) -> int:
        """How many passages the document was cut into."""
        total: int = document.passage_total  # type: ignore[attr-defined]
        return total


@admin.register(Passage)
class PassageAdmin(ReadOnlyAdmin):
    """What answers quote: the page that a citation opens."""

    list_display = ["heading", "document", "is_embedded"]
    list_filter = ["document__kind"]
    search_fields = ["heading", "text"]
    fields = ["document", "heading", "text", "anchor", "is_embedded", "updated_at"]
    readonly_fields = fields

    @admin.display(description=_("Found by meaning"), boolean=True)
    def is_embedded(self, passage: Passage) -> bool:
        """Whether search compares its meaning too, and not its words alone."""
        return passage.embedding is not None
