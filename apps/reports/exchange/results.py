"""What became of the rows of a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from import_export.results import Result

from apps.reports.exchange.formats import ROW_NUMBER


class NumberedResult(Result):
    """What became of the rows, each under its number in the file; the package counts from the first row."""

    def append_invalid_row(self, number: int, row: Mapping[str, Any], validation_error: Any) -> None:  # noqa: ARG002
        """A row that makes no sense."""
        super().append_invalid_row(row[ROW_NUMBER], row, validation_error)

    def append_error_row(self, number: int, row: Mapping[str, Any], errors: list[Any]) -> None:  # noqa: ARG002
        """A row that crashed."""
        super().append_error_row(row[ROW_NUMBER], row, errors)
