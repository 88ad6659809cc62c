"""HTML to paged PDF by WeasyPrint, which reads only files that it was given. Knows nothing of Django."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from weasyprint.urls import URLFetcher


def to_pdf(html: str, *, base: Path, roots: Sequence[Path], tags: bool = True) -> bytes:
    """The pages. Addresses are relative to `base`; only `data:` and files below `roots` are opened.
    `tags` make the file readable for screen readers.

    Raises ImportError or OSError where the libraries that draw are missing.
    """
    import weasyprint

    document = weasyprint.HTML(string=html, base_url=base.as_uri() + "/", url_fetcher=_fetcher(roots))
    # Screen readers need to know how to pronounce it; a layout of people may leave it out.
    document.etree_element.set("lang", document.etree_element.get("lang") or "en")
    pdf: bytes = document.write_pdf(pdf_tags=tags)
    return pdf


def _fetcher(roots: Sequence[Path]) -> URLFetcher:
    """Opens `data:` and files of the folders; all else is refused and left out of the page."""
    from weasyprint.urls import URLFetcher

    allowed = [root.resolve() for root in roots]

    class ClosedFetcher(URLFetcher):
        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
            parts = urlsplit(url)
            if parts.scheme == "file":
                place = Path(unquote(parts.path)).resolve()
                if not any(place.is_relative_to(root) for root in allowed):
                    raise ValueError("This file is not for documents.")
            elif parts.scheme != "data":
                raise ValueError("Documents are rendered without a network.")
            return super().fetch(url, headers)

    return ClosedFetcher(allowed_protocols=("file", "data"))
