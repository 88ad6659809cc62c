"""Who may see which conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import Prefetch

from apps.conversations.choices import ConversationStatus
from apps.core.querysets import VisibleQuerySet

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.conversations.models import Conversation, Message


class ConversationQuerySet(VisibleQuerySet["Conversation"]):
    """Staff chats belong to their owner; auditors of the house see all."""

    def _visible_to(self, user: User) -> Self:
        if user.has_perm("conversations.view_all_conversations"):
            return self.all()
        return self.owned_by(user)

    def owned_by(self, user: User) -> Self:
        """The user's own, without deleted ones: what the chat shows, whatever the user's rights."""
        return self.filter(owner=user).exclude(status=ConversationStatus.DELETED)


class MessageQuerySet(VisibleQuerySet["Message"]):
    """Messages follow their conversation."""

    def _visible_to(self, user: User) -> Self:
        from apps.conversations.models import Conversation

        return self.filter(conversation__in=Conversation.objects.visible_to(user))

    def with_attachments(self) -> Self:
        """With files, in two queries whatever the number of messages."""
        return self.prefetch_related(Prefetch("attachments"), "attachments__artifact")
