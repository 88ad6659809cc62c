"""What of a conversation its reader may see today: whoever knows what answers rest on has a say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from apps.accounts.models import User
from apps.conversations.models import Conversation

#: Texts with their citations, as the person may read them.
Mask = Callable[[Sequence[tuple[str, Sequence[Mapping[str, Any]]]], User], list[str]]

_masks: list[Mask] = []


def use_mask(mask: Mask) -> Mask:
    """Show messages through this; the last one handed over counts."""
    _masks[:] = [mask]
    return mask


def cited_texts(conversation: Conversation, reader: User) -> dict[UUID, str]:
    """The texts of all messages that cite something, by message."""
    rows = list(conversation.messages.exclude(citations=[]).values_list("pk", "body", "citations"))
    said = [(body, citations) for _pk, body, citations in rows]
    texts = _masks[-1](said, reader) if _masks else [body for body, _citations in said]
    return dict(zip([pk for pk, _body, _citations in rows], texts, strict=True))
