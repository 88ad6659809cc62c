"""Keys that sort by time of birth."""

from __future__ import annotations

from uuid import UUID

from uuid_utils import compat


def uuid7() -> UUID:
    """A version 7 UUID (RFC 9562): time-ordered, so that indexes grow at their right edge."""
    return compat.uuid7()


def uuid_or_none(text: str) -> UUID | None:
    """The key that the text is, else None."""
    try:
        return UUID(text)
    except ValueError:
        return None
