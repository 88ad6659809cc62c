"""How much a workbook holds, found by counting before anything is parsed."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator

from apps.perception.errors import UnreadableFile, corrupt_file, too_many_rows
from apps.perception.tables import Limits

CHUNK = 256 * 1024
#: What `zipfile` lets out when a part is damaged or packed in a way that it does not know.
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)
_ROW = b"<row"


def check_weight(archive: zipfile.ZipFile, limits: Limits) -> None:
    """Raise `UnreadableFile` for a workbook that would take long to parse.

    Parsing costs microseconds for each mark of XML, even where it finds nothing, and a packed file of a few
    kilobytes can hold millions. Counting them is a hundred times faster, and stops at the limit.
    """
    marks = 0
    for entry in archive.infolist():
        rows, tail = 0, b""
        for chunk in _chunks(archive, entry):
            marks += chunk.count(b"<")
            rows += (tail + chunk).count(_ROW)
            tail = chunk[1 - len(_ROW) :]
            if rows > limits.rows + limits.empty_rows:
                raise too_many_rows(limits.rows)
            if marks > limits.marks:
                raise UnreadableFile(
                    "The workbook holds too much. Please copy the rows that you need to a new one, "
                    f"at most {limits.rows:,} of them, and send that.",
                    code="too_large",
                )


def _chunks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(entry) as part:
            while chunk := part.read(CHUNK):
                yield chunk
    except DAMAGE as error:
        raise corrupt_file("workbook") from error
