"""The file of rows that did not become leads, for correcting and sending again."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import TextIOWrapper
from tempfile import TemporaryFile
from typing import IO

from apps.documents.formulas import neutralise


class RejectsFile:
    """A CSV that grows row by row: row number, result, reason, then the cells as they came.

    UTF-8 with a mark, so that Excel shows Chinese names. Kept on disk, because nearly all rows may end here.
    """

    def __init__(self, headings: Sequence[str]) -> None:
        self._content = TemporaryFile("w+b")  # noqa: SIM115 - lives as long as the object
        self._text = TextIOWrapper(self._content, encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._text)
        self.rows = 0
        self._write(["Row", "Result", "Reason", *headings])

    def add(self, number: int, result: str, reason: str, cells: Sequence[str]) -> None:
        """Append a row."""
        self.rows += 1
        self._write([str(number), result, reason, *cells])

    def content(self) -> IO[bytes]:
        """The file so far, from its start."""
        self._text.flush()
        self._content.seek(0)
        return self._content

    def _write(self, cells: Sequence[str]) -> None:
        self._writer.writerow([neutralise(cell) for cell in cells])
