"""Reading reports: which there are for somebody, and what they say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.errors import NotFound
from apps.core.reporting import Ask, Report, reports, silent
from apps.reports.answers import Answer
from apps.reports.asking import parse_filters

if TYPE_CHECKING:
    from apps.accounts.models import User


def allowed_reports(user: User) -> list[Report]:
    """The reports that `user` may read, by title."""
    return sorted(
        (report for report in reports if report.allowed(user)), key=lambda report: str(report.title)
    )


def find_report(key: str, user: User) -> Report:
    """The report. Raises `NotFound` when there is none of that key that `user` may read."""
    report = reports.get(key)
    if report is None or not report.allowed(user):
        raise NotFound(_("There is no such report, or it is not for you."), code="unknown_report")
    return report


def answer(
    *,
    key: str,
    user: User,
    filters: Mapping[str, Any] | None = None,
    now: datetime | None = None,
    progress: Callable[[str], None] = silent,
) -> Answer:
    """What the report says now. Raises `NotFound`, or `Invalid` with the filters that are wrong."""
    report = find_report(key, user)
    asked = parse_filters(report.filters, filters or {}, user)
    moment = now or timezone.now()
    ask = Ask(user=user, filters=asked, now=moment, progress=progress)
    return Answer(report, asked, user, moment, report.compute(ask))
