"""Lists in any order, paged by the position of the last row: page 5,000 costs what page 1 costs."""

from __future__ import annotations

from typing import Any

from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param
from rest_framework.views import APIView

from apps.core.api.pagination import envelope_schema
from apps.core.errors import Invalid, NotFound
from apps.core.keyset import Keyset, KeysetPage

#: More are no number that is meant; thousands of them Python refuses to read.
MAX_DIGITS = 6


class KeysetPagination(BasePagination):
    """`{results, next, previous}`; the view's `orderings` maps what clients may name to fields.

    `?ordering=value` or `-value`; `?limit=` rows (100 at most); `next` and `previous` carry the position.
    """

    page_size = 30
    max_page_size = 100

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        """The rows of the page that is asked for. Raises `Invalid` for orders that are not offered."""
        self.request = request
        order = _ordering(request, getattr(view, "orderings", {"created_at": "created_at"}))
        after, before = (request.query_params.get(name, "") for name in ("after", "before"))
        try:
            self.page: KeysetPage[Any] = Keyset(*order).page(
                queryset, limit=self._limit(request), after=after, before=before
            )
        except Invalid as error:
            raise NotFound("There is no such page.") from error
        return list(self.page.rows)

    def get_paginated_response(self, data: Any) -> Response:
        """The envelope."""
        page = self.page
        return Response(
            {
                "results": data,
                "next": self._link("after", page.next),
                "previous": self._link("before", page.previous),
            }
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """For OpenAPI."""
        return envelope_schema(schema)

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """For OpenAPI."""
        names = list(getattr(view, "orderings", {"created_at": "created_at"}))
        offered = [*names, *(f"-{name}" for name in names)]
        return [
            _parameter("after", "The position after which the page begins, from `next`."),
            _parameter("before", "The position before which the page ends, from `previous`."),
            _parameter("limit", "Rows of a page.", {"type": "integer", "minimum": 1, "maximum": 100}),
            _parameter("ordering", "With a minus: largest first.", {"type": "string", "enum": offered}),
        ]

    def _limit(self, request: Request) -> int:
        text = request.query_params.get("limit", "")
        if not text.isascii() or not text.isdigit():
            return self.page_size
        return max(1, min(int(text[:MAX_DIGITS]), self.max_page_size))

    def _link(self, name: str, position: str | None) -> str | None:
        if not position:
            return None
        other = "before" if name == "after" else "after"
        url = remove_query_param(self.request.build_absolute_uri(), other)
        return str(replace_query_param(url, name, position))


def _ordering(request: Request, offered: dict[str, str]) -> tuple[str, str]:
    """The field to order by and the key that makes it total; newest first unless asked otherwise."""
    asked = request.query_params.get("ordering", "") or "-" + next(iter(offered))
    sign, name = ("-", asked[1:]) if asked.startswith("-") else ("", asked)
    if name not in offered:
        raise Invalid(
            f"Order by one of: {', '.join(offered)}.", errors={"ordering": ["not offered"]}, code="invalid"
        )
    return f"{sign}{offered[name]}", f"{sign}id"


def _parameter(name: str, description: str, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": schema or {"type": "string"},
    }
