"""What it costs to get something done."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.assistant.choices import FINAL, RunStatus
from apps.assistant.models import Run
from apps.core.figures import Figure, Survey, figures
from apps.core.periods import Period
from apps.core.reporting import ChartSpec, Column, Dataset, Row
from apps.core.reporting.links import Condition, during, rows_link

#: Prices of single outcomes are small.
PRICE = Decimal("0.0001")


def cost_per_run(user: User, period: Period, department: str, costs: Mapping[str, Decimal]) -> Dataset:
    """By skill: what its requests cost, divided by the runs that it completed. `costs` are by skill."""
    runs = Run.objects.filter(
        finished_at__gte=period.starts_at, finished_at__lt=period.ends_at, status__in=FINAL
    )
    if department:
        runs = runs.filter(department=department)
    counts = (
        runs.order_by()
        .values_list("skill")
        .annotate(done=Count("pk", filter=Q(status=RunStatus.COMPLETED)), finished=Count("pk"))
    )
    rows = []
    for skill, done, finished in sorted(counts, key=lambda row: (-row[1], row[0])):
        cost = costs.get(skill, Decimal(0))
        urls = _run_urls(user, period, department, skill)
        rows.append(Row((skill or _("None"), finished, done, cost, _each(cost, done)), urls=urls))
    return Dataset(
        key="cost_per_run",
        title=_("Cost per completed run"),
        columns=(
            Column("skill", _("Skill")),
            Column("finished", _("Finished runs"), "count"),
            Column("completed", _("Completed runs"), "count"),
            Column("cost", _("Cost"), "money", "USD"),
            Column("each", _("Per completed run"), "money", "USD"),
        ),
        rows=tuple(rows),
        chart=ChartSpec("bar", "skill", ("each",), title=_("Cost per completed run")),
        note=_(
            "Runs of the whole house that finished during the period, and the requests for the same skill "
            "that began during it, those of failed runs included. Many skills need no model and cost nothing."
        ),
        empty=_("No run finished during the period."),
    )


def cost_per_outcome(
    user: User, period: Period, department: str, costs: Mapping[str, Decimal], whole: Decimal
) -> Dataset | None:
    """What the requests of a department cost for each unit of its key figures that count good things.

    `costs` are by department; figures of management are about the house and its `whole` cost. None for users
    who may not read key figures.
    """
    if not user.has_perm("reports.view_kpis"):
        return None
    outcomes = [figure for figure in figures if _is_outcome(figure, department)]
    survey = Survey(outcomes, user, [period])
    rows = []
    for figure in outcomes:
        cost = whole if figure.department == "management" else costs.get(figure.department, Decimal(0))
        reached = int(survey.value(figure, period))
        url = figure.rows_url(period, user) if figure.rows_url else ""
        rows.append(
            Row(
                (_(figure.label), figure.department, reached, cost, _each(cost, reached)),
                urls={"reached": url},
            )
        )
    return Dataset(
        key="cost_per_outcome",
        title=_("Cost per outcome"),
        columns=(
            Column("outcome", _("Outcome")),
            Column("department", _("Department")),
            Column("reached", _("In the period"), "count"),
            Column("cost", _("Cost"), "money", "USD"),
            Column("each", _("Per outcome"), "money", "USD"),
        ),
        rows=tuple(rows),
        note=_(
            "All requests of the department (of the house, for management) divided by what was reached, "
            "whether or not an agent had a part in it."
        ),
        empty=_("There are no key figures to compare with."),
    )


def _is_outcome(figure: Figure[Any], department: str) -> bool:
    is_good = figure.unit == "count" and figure.better == "up"
    return is_good and department in ("", figure.department)


def _each(cost: Decimal, count: int) -> Decimal | None:
    return (cost / count).quantize(PRICE) if count else None


def _run_urls(user: User, period: Period, department: str, skill: str) -> dict[str, str]:
    if not user.has_perm("assistant.view_all_runs"):
        return {}
    inside: dict[str, Condition] = {**during("finished_at", period), "skill__exact": skill}
    if department:
        inside["department__exact"] = department
    return {
        "finished": rows_link(Run, {**inside, "status__in": ",".join(FINAL)}),
        "completed": rows_link(Run, {**inside, "status__exact": RunStatus.COMPLETED.value}),
    }
