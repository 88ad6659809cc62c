"""Filters of the list of leads that numbers of reports lead to, where a field alone cannot say it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.crm.choices import OPEN, LeadStatus
from apps.crm.models import StageChange
from apps.crm.report_selectors import house
from apps.crm.report_selectors.cohort import WAY

#: Days of silence that people look for.
SILENCES = (7, 14, 30, 60, 90)


class _WhenUsed(SimpleListFilter):
    """Is shown only while it narrows the list: a report has set it, a click on "All" takes it away."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002
        """The value in force, in words."""
        value = request.GET.get(str(self.parameter_name), "")
        label = self.label(value)
        return [(value, label)] if label else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002
        """The rows for which it holds."""
        return self.narrowed(queryset, str(self.value() or ""))

    def label(self, value: str) -> str:
        """What `value` means; "" if nothing."""
        raise NotImplementedError

    def narrowed(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Those of the rows for which `value` holds; all of them when it means nothing."""
        raise NotImplementedError


class ReachedFilter(_WhenUsed):
    """Leads that came to a stage, or beyond it, since a moment: "<stage>..<moment>"."""

    title = gettext_lazy("stage reached")
    parameter_name = "reached"

    def label(self, value: str) -> str:
        """The name of the stage."""
        status, _dots, since = value.partition("..")
        return str(LeadStatus(status).label) if status in WAY and _moment(since) else ""

    def narrowed(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        """By the history of stages."""
        status, _dots, since = value.partition("..")
        moment = _moment(since)
        if status not in WAY or moment is None:
            return queryset
        beyond = WAY[WAY.index(LeadStatus(status)) :]
        changes = StageChange.objects.filter(lead=OuterRef("pk"), to_status__in=beyond, at__gte=moment)
        return queryset.filter(Exists(changes))


class ContactedFilter(_WhenUsed):
    """Leads that somebody spoke or wrote to within a span of time: "<from>..<until>"."""

    title = gettext_lazy("contacted")
    parameter_name = "contacted"

    def label(self, value: str) -> str:
        """The days."""
        return _days(*span) if (span := _moments(value)) else ""

    def narrowed(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        """By the activities."""
        if not (span := _moments(value)):
            return queryset
        return queryset.filter(Exists(house.contacts_between(*span).filter(lead=OuterRef("pk"))))


class OpenAtFilter(_WhenUsed):
    """Leads that were open at a moment."""

    title = gettext_lazy("open at the end of")
    parameter_name = "open_at"

    def label(self, value: str) -> str:
        """The day before midnight."""
        return _day_before(moment) if (moment := _moment(value)) else ""

    def narrowed(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        """As the key figure counts."""
        return house.open_leads_at(queryset, moment) if (moment := _moment(value)) else queryset


class StaleAtFilter(OpenAtFilter):
    """Leads that were open at a moment and that nobody had spoken to for two weeks."""

    title = gettext_lazy("stale at the end of")
    parameter_name = "stale_at"

    def narrowed(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        """As the key figure counts."""
        return house.stale_leads_at(queryset, moment) if (moment := _moment(value)) else queryset


class QuietFilter(SimpleListFilter):
    """Open leads that nobody spoke to for so many days: "14", or "14..30" for more than 14 and up to 30."""

    title = gettext_lazy("nobody spoke to them for")
    parameter_name = "quiet"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002
        """The usual spans, and the one in force."""
        found = {str(days): _("more than %(days)s days") % {"days": days} for days in SILENCES}
        value = request.GET.get(self.parameter_name, "")
        if value not in found and (span := _span(value)):
            most = span[1] or _("any number of")
            found[value] = _("%(least)s to %(most)s days") % {"least": span[0], "most": most}
        return list(found.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002
        """By the last contact, or the day the lead came in."""
        if not (span := _span(str(self.value() or ""))):
            return queryset
        least, most = span
        now = timezone.now()
        quiet: QuerySet[Any] = queryset.filter(status__in=OPEN)
        quiet = quiet.annotate(quiet_since=Coalesce("last_contacted", "created_at"))
        quiet = quiet.filter(quiet_since__lt=now - timedelta(days=least))
        return quiet if most is None else quiet.filter(quiet_since__gte=now - timedelta(days=most))


#: Beyond them lies nothing, and no room for the arithmetic of days and zones.
YEARS = range(1990, 2200)
#: For `list_filter` of the leads.
REPORT_FILTERS = (QuietFilter, ReachedFilter, ContactedFilter, OpenAtFilter, StaleAtFilter)


def _moments(text: str) -> tuple[datetime, datetime] | None:
    first, _dots, end = text.partition("..")
    begins, ends = _moment(first), _moment(end)
    return (begins, ends) if begins and ends else None


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    if found is None or not timezone.is_aware(found) or found.year not in YEARS:
        return None
    return found


def _days(first: datetime, end: datetime) -> str:
    return _("%(first)s to %(last)s") % {
        "first": date_format(timezone.localtime(first), "j M Y"),
        "last": _day_before(end),
    }


def _day_before(moment: datetime) -> str:
    """The day that ends at `moment`."""
    return date_format(timezone.localtime(moment) - timedelta(microseconds=1), "j M Y")


def _span(value: str) -> tuple[int, int | None] | None:
    """The least and most days; None if it is no span."""
    least, dots, most = value.partition("..")
    if not _is_days(least) or (dots and not _is_days(most)):
        return None
    return int(least), int(most) if dots else None


def _is_days(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 4
