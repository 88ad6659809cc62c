"""Files over HTTP."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.signed_in import signed_in
from apps.artifacts import previews, services, tabular
from apps.artifacts.api.serializers import (
    ArtifactSerializer,
    PagesSerializer,
    RowsSerializer,
    UploadSerializer,
)
from apps.artifacts.api.streaming import file_response
from apps.artifacts.choices import Origin
from apps.artifacts.models import Artifact
from apps.artifacts.querysets import ArtifactQuerySet
from apps.core.api.idempotency import IdempotentMixin
from apps.core.api.uploads import BoundedUploadMixin
from apps.core.errors import NotFound


def visible_artifact(request: Request, pk: UUID) -> Artifact:
    """The file, or 404 also when it exists for somebody else."""
    artifact = Artifact.objects.visible_to(request.user).filter(pk=pk).first()
    if artifact is None:
        raise NotFound("There is no such file.")
    return artifact


class FileListView(BoundedUploadMixin, IdempotentMixin, generics.ListAPIView[Artifact]):
    """The files that the user may see, newest first."""

    serializer_class = ArtifactSerializer
    parser_classes = [MultiPartParser]
    filterset_fields = ["kind", "origin"]
    queryset = Artifact.objects.none()

    def get_queryset(self) -> ArtifactQuerySet:
        """Own, department's or all, by role."""
        return Artifact.objects.visible_to(self.request.user)

    @extend_schema(request=UploadSerializer, responses={201: ArtifactSerializer})
    def post(self, request: Request) -> Response:
        """Upload one file."""
        serializer = UploadSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        upload = serializer.validated_data["file"]
        artifact = services.store(
            owner=signed_in(request), name=upload.name, content=upload.file, origin=Origin.UPLOADED
        )
        return Response(ArtifactSerializer(artifact).data, status=status.HTTP_201_CREATED)


class FileView(APIView):
    """One file's row."""

    @extend_schema(responses=ArtifactSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """Name, type, size, checksum, links."""
        return Response(ArtifactSerializer(visible_artifact(request, pk)).data)


class DownloadView(APIView):
    """One file's bytes."""

    @extend_schema(
        responses={
            (200, "*/*"): OpenApiTypes.BINARY,
            (206, "*/*"): OpenApiTypes.BINARY,
            304: None,
            416: None,
        }
    )
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        """The content, as an attachment; `Range` is honoured."""
        artifact = visible_artifact(request, pk)
        return file_response(request._request, artifact, services.open_bytes(artifact))


class PreviewView(APIView):
    """Pictures of the first pages."""

    @extend_schema(
        parameters=[OpenApiParameter("page", int, description="From 1; the first few pages have pictures.")],
        responses={(200, "image/png"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        """PNG, or 404 where no picture can be made."""
        page = request.query_params.get("page", "1")
        png = previews.preview_png(visible_artifact(request, pk), int(page) if page.isdecimal() else 0)
        if png is None:
            raise NotFound("There is no preview of this file.", code="no_preview")
        response = HttpResponse(png, content_type="image/png")
        response["Cache-Control"] = "private, max-age=86400, immutable"
        return response


class PagesView(APIView):
    """Which pictures a file has."""

    @extend_schema(responses=PagesSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """How many pages have pictures, of how many, and whether they are simplified; 404 without any."""
        shown = previews.preview_pages(visible_artifact(request, pk))
        if shown is None:
            raise NotFound("There is no preview of this file.", code="no_preview")
        return Response(PagesSerializer(shown).data)


class RowsView(APIView):
    """The first rows of a table."""

    @extend_schema(responses=RowsSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """Header and rows as text; 404 for what is no table."""
        rows = tabular.first_rows(visible_artifact(request, pk))
        if rows is None:
            raise NotFound("There is no preview of this file.", code="no_preview")
        return Response(RowsSerializer(rows).data)
