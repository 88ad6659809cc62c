"""Data in, branded file out: PDF, PPTX, CSV, XLSX, charts and previews. The mirror of perception."""

from __future__ import annotations

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Pure rendering; owns no tables. Draws the previews of stored files."""

    name = "apps.documents"
    label = "documents"

    def ready(self) -> None:
        from apps.artifacts.previews import renderer

        renderer(_first_page_png)


def _first_page_png(content: bytes, content_type: str) -> bytes | None:
    # Slow to import, and most processes never draw.
    from apps.documents.preview import first_page_png

    return first_page_png(content, content_type)
