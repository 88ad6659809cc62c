"""What a report is: declared by the app that owns the rows, shown and exported by the engine in `reports`."""

from __future__ import annotations

from apps.core.reporting.definition import Ask, Report, report, reports
from apps.core.reporting.filters import Options, PeriodText, ReportFilters, resolve_period
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
    "Findings",
    "Options",
    "PeriodText",
    "Report",
    "ReportFilters",
    "Row",
    "Tile",
    "report",
    "reports",
    "resolve_period",
]
