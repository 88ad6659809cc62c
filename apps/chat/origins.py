"""From which pages a socket may be opened."""

from __future__ import annotations

from typing import Any
from urllib.parse import ParseResult

from channels.security.websocket import OriginValidator
from django.conf import settings


class PageOriginValidator(OriginValidator):
    """Refuses pages of other hosts. Browsers always say where a page is from; other clients need not."""

    def __init__(self, application: Any) -> None:
        super().__init__(application, settings.ALLOWED_HOSTS)

    def valid_origin(self, parsed_origin: ParseResult | None) -> bool:
        """No Origin: not a browser, so nobody's cookie is being misused."""
        return parsed_origin is None or bool(self.validate_origin(parsed_origin))
