"""Who sees which entry of the side bar, where one permission does not say it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from apps.core.reporting import reports


def may_read_reports(request: HttpRequest) -> bool:
    """Whether there is any report that the person may read."""
    user: Any = request.user
    return any(report.allowed(user) for report in reports)
