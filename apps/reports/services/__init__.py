"""What others ask of reports: files of them, now or soon, and their summary in words."""

from __future__ import annotations

from apps.reports.services.exporting import perform_export, request_export, sweep
from apps.reports.services.rendering import Rendered, keep, render, render_bytes
from apps.reports.wording import summary_text

__all__ = [
    "Rendered",
    "keep",
    "perform_export",
    "render",
    "render_bytes",
    "request_export",
    "summary_text",
    "sweep",
]
