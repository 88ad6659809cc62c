"""What a report is: declared by the app that owns the rows, shown and exported by the engine in `reports`."""

from __future__ import annotations

from apps.core.reporting.definition import Ask, Report, report, reports, silent
from apps.core.reporting.filters import Filters, Options, PeriodText, ReportFilters, period_of
from apps.core.reporting.findings import (
    ChartSpec,
    Column,
    Dataset,
    Findings,
    Row,
    Tile,
)

__all__ = [
    "Ask",
    "ChartSpec",
    "Column",
    "Dataset",
    "Filters",
    "Findings",
    "Options",
    "PeriodText",
    "Report",
    "ReportFilters",
    "Row",
    "Tile",
    "period_of",
    "report",
    "reports",
    "silent",
]
