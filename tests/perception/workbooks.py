"""Workbooks that no spreadsheet program would write."""

from __future__ import annotations

import io
import zipfile

from tests.factories.crm import Grid, xlsx_bytes

SHEET = "xl/worksheets/sheet1.xml"


def workbook_with(grid: Grid, rows: bytes) -> bytes:
    """A workbook of `grid`, in which the XML `rows` follow the last row."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx_bytes(grid))) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == SHEET:
                content = content.replace(b"</sheetData>", rows + b"</sheetData>")
            target.writestr(entry.filename, content)
    return stream.getvalue()
