"""The paths of reports below `/admin/reports/`."""

from __future__ import annotations

from functools import partial

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path, register_converter
from django.views.decorators.http import require_GET, require_POST

from apps.core.reporting import reports
from apps.reports.pages import views


class ReportKeyConverter:
    """A key that some report has; anything else below `reports/` belongs to other pages."""

    regex = "[a-z0-9_]+"

    def to_python(self, value: str) -> str:
        """The key. Raises `ValueError` when no report has it, which means that the path is not ours."""
        if value not in reports:
            raise ValueError(value)
        return value

    def to_url(self, value: str) -> str:
        """As it is."""
        return value


register_converter(ReportKeyConverter, "report_key")


def urls(site: AdminSite) -> list[URLPattern]:
    """The paths, for `site` to put before its own."""
    index = require_GET(partial(views.index, site=site))
    page = require_GET(partial(views.page, site=site))
    return [
        path("reports/", site.admin_view(index), name="reports"),
        path("reports/<report_key:key>/", site.admin_view(page), name="report"),
        path(
            "reports/<report_key:key>/export",
            site.admin_view(require_POST(views.export)),
            name="report_export",
        ),
    ]
