"""JSON bodies of a bounded size."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from apps.core.errors import TooLarge


class BoundedJSONParser(JSONParser):
    """JSON of at most `DATA_UPLOAD_MAX_MEMORY_SIZE` bytes: DRF reads the stream past Django's own check."""

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None) -> Any:
        """The parsed body. Raises `TooLarge`, or `ParseError` for what cannot be JSON of real characters."""
        request = (parser_context or {}).get("request")
        if request is not None and announced_length(request.META) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge("The request body is too large.")
        try:
            data = super().parse(stream, media_type, parser_context)
            json.dumps(data, ensure_ascii=False).encode()
        except RecursionError as error:
            raise ParseError("JSON parse error - it is nested too deeply.") from error
        except UnicodeEncodeError as error:
            raise ParseError("JSON parse error - it holds half of a surrogate pair.") from error
        return data


def announced_length(meta: Mapping[str, Any]) -> int:
    """The Content-Length in a request's META; 0 when it is missing or not a number."""
    text = str(meta.get("CONTENT_LENGTH") or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
