"""The report on the audit trail."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.audit import activity
from apps.audit.choices import Source
from apps.audit.models import AuditEvent
from apps.audit.reports.log import MAX_ROWS, Log
from apps.core.reporting import (
    Ask,
    ChartSpec,
    Column,
    Dataset,
    Findings,
    ReportFilters,
    Row,
    Tile,
    report,
)
from apps.core.reporting.grouping import Total
from apps.core.reporting.links import Condition


@report(
    key="audit_activity",
    title=gettext_lazy("Audit activity"),
    permissions=("audit.view_auditevent",),
    department="management",
)
def audit_activity(ask: Ask[ReportFilters]) -> Findings:
    """Recorded actions by kind, person, door and day; failed log-ins, and what people did outside of working
    hours; the latest actions one by one.
    """
    log = _log(ask)
    failed = activity.failed_log_ins(ask.user, ask.period, limit=MAX_ROWS)
    return Findings(
        tiles=tuple(_tiles(log)),
        datasets=(
            log.by("actions", _("By action"), _("Action"), activity.BY_ACTION, str, "bar"),
            log.by_person(
                _("By person"), activity.BY_ACTOR, "actor", _("The system, or nobody who was signed in")
            ),
            log.by("sources", _("By door"), _("Door"), activity.BY_SOURCE, _source, "donut"),
            log.by_day(),
            _after_hours(log),
            _failed_log_ins(log, failed),
            _one_by_one(ask),
        ),
        notes=(_("The trail holds changes and log-ins, not what people looked at."),),
    )


def _log(ask: Ask[ReportFilters]) -> Log:
    return Log(
        model=AuditEvent,
        moment="at",
        period=ask.period,
        totals=activity.event_totals(ask.user, ask.period),
        columns=(Column("events", _("Actions"), "count"),),
        conditions={},
        empty=_("Nothing was recorded during the period."),
    )


def _tiles(log: Log) -> Iterator[Tile]:
    whole = next(iter(log.totals[activity.WHOLE]), {"events": 0})
    yield Tile("events", _("Actions"), whole["events"], url=log.link({}))
    yield Tile(
        "failed_log_ins",
        _("Failed log-ins"),
        sum(
            total["events"]
            for total in log.totals[activity.BY_ACTION]
            if total["action"] == activity.LOGIN_FAILED
        ),
        better="down",
        url=log.link({"action__exact": activity.LOGIN_FAILED}),
    )
    unusual = [total for total in log.totals[activity.BY_HOURS] if total["hours"] != activity.WORKING]
    yield Tile(
        "after_hours",
        _("Outside of working hours"),
        sum(total["events"] for total in unusual),
        note=_("By people; the table below opens them."),
    )


def _after_hours(log: Log) -> Dataset:
    found = {total["hours"]: total for total in log.totals[activity.BY_HOURS]}
    rows = [
        log.row(label, found[hours], conditions)
        for hours, label, conditions in _unusual_hours()
        if hours in found
    ]
    return Dataset(
        key="after_hours",
        title=_("Outside of working hours"),
        columns=(Column("hours", _("When")), *log.columns),
        rows=tuple(rows),
        chart=ChartSpec("bar", "hours", ("events",), title=_("Outside of working hours")),
        note=_(
            "Actions in the back office, on the web and in the mobile app, on your clock. Working hours are "
            "%(opens)d:00 to %(closes)d:00 from Monday to Friday; public holidays are not known."
        )
        % {"opens": activity.OPENS, "closes": activity.CLOSES},
        empty=_("Nobody did anything outside of working hours."),
    )


def _unusual_hours() -> Iterator[tuple[int, str, dict[str, Condition]]]:
    doors = ",".join(activity.PEOPLES_DOORS)
    weekday: dict[str, Condition] = {"source__in": doors, "at__iso_week_day__lt": 6}
    before = _("Weekdays before %(hour)d:00") % {"hour": activity.OPENS}
    yield activity.EARLY, before, {**weekday, "at__hour__lt": activity.OPENS}
    after = _("Weekdays from %(hour)d:00") % {"hour": activity.CLOSES}
    yield activity.LATE, after, {**weekday, "at__hour__gte": activity.CLOSES}
    yield activity.WEEKEND, _("Weekends"), {"source__in": doors, "at__iso_week_day__gte": 6}


def _failed_log_ins(log: Log, failed: list[Total]) -> Dataset:
    rows = [
        Row(
            (
                attempt["object_label"] or _("No such account"),
                attempt["ip_address"] or "",
                attempt["attempts"],
                attempt["latest"],
            ),
            urls={"attempts": log.link(_of_attempts(attempt))},
        )
        for attempt in failed
    ]
    return Dataset(
        key="failed_log_ins",
        title=_("Failed log-ins"),
        columns=(
            Column("account", _("Account")),
            Column("address", _("Address")),
            Column("attempts", _("Attempts"), "count"),
            Column("latest", _("Latest"), "moment"),
        ),
        rows=tuple(rows),
        chart=ChartSpec("bar", "account", ("attempts",), title=_("Failed log-ins")),
        note=_("Names that nobody has are not kept, because people type passwords into the wrong field."),
        empty=_("Every log-in of the period was successful."),
    )


def _of_attempts(attempt: Total) -> dict[str, Condition]:
    address: dict[str, Condition] = (
        {"ip_address__exact": attempt["ip_address"]}
        if attempt["ip_address"]
        else {"ip_address__isnull": True}
    )
    return {"action__exact": activity.LOGIN_FAILED, "object_id__exact": attempt["object_id"], **address}


def _source(value: str) -> str:
    return str(Source(value).label)


def _one_by_one(ask: Ask[ReportFilters]) -> Dataset:
    events = activity.events_in(ask.user, ask.period).order_by("-at", "-id")[:MAX_ROWS]
    rows = [
        Row(
            (
                event.at,
                event.actor_label,
                event.action,
                event.object_label,
                _source(event.source),
                event.ip_address or "",
            ),
            url=reverse("admin:audit_auditevent_change", args=[event.pk]),
        )
        for event in events
    ]
    return Dataset(
        key="events",
        title=_("One by one"),
        columns=(
            Column("at", _("When"), "moment"),
            Column("who", _("Who")),
            Column("action", _("Action")),
            Column("object", _("What")),
            Column("door", _("Door")),
            Column("address", _("Address")),
        ),
        rows=tuple(rows),
        note=_("The latest first; %(most)s actions at most.")
        % {"most": number_format(MAX_ROWS, force_grouping=True)},
        empty=_("Nothing was recorded during the period."),
    )
