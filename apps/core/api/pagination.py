"""Lists by cursor: `{results, next, previous}`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from rest_framework import pagination
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor
from rest_framework.request import Request


def envelope_schema(rows: dict[str, Any]) -> dict[str, Any]:
    """`{results, next, previous}` for the OpenAPI document."""
    link = {"type": ["string", "null"], "format": "uri"}
    return {
        "type": "object",
        "required": ["results", "next", "previous"],
        "properties": {"results": rows, "next": link, "previous": link},
    }


class CursorPagination(pagination.CursorPagination):
    """Keyset paging over a timestamp; the cost of a page does not grow with its number."""

    page_size = 30
    max_page_size = 100
    page_size_query_param = "limit"
    ordering = "-created_at"

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """For OpenAPI."""
        return envelope_schema(schema)

    def decode_cursor(self, request: Request) -> Cursor | None:
        """The position that the cursor names. A forged one is a 404, like any address that is not there."""
        cursor: Cursor | None = super().decode_cursor(request)
        if cursor is not None and cursor.position is not None and _moment(str(cursor.position)) is None:
            raise NotFound(self.invalid_cursor_message)
        return cursor


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
