"""Passages in the back office: the page that a citation opens, with its words marked."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.db.models import CharField, QuerySet, Value
from django.http import HttpRequest
from django.utils.html import format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from apps.core.admin import ReadOnlyAdmin
from apps.knowledge.models import Document, Passage

#: The words that a citation asks to mark, in the address of the page.
MARK = "mark"
_LONGEST_MARK = 400


class PassageInline(TabularInline):
    """The passages of a document, in order, each with a link to its own page."""

    model = Passage
    fields = ["heading", "page", "text"]
    readonly_fields = fields
    ordering = ["ordinal"]
    per_page = 20
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Document | None = None) -> bool:  # noqa: ARG002 - the signature is Django's
        """Passages come from files."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Document | None = None) -> bool:  # noqa: ARG002 - the signature is Django's
        """Passages are edited in their file."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Passage]:
        """Without the columns that only search needs."""
        return Passage.objects.visible_to(request.user).defer("embedding", "search")


@admin.register(Passage)
class PassageAdmin(ReadOnlyAdmin):
    """What answers quote: the page that a citation opens."""

    list_display = ["heading", "document", "page", "is_embedded"]
    list_filter = ["document__kind"]
    search_fields = ["heading", "text"]
    fields = ["document", "heading", "page", "marked_text", "is_embedded", "updated_at"]
    readonly_fields = fields

    class Media:
        """How the quoted words stand out."""

        css: ClassVar = {"all": ["knowledge/retrieval.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Passage]:
        """With the words to mark, as the address names them."""
        words = " ".join(request.GET.get(MARK, "")[:_LONGEST_MARK].split()).replace("\x00", "")
        passages: QuerySet[Passage] = super().get_queryset(request)
        return passages.annotate(mark=Value(words, output_field=CharField()))

    @admin.display(description=_("Text"))
    def marked_text(self, passage: Passage) -> SafeString:
        """The text; the quoted words stand out."""
        return marked(passage.text, getattr(passage, "mark", ""))

    @admin.display(description=_("Found by meaning"), boolean=True)
    def is_embedded(self, passage: Passage) -> bool:
        """Whether search compares its meaning too, and not its words alone."""
        return passage.embedding is not None


def marked(text: str, words: str) -> SafeString:
    """The text as paragraphs, with the first occurrence of `words` marked. Everything is escaped."""
    start, end = _place(text, words)
    if start < 0:
        return mark_safe(linebreaks(text, autoescape=True))  # noqa: S308 - escaped here
    return format_html(
        '<div class="mz-passage">{}<mark id="quote">{}</mark>{}</div>',
        text[:start],
        text[start:end],
        text[end:],
    )


def _place(text: str, words: str) -> tuple[int, int]:
    """Where the words stand, whatever white space is between them; (-1, -1) if they do not."""
    wanted = words.split()
    if not wanted:
        return -1, -1
    plain = text.casefold()
    start = plain.find(wanted[0].casefold())
    while start >= 0:
        end = start
        for word in wanted:
            while end < len(plain) and plain[end].isspace():
                end += 1
            if not plain.startswith(word.casefold(), end):
                break
            end += len(word)
        else:
            return start, end
        start = plain.find(wanted[0].casefold(), start + 1)
    return -1, -1
