"""Files as JSON."""

from __future__ import annotations

from rest_framework import serializers

from apps.artifacts.models import Artifact
from apps.artifacts.previews import Shown
from apps.artifacts.tabular import Rows


class ArtifactSerializer(serializers.ModelSerializer[Artifact]):
    """A file the user may see."""

    type = serializers.CharField(source="kind")
    download_url = serializers.CharField()
    preview_url = serializers.CharField()

    class Meta:
        model = Artifact
        fields = [
            "id", "name", "type", "content_type", "size_bytes", "sha256", "origin", "download_url",
            "preview_url", "created_at",
        ]  # fmt: skip


class UploadSerializer(serializers.Serializer[Artifact]):
    """One file as multipart."""

    file = serializers.FileField(allow_empty_file=True, max_length=255)


class PagesSerializer(serializers.Serializer[Shown]):
    """Which pictures a file has; `simplified` ones show what stands where, not how its program sets it."""

    pages = serializers.IntegerField()
    total = serializers.IntegerField()
    simplified = serializers.BooleanField()


class RowsSerializer(serializers.Serializer[Rows]):
    """The beginning of a table."""

    columns = serializers.ListField(child=serializers.CharField())
    rows = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    more = serializers.BooleanField()
