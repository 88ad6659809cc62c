"""HTML in, text and facts out."""

from apps.perception.web.reading.page import read_html

__all__ = ["read_html"]
