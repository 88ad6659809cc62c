"""Conversations in the back office."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from apps.accounts.signed_in import signed_in
from apps.conversations.models import Conversation, Message
from apps.conversations.reading import cited_texts
from apps.core.admin import ReadOnlyAdmin


class MessageInline(TabularInline):
    """The thread, oldest first."""

    model = Message
    fields = ["created_at", "role", "sender_label", "said", "run_id"]
    readonly_fields = fields
    extra = 0
    can_delete = False
    per_page = 50

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Messages are written in the chat."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        """For the person who looks."""
        self._reader = signed_in(request)
        self._cited: dict[UUID, str] | None = None
        messages: QuerySet[Message] = super().get_queryset(request)
        return messages

    @admin.display(description=_("Body"))
    def said(self, message: Message) -> str:
        """The text, as far as its reader may still read what it rests on."""
        if self._cited is None:
            self._cited = cited_texts(message.conversation, self._reader)
        return self._cited.get(message.pk, message.body)


@admin.register(Conversation)
class ConversationAdmin(ReadOnlyAdmin):
    """Threads by last activity."""

    list_display = [
        "__str__",
        "channel",
        "owner",
        "contact",
        "agent",
        "status",
        "messages",
        "last_message_at",
    ]
    list_filter = ["channel", "status", "agent", "last_message_at"]
    search_fields = ["title", "external_thread_id"]
    search_help_text = _("Words of the title")
    palette_icon = "forum"
    inlines = [MessageInline]
    exclude = ["event_seq"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the number of messages, counted for the rows of the page alone."""
        counted = Message.objects.filter(conversation=OuterRef("pk")).order_by().values("conversation")
        number = Subquery(counted.values(number=Count("pk")), output_field=IntegerField())
        return super().get_queryset(request).annotate(message_count=Coalesce(number, 0))

    @admin.display(description=_("Messages"))
    def messages(self, conversation: Any) -> int:
        """How long the thread is."""
        return int(conversation.message_count)
