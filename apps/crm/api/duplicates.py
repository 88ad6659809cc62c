"""The warning while somebody types, over HTTP."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.signed_in import signed_in
from apps.core.errors import Forbidden
from apps.crm.duplicates import find_duplicates


class TypedSerializer(serializers.Serializer[dict[str, Any]]):
    """What somebody typed of a lead; `exclude` is the lead that is being edited."""

    company = serializers.CharField(max_length=200, required=False, allow_blank=True)
    contact = serializers.CharField(max_length=160, required=False, allow_blank=True)
    email = serializers.CharField(max_length=254, required=False, allow_blank=True)
    phone = serializers.CharField(max_length=40, required=False, allow_blank=True)
    exclude = serializers.UUIDField(required=False, allow_null=True)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """An empty parameter is one that was not sent."""
        cleaned: dict[str, Any] = super().to_internal_value({name: data[name] for name in data if data[name]})
        return cleaned


class DuplicateSerializer(serializers.Serializer[Any]):
    """A lead that may be the same; of a colleague's, nothing but the reason is told."""

    id = serializers.UUIDField(allow_null=True)
    label = serializers.CharField()  # type: ignore[assignment]
    url = serializers.CharField()
    score = serializers.IntegerField(help_text="0 to 100; 100 is the same e-mail address.")
    reasons = serializers.ListField(child=serializers.CharField())


class DuplicatesSerializer(serializers.Serializer[dict[str, Any]]):
    """The likeliest first."""

    results = DuplicateSerializer(many=True)


class DuplicatesView(APIView):
    """Leads that may be the one that somebody is about to add."""

    @extend_schema(parameters=[TypedSerializer], responses=DuplicatesSerializer)
    def get(self, request: Request) -> Response:
        """At most ten."""
        user = signed_in(request)
        if not user.has_perm("crm.view_lead"):
            raise Forbidden("You may not see leads.")
        typed = TypedSerializer(data=request.query_params)
        typed.is_valid(raise_exception=True)
        found = find_duplicates(user=user, **typed.validated_data)
        return Response({"results": DuplicateSerializer(found, many=True).data})
