"""Tables of thousands of rows in paged documents: set by Typst, joined to the pages that WeasyPrint made.

See `docs/decisions/0007-long-tables-in-pdf.md`.
"""

from __future__ import annotations

from apps.documents.longtables.joining import joined
from apps.documents.longtables.typesetting import Setting, Sheets, typeset

__all__ = ["Setting", "Sheets", "joined", "typeset"]
