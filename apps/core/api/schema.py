"""What the OpenAPI document says of every operation without each view repeating it."""

from __future__ import annotations

from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from apps.core.api.problems import CONTENT_TYPE, ProblemSerializer

Direction = Literal["request", "response"]


class ProblemAutoSchema(AutoSchema):
    """Adds the problem documents and, on POST, the `Idempotency-Key` header."""

    def get_override_parameters(self) -> list[Any]:
        if self.method != "POST":
            return []
        return [
            OpenApiParameter(
                "Idempotency-Key",
                OpenApiTypes.STR,
                OpenApiParameter.HEADER,
                description="A retry with the same key returns the first answer.",
            )
        ]

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        statuses = {"400": "Invalid input", "401": "Not signed in", "403": "Not allowed", "404": "Not found"}
        statuses |= {"409": "Conflict", "413": "Too large", "415": "Unsupported media type"}
        statuses |= {"429": "Too many requests", "503": "Temporarily unavailable"}
        component = self.resolve_serializer(ProblemSerializer(), direction)
        for status, text in statuses.items():
            body = {"content": {CONTENT_TYPE: {"schema": component.ref}}, "description": text}
            bodies.setdefault(status, body)
        return bodies
