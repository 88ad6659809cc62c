"""Where the next page of a timeline begins."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import NamedTuple, Self
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core.errors import Invalid


class Cursor(NamedTuple):
    """The time and key of the last entry that was shown; what comes next is smaller."""

    at: datetime
    key: UUID

    def token(self) -> str:
        """As it travels: opaque, fit for a URL."""
        plain = f"{self.at.isoformat()} {self.key}".encode()
        return base64.urlsafe_b64encode(plain).decode().rstrip("=")

    @classmethod
    def read(cls, token: str) -> Self:
        """Raises `Invalid` with the code "bad_cursor"."""
        try:
            plain = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
            moment, _space, key = plain.partition(" ")
            at = datetime.fromisoformat(moment)
            if at.tzinfo is None:
                raise ValueError(moment)
            return cls(at, UUID(key))
        except ValueError as error:
            raise Invalid(_("This place in the list is unknown. Start again."), code="bad_cursor") from error
