"""The report on what agents did, and on what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext
from pydantic import Field

from apps.accounts.models import Department, User
from apps.assistant import activity
from apps.assistant.choices import RunStatus, Trigger
from apps.assistant.models import Approval, Run
from apps.assistant.reports.activity_tables import tool_calls, waiting_approvals
from apps.core.periods import Period
from apps.core.reporting import (
    Ask,
    ChartSpec,
    Column,
    Dataset,
    Findings,
    Options,
    ReportFilters,
    Row,
    Tile,
    report,
)
from apps.core.reporting.findings import ChartKind, Value
from apps.core.reporting.grouping import Group, Total
from apps.core.reporting.links import Condition, during, one_day, rows_link
from apps.core.reporting.numbers import percent

NONE: Total = {**dict.fromkeys(activity.MEASURES, 0), "median": None}


def department_choices(user: object) -> list[tuple[str, str]]:
    """The departments whose runs `user` may see."""
    assert isinstance(user, User)
    found = Department.objects.all()
    if not user.has_perm("assistant.view_all_runs"):
        found = found.filter(pk=user.department_id)
    return list(found.values_list("slug", "name"))


class ActivityFilters(ReportFilters):
    """The period, and a department."""

    department: Annotated[str, Options(department_choices)] = Field(
        "", title=gettext_noop("Department"), max_length=40
    )


@dataclass(frozen=True)
class Facts:
    """What was found, for the period and the one before."""

    period: Period
    department: str
    totals: Mapping[Group, list[Total]]
    before: Mapping[Group, list[Total]]

    @property
    def whole(self) -> Total:
        """All runs of the period."""
        return next(iter(self.totals[activity.WHOLE]), NONE)

    def link(self, **conditions: Condition) -> str:
        """The runs of the period for which `conditions` hold."""
        mine: dict[str, Condition] = {"department__exact": self.department} if self.department else {}
        return rows_link(Run, during("created_at", self.period) | mine | conditions)


@report(
    key="agent_activity",
    title=gettext_lazy("Agent activity and failures"),
    permissions=("assistant.view_department_runs", "assistant.view_all_runs"),
    department="management",
    filters=ActivityFilters,
)
def agent_activity(ask: Ask[ActivityFilters]) -> Findings:
    """Runs of the agents by day, agent, skill, outcome and trigger; what failed and why; questions that wait
    for a person; tools that were called.
    """
    user, period, department = ask.user, ask.period, ask.filters.department
    facts = Facts(
        period,
        department,
        activity.runs(user=user, period=period, department=department),
        activity.runs(user=user, period=ask.before, department=department),
    )
    waiting = list(activity.waiting(user=user, now=ask.now, department=department))
    calls = activity.tool_calls(user=user, period=period, department=department)
    datasets = (
        _by_day(facts),
        _dataset(facts, "agents", _("By agent"), _("Agent"), activity.BY_AGENT, _plain),
        _dataset(facts, "skills", _("By skill"), _("Skill"), activity.BY_SKILL, _plain),
        _by_status(facts),
        _dataset(facts, "triggers", _("By trigger"), _("Trigger"), activity.BY_TRIGGER, _trigger),
        _failures(facts),
        waiting_approvals(waiting, ask.now),
        tool_calls(calls, period, department),
    )
    return Findings(
        tiles=tuple(_tiles(facts, waiting, ask.now)),
        datasets=datasets,
        highlights=_highlights(facts, waiting, ask.now),
        notes=_notes(user),
    )


def _tiles(facts: Facts, waiting: list[Approval], now: datetime) -> Iterator[Tile]:
    whole, before = facts.whole, next(iter(facts.before[activity.WHOLE]), NONE)
    yield Tile("runs", _("Runs"), whole["runs"], previous=before["runs"], url=facts.link())
    for key, label, status in (
        ("completed", _("Completed"), RunStatus.COMPLETED),
        ("failed", _("Failed"), RunStatus.FAILED),
    ):
        yield Tile(
            key, label, whole[key], previous=before[key],
            better="up" if key == "completed" else "down", url=facts.link(status__exact=status.value),
        )  # fmt: skip
    yield Tile(
        "failure_rate", _("Failure rate"), failure_rate(whole), "percent", previous=failure_rate(before),
        better="down", url=facts.link(status__exact=RunStatus.FAILED.value),
        note=_("Failed of all completed or failed."),
    )  # fmt: skip
    yield Tile(
        "median", _("Median duration"), _seconds(whole), "seconds", previous=_seconds(before), better="down",
        url=facts.link(status__exact=RunStatus.COMPLETED.value), note=_("Of completed runs."),
    )  # fmt: skip
    yield Tile(
        "waiting", _("Waiting for approval"), len(waiting), better="down", url=_pending(facts, now),
        note=_("As of now."),
    )  # fmt: skip


def _pending(facts: Facts, now: datetime) -> str:
    conditions: dict[str, Condition] = {"status__exact": "pending", "expires_at__gt": now}
    if facts.department:
        conditions["run__department__exact"] = facts.department
    return rows_link(Approval, conditions)


def _highlights(facts: Facts, waiting: list[Approval], now: datetime) -> tuple[str, ...]:
    whole, said = facts.whole, []
    if whole["failed"]:
        text = ngettext("%(count)d run failed", "%(count)d runs failed", whole["failed"])
        said.append(text % {"count": whole["failed"]} + f" ({failure_rate(whole)} %).")
    if waiting:
        text = ngettext(
            "%(count)d question waits for a person; it was asked %(hours)d hours ago.",
            "%(count)d questions wait for a person; the oldest was asked %(hours)d hours ago.",
            len(waiting),
        )
        hours = int((now - waiting[0].created_at).total_seconds() // 3600)
        said.append(text % {"count": len(waiting), "hours": hours})
    return tuple(said)


def _notes(user: User) -> tuple[str, ...]:
    whose = _("All departments are counted.")
    if not user.has_perm("assistant.view_all_runs"):
        whose = _("The runs of your department and your own are counted.")
    return (whose, _("A run belongs to the day on which it was asked for."))


def failure_rate(total: Total) -> Value:
    """Failed of all that ended by themselves, in per cent."""
    return percent(total["failed"], total["failed"] + total["completed"])


def _seconds(total: Total) -> int | None:
    return None if total["median"] is None else round(total["median"])


def _plain(value: str) -> str:
    return value or _("None")


def _trigger(value: str) -> str:
    return str(Trigger(value).label)


def _by_day(facts: Facts) -> Dataset:
    found = sorted(facts.totals[activity.BY_DAY], key=lambda total: total["day"])
    rows = [
        _row(facts, total["day"], total, during("created_at", one_day(total["day"], facts.period.tz)))
        for total in found
    ]
    return _table(facts, "days", _("By day"), Column("name", _("Day"), "day"), rows, "column")


def _by_status(facts: Facts) -> Dataset:
    found = {total["status"]: total["runs"] for total in facts.totals[activity.BY_STATUS]}
    rows = [
        Row((str(status.label), found[status]), url=facts.link(status__exact=status.value))
        for status in RunStatus
        if status in found
    ]
    return Dataset(
        key="statuses",
        title=_("How runs ended"),
        columns=(Column("status", _("Status")), Column("runs", _("Runs"), "count")),
        rows=tuple(rows),
        chart=ChartSpec("donut", "status", ("runs",), title=_("How runs ended")),
        empty=_("No agent was asked for anything during the period."),
    )


def _failures(facts: Facts) -> Dataset:
    failed = RunStatus.FAILED.value
    found = [total for total in facts.totals[activity.BY_ERROR] if total["status"] == failed]
    rows = [
        Row(
            (total["error_code"] or _("Not known"), total["runs"]),
            url=facts.link(status__exact=failed, error_code__exact=total["error_code"]),
        )
        for total in sorted(found, key=lambda total: (-total["runs"], total["error_code"]))
    ]
    return Dataset(
        key="failures",
        title=_("Why runs failed"),
        columns=(Column("error", _("Failure")), Column("runs", _("Runs"), "count")),
        rows=tuple(rows),
        chart=ChartSpec("bar", "error", ("runs",), title=_("Why runs failed")),
        note=_("Each run's page shows the step that failed."),
        empty=_("No run failed during the period."),
    )


def _dataset(
    facts: Facts, key: str, title: str, label: str, group: Group, named: Callable[[str], str]
) -> Dataset:
    column = group[0]
    found = sorted(facts.totals[group], key=lambda total: (-total["runs"], total[column]))
    rows = [_row(facts, named(total[column]), total, {f"{column}__exact": total[column]}) for total in found]
    return _table(facts, key, title, Column("name", label), rows, "bar")


def _table(facts: Facts, key: str, title: str, first: Column, rows: list[Row], kind: ChartKind) -> Dataset:
    return Dataset(
        key=key,
        title=title,
        columns=(
            first,
            Column("runs", _("Runs"), "count"),
            Column("completed", _("Completed"), "count"),
            Column("failed", _("Failed"), "count"),
            Column("cancelled", _("Cancelled"), "count"),
            Column("failure_rate", _("Failure rate"), "percent"),
            Column("median", _("Median duration"), "seconds"),
        ),
        rows=tuple(rows),
        total=_row(facts, _("Total"), facts.whole, {}) if rows else None,
        chart=ChartSpec(kind, "name", ("completed", "failed"), title=title),
        note=_("Runs that are queued, running or waiting are in the first number only."),
        empty=_("No agent was asked for anything during the period."),
    )


def _row(facts: Facts, label: Value, total: Total, conditions: dict[str, Condition]) -> Row:
    url = facts.link(**conditions)
    urls = {"runs": url, "median": url} | {
        status.value: facts.link(status__exact=status.value, **conditions)
        for status in (RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED)
    }
    urls["failure_rate"] = urls[RunStatus.FAILED.value]
    counts = (total["runs"], total["completed"], total["failed"], total["cancelled"])
    return Row((label, *counts, failure_rate(total), _seconds(total)), url=url, urls=urls)
