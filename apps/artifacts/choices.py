"""Choices of artifacts."""

from __future__ import annotations

from django.db import models


class Kind(models.TextChoices):
    """What a file is, by its content."""

    PDF = "pdf", "PDF"
    PPTX = "pptx", "Presentation"
    DOCX = "docx", "Document"
    XLSX = "xlsx", "Spreadsheet"
    CSV = "csv", "CSV"
    MARKDOWN = "md", "Markdown"
    TEXT = "txt", "Text"
    IMAGE = "image", "Image"
    AUDIO = "audio", "Audio"
    VIDEO = "video", "Video"
    EMAIL = "eml", "E-mail"
    OTHER = "other", "Other"


class Origin(models.TextChoices):
    """Where a file came from."""

    UPLOADED = "uploaded", "Uploaded"
    GENERATED = "generated", "Generated"


class Status(models.TextChoices):
    """READY is the life of a file; DELETING is a tombstone until the bytes are gone."""

    READY = "ready", "Ready"
    DELETING = "deleting", "Being deleted"
