"""What can be wrong with the knowledge base."""

from __future__ import annotations

from apps.core.errors import DomainError, NotFound


class MalformedKnowledge(DomainError):
    """A file of the knowledge folder is missing or does not have the shape that it must have."""

    code = "malformed_knowledge"
    status = 500
    title = "The knowledge base cannot be read"


class UnknownEntry(NotFound):
    """The price book has no such plan."""

    code = "unknown_entry"
