"""Office files as archives: their size before anything unpacks them."""

from __future__ import annotations

import io
import zipfile

MAX_ENTRIES = 5_000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_XML = 20 * 1024 * 1024


def is_bounded(content: bytes) -> bool:
    """Whether the archive, by its directory, unpacks to an amount that may be read into memory."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
    largest = max((entry.file_size for entry in entries if entry.filename.endswith(".xml")), default=0)
    total = sum(entry.file_size for entry in entries)
    return len(entries) <= MAX_ENTRIES and total <= MAX_UNPACKED and largest <= MAX_XML
