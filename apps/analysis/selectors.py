"""The doors of analysis: describe a table of a stored file, and ask it."""

from __future__ import annotations

from contextlib import AbstractContextManager

from apps.analysis.answers import TableAnswer
from apps.analysis.answers import ask as ask_table
from apps.analysis.errors import BadQuery
from apps.analysis.keeping import shelf
from apps.analysis.loading import Loaded, load
from apps.analysis.profiles import TableProfile, profile
from apps.analysis.query import TableQuery
from apps.artifacts.choices import Kind
from apps.artifacts.models import Artifact
from apps.artifacts.services import open_bytes

READABLE = {Kind.CSV, Kind.XLSX, Kind.TEXT}


def describe(*, artifact: Artifact, sheet: str = "", looking_for: str = "") -> TableProfile:
    """What the table of a CSV or XLSX holds. Raises `UnreadableFile`, `TooMuchData`, `BadQuery`."""
    with _table(artifact, sheet) as table:
        return profile(table, looking_for=looking_for)


def ask(*, artifact: Artifact, query: TableQuery, sheet: str = "") -> TableAnswer:
    """The answer to a query, computed. Raises `UnreadableFile`, `TooMuchData`, `BadQuery`."""
    with _table(artifact, sheet) as table:
        return ask_table(table, query)


def _table(artifact: Artifact, sheet: str) -> AbstractContextManager[Loaded]:
    """The table of a file that the caller may see; read again only if this process has not just read it."""
    if artifact.kind not in READABLE:
        raise BadQuery(f"“{artifact.name}” is not a table. Please attach a CSV or an Excel workbook (.xlsx).")

    def read() -> Loaded:
        with open_bytes(artifact) as stream:
            return load(stream, sheet=sheet)

    return shelf.borrowed(artifact.sha256, sheet, read)
