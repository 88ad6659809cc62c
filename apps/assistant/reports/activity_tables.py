"""Questions that wait, and tools that were called."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.assistant.choices import StepKind, StepStatus
from apps.assistant.models import Approval, RunStep
from apps.core.periods import Period
from apps.core.reporting import ChartSpec, Column, Dataset, Row
from apps.core.reporting.grouping import Total
from apps.core.reporting.links import Condition, during, rows_link
from apps.core.reporting.numbers import percent


def waiting_approvals(waiting: list[Approval], now: datetime) -> Dataset:
    """What waits for a person, the oldest first."""
    rows = [
        Row(
            (
                approval.summary,
                approval.tool,
                approval.run.user.name,
                approval.created_at,
                int((now - approval.created_at).total_seconds()),
                approval.expires_at,
            ),
            url=reverse("admin:assistant_approval_change", args=[approval.pk]),
        )
        for approval in waiting
    ]
    return Dataset(
        key="waiting",
        title=_("Waiting for approval"),
        columns=(
            Column("question", _("Question")),
            Column("tool", _("Tool")),
            Column("asked_for", _("For")),
            Column("asked", _("Asked"), "moment"),
            Column("age", _("Waits for"), "seconds"),
            Column("expires", _("Expires"), "moment"),
        ),
        rows=tuple(rows),
        note=_("As of now, whatever the period."),
        empty=_("Nothing waits for a person."),
    )


def tool_calls(calls: list[Total], period: Period, department: str) -> Dataset:
    """Tools, how often they were called, and how often that went wrong."""
    rows = [
        Row(
            (
                call["name"],
                call["calls"],
                call["refused"],
                call["failed"],
                percent(call["refused"] + call["failed"], call["calls"]),
                None if call["median"] is None else round(call["median"]),
            ),
            urls=_urls(period, department, call["name"]),
        )
        for call in calls
    ]
    return Dataset(
        key="tools",
        title=_("Tool calls"),
        columns=(
            Column("tool", _("Tool")),
            Column("calls", _("Calls"), "count"),
            Column("refused", _("Refused"), "count"),
            Column("failed", _("Failed"), "count"),
            Column("failure_rate", _("Refused or failed"), "percent"),
            Column("median", _("Median duration"), "seconds"),
        ),
        rows=tuple(rows),
        chart=ChartSpec("bar", "tool", ("calls",), title=_("Tool calls")),
        note=_(
            "Calls that began during the period. Refused: the tool answered with a sentence why not. Failed: "
            "an error of ours."
        ),
        empty=_("No tool was called during the period."),
    )


def _urls(period: Period, department: str, tool: str) -> dict[str, str]:
    calls: dict[str, Condition] = {
        **during("started_at", period),
        "kind__exact": StepKind.TOOL.value,
        "name__exact": tool,
    }
    if department:
        calls["run__department__exact"] = department
    refused, failed = StepStatus.ERROR.value, StepStatus.FAILED.value
    return {
        "calls": rows_link(RunStep, calls),
        "refused": rows_link(RunStep, {**calls, "status__exact": refused}),
        "failed": rows_link(RunStep, {**calls, "status__exact": failed}),
        "failure_rate": rows_link(RunStep, {**calls, "status__in": f"{refused},{failed}"}),
    }
