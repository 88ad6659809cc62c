"""The doors of analysis: describe a table of a stored file, and ask it."""

from __future__ import annotations

from apps.analysis.answers import TableAnswer
from apps.analysis.answers import ask as ask_table
from apps.analysis.errors import BadQuery
from apps.analysis.loading import loaded
from apps.analysis.profiles import TableProfile, profile
from apps.analysis.query import TableQuery
from apps.artifacts.choices import Kind
from apps.artifacts.models import Artifact
from apps.artifacts.services import open_bytes

READABLE = {Kind.CSV, Kind.XLSX, Kind.TEXT}


def describe(*, artifact: Artifact, sheet: str = "", looking_for: str = "") -> TableProfile:
    """What the table of a CSV or XLSX holds. Raises `UnreadableFile`, `TooMuchData`, `BadQuery`."""
    _check(artifact)
    with open_bytes(artifact) as stream, loaded(stream, sheet=sheet) as table:
        return profile(table, looking_for=looking_for)


def ask(*, artifact: Artifact, query: TableQuery, sheet: str = "") -> TableAnswer:
    """The answer to a query, computed. Raises `UnreadableFile`, `TooMuchData`, `BadQuery`."""
    _check(artifact)
    with open_bytes(artifact) as stream, loaded(stream, sheet=sheet) as table:
        return ask_table(table, query)


def _check(artifact: Artifact) -> None:
    if artifact.kind not in READABLE:
        raise BadQuery(f"“{artifact.name}” is not a table. Please attach a CSV or an Excel workbook (.xlsx).")
