"""The list of reports, a report, and asking for a file of it without scripts."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import Department, User
from apps.core.errors import DomainError
from apps.core.reporting import Report, reports
from apps.documents.brand import load_brand
from apps.reports import services
from apps.reports.answers import Answer
from apps.reports.asking import filter_fields
from apps.reports.choices import Format
from apps.reports.models import ReportExport
from apps.reports.pages.forms import FilterForm, asked_filters
from apps.reports.pages.showing import ROWS_SHOWN, groups
from apps.reports.selectors import allowed_reports, answer

_LATEST = 5


def index(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """The reports that the user may read, by department, and the files made last."""
    user = _user(request)
    names = dict(Department.objects.values_list("slug", "name"))
    ordered = sorted(
        allowed_reports(user), key=lambda item: (names.get(item.department, item.department), str(item.title))
    )
    departments = [
        (names.get(slug, slug.capitalize()), list(group))
        for slug, group in groupby(ordered, key=lambda item: item.department)
    ]
    context = {
        **site.each_context(request),
        "title": _("Reports"),
        "departments": departments,
        "exports": _latest(user),
    }
    return TemplateResponse(request, "admin/reports/index.html", context)


def page(request: HttpRequest, site: AdminSite, key: str) -> HttpResponse:
    """The report that the address asks for; wrong filters are shown in the form and nothing is lost."""
    user, report = _user(request), _report(request, key)
    asked = asked_filters(request.GET.dict())
    form = FilterForm(filter_fields(report.filters, user), asked)
    found: Answer | None = None
    try:
        found = answer(key=key, user=user, filters=asked)
    except DomainError as error:
        form.refuse(error)
    context = {**site.each_context(request), **_page(report, form, found), "exports": _latest(user, key)}
    status = 200 if found else 400
    return TemplateResponse(request, "admin/reports/report.html", context, status=status)


def export(request: HttpRequest, key: str) -> HttpResponse:
    """Ask for a file with a plain form; the answer is the page of the export."""
    _report(request, key)
    chosen = {name: value for name, value in request.POST.items() if name.startswith("filter-")}
    filters = {name.removeprefix("filter-"): value for name, value in chosen.items()}
    try:
        wanted = services.request_export(
            user=_user(request),
            key=key,
            format=request.POST.get("format", ""),
            filters=filters,
            dataset=request.POST.get("dataset", ""),
        )
    except DomainError as error:
        messages.error(request, error.detail)
        return redirect("admin:report", key=key)
    return redirect("admin:reports_reportexport_change", wanted.pk)


def _page(report: Report, form: FilterForm, found: Answer | None) -> dict[str, Any]:
    parts = groups(found) if found else []
    charts = {item.key: item.chart for part in parts for item in part.datasets if item.chart}
    return {
        "title": report.title,
        "report": report,
        # Not read from the form in the template: there, a filter of that name would be found first.
        "fields": form.rows(),
        "other_problems": form.other_problems,
        "answer": found,
        "groups": parts,
        "charts": charts,
        "formats": Format.choices,
        "rows_shown": ROWS_SHOWN,
        "settings": {
            "texts": _texts(),
            "exports": reverse("report-exports", args=[report.key]),
            "colours": _palette(),
        },
    }


def _palette() -> dict[str, list[str]]:
    """The colours of series; what is dark as ink would not be seen on a dark ground."""
    brand = load_brand()
    light = list(brand.palette)
    return {"light": light, "dark": [brand.mist if colour == brand.ink else colour for colour in light]}


def _texts() -> dict[str, str]:
    """What the scripts of the page say."""
    return {
        "preparing": _("Preparing the file …"),
        "ready": _("The file is ready: %(name)s"),
        "download": _("Download"),
        "failed": _("The file could not be made."),
        "unreachable": _("The server does not answer. Check the connection and try again."),
    }


def _latest(user: User, key: str = "") -> list[ReportExport]:
    own = ReportExport.objects.visible_to(user).filter(user=user).select_related("artifact")
    return list((own.filter(report=key) if key else own)[:_LATEST])


def _report(request: HttpRequest, key: str) -> Report:
    report = reports.get(key)
    if report is None or not report.allowed(_user(request)):
        raise PermissionDenied
    return report


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
