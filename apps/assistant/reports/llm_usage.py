"""The report on what models used and cost."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext
from pydantic import Field

from apps.accounts.models import Department
from apps.assistant.reports.outcomes import cost_per_outcome, cost_per_run
from apps.assistant.reports.usage_tables import NONE, UsageFacts, breakdowns, by_day, by_pricing, failures
from apps.core.reporting import Ask, Findings, Options, ReportFilters, Tile, report
from apps.llm import usage
from apps.llm.choices import ModelRunStatus, Pricing


def department_choices(user: object) -> list[tuple[str, str]]:  # noqa: ARG001
    """All departments: whoever reads this report reads the requests of all of them."""
    return list(Department.objects.values_list("slug", "name"))


class UsageFilters(ReportFilters):
    """The period, and a department."""

    department: Annotated[str, Options(department_choices)] = Field(
        "", title=gettext_noop("Department"), max_length=40
    )


@report(
    key="llm_usage",
    title=gettext_lazy("Model usage and cost"),
    permissions=("llm.view_modelrun",),
    department="management",
    filters=UsageFilters,
)
def llm_usage(ask: Ask[UsageFilters]) -> Findings:
    """Requests to language models, their tokens, failures and cost by model, department, person, agent,
    skill and day; what this month is going to cost; what an outcome costs.
    """
    user, period, department = ask.user, ask.period, ask.filters.department
    facts = UsageFacts(
        period,
        department,
        usage.usage(user=user, period=period, department=department),
        usage.usage(user=user, period=ask.before, department=department),
        usage.projection(user=user, now=ask.now, tz=ask.tz, department=department),
    )
    costs = {total["department"]: total["cost"] for total in facts.totals[usage.BY_DEPARTMENT]}
    skills = {total["skill"]: total["cost"] for total in facts.totals[usage.BY_SKILL]}
    datasets = (
        by_day(facts),
        *breakdowns(facts, dict(department_choices(user))),
        by_pricing(facts),
        failures(facts),
        cost_per_run(ask.user, period, department, skills),
        cost_per_outcome(ask.user, period, department, costs, facts.whole["cost"]),
    )
    return Findings(
        tiles=tuple(_tiles(facts)),
        datasets=tuple(dataset for dataset in datasets if dataset is not None),
        highlights=_highlights(facts),
        notes=_notes(facts),
    )


def _tiles(facts: UsageFacts) -> Iterator[Tile]:
    now, before, ahead = facts.whole, next(iter(facts.before[usage.WHOLE]), NONE), facts.ahead
    yield Tile(
        "cost", _("Cost"), now["cost"], "money", "USD", previous=before["cost"], better="down",
        url=facts.link(), note=_("Without requests whose price is not known."),
    )  # fmt: skip
    yield Tile(
        "estimated", _("Of it estimated"), now["estimated"], "money", "USD",
        url=facts.link(pricing__exact=Pricing.ESTIMATED.value),
    )  # fmt: skip
    yield Tile(
        "unpriced", _("Requests without a price"), now["unpriced"],
        url=facts.link(pricing__exact=Pricing.UNPRICED.value),
    )  # fmt: skip
    yield Tile(
        "projection", _("This month, projected"), ahead.whole_month.quantize(Decimal("0.01")), "money", "USD",
        note=_("Spent so far: USD %(so_far)s.") % {"so_far": _dollars(ahead.so_far)},
    )  # fmt: skip
    yield Tile("requests", _("Requests"), now["requests"], previous=before["requests"], url=facts.link())
    for key, label in (("fresh", _("Tokens in")), ("cached", _("From cache")), ("output", _("Tokens out"))):
        yield Tile(key, label, int(now[key]), "tokens", previous=int(before[key]), url=facts.link())
    yield Tile(
        "failed", _("Failed requests"), now["failed"], previous=before["failed"], better="down",
        url=facts.link(status__exact=ModelRunStatus.FAILED.value),
    )  # fmt: skip


def _highlights(facts: UsageFacts) -> tuple[str, ...]:
    whole, ahead = facts.whole, facts.ahead
    text = ngettext(
        "%(count)s request cost USD %(cost)s; this month is heading for USD %(month)s.",
        "%(count)s requests cost USD %(cost)s; this month is heading for USD %(month)s.",
        whole["requests"],
    )
    return (
        text
        % {
            "count": number_format(whole["requests"], force_grouping=True),
            "cost": _dollars(whole["cost"]),
            "month": _dollars(ahead.whole_month),
        },
    )


def _dollars(amount: Decimal | int) -> str:
    return number_format(Decimal(amount), 2, force_grouping=True)


def _notes(facts: UsageFacts) -> tuple[str, ...]:
    return (
        _(
            "Exact: the provider counted the tokens and the price list names the model. Estimated: one of "
            "the two is a guess. Without a price: the cost is not known and not in any sum."
        ),
        _(
            "The projection is what was spent this month so far, and for each of the %(left)d days after "
            "today the mean of the last %(days)d full days (USD %(mean)s)."
        )
        % {
            "left": facts.ahead.days_left,
            "days": usage.PROJECTED_FROM,
            "mean": facts.ahead.per_day.quantize(Decimal("0.0001")),
        },
    )
