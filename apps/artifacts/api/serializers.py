"""Files as JSON."""

from __future__ import annotations

from rest_framework import serializers

from apps.artifacts.models import Artifact


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
