"""What models used and cost, as tables and pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.core.periods import Period
from apps.core.reporting import ChartSpec, Column, Dataset, Row
from apps.core.reporting.findings import Value
from apps.core.reporting.grouping import Group, Total
from apps.core.reporting.links import Condition, during, one_day, rows_link
from apps.core.reporting.numbers import percent
from apps.llm import usage
from apps.llm.choices import ModelRunStatus, Pricing
from apps.llm.models import ModelRun

NONE: Total = dict.fromkeys(usage.MEASURES, 0)


@dataclass(frozen=True)
class UsageFacts:
    """What was found, for the period and the one before."""

    period: Period
    department: str
    totals: Mapping[Group, list[Total]]
    before: Mapping[Group, list[Total]]
    ahead: usage.Projection

    @property
    def whole(self) -> Total:
        """All requests of the period."""
        return next(iter(self.totals[usage.WHOLE]), NONE)

    def link(self, **conditions: Condition) -> str:
        """The requests of the period for which `conditions` hold."""
        mine: dict[str, Condition] = {"department__exact": self.department} if self.department else {}
        return rows_link(ModelRun, during("started_at", self.period) | mine | conditions)


def breakdowns(facts: UsageFacts, departments: Mapping[str, str]) -> Iterator[Dataset]:
    """By model, department, person, agent and skill. `departments` are their names."""
    by_model = [
        (total["model"], total, {"provider__exact": total["provider"], "model__exact": total["model"]})
        for total in facts.totals[usage.BY_MODEL]
    ]
    yield _dataset(facts, "models", _("By model"), _("Model"), by_model)
    yield _named(facts, "department", _("By department"), _("Department"), _("None"), departments)
    by_user = [
        (total["user_name"] or _("Nobody"), total, _of_user(total["user_id"]))
        for total in facts.totals[usage.BY_USER]
    ]
    yield _dataset(facts, "users", _("By person"), _("Person"), by_user)
    yield _named(facts, "agent", _("By agent"), _("Agent"), _("None"), {})
    yield _named(facts, "skill", _("By skill"), _("Skill"), _("None"), {})


def _of_user(key: object) -> dict[str, Condition]:
    return {"user__isnull": True} if key is None else {"user__id__exact": str(key)}


def _named(
    facts: UsageFacts, column: str, title: str, label: str, nameless: str, names: Mapping[str, str]
) -> Dataset:
    entries = [
        (names.get(total[column], total[column]) or nameless, total, {f"{column}__exact": total[column]})
        for total in facts.totals[(column,)]
    ]
    return _dataset(facts, f"{column}s", title, label, entries)


def _dataset(
    facts: UsageFacts,
    key: str,
    title: str,
    label: str,
    entries: list[tuple[str, Total, dict[str, Condition]]],
) -> Dataset:
    ordered = sorted(entries, key=lambda entry: (-entry[1]["cost"], -entry[1]["requests"], entry[0]))
    rows = [_row(facts, name, total, conditions) for name, total, conditions in ordered]
    return Dataset(
        key=key,
        title=title,
        columns=(Column("name", label), *_columns()),
        rows=tuple(rows),
        total=_row(facts, _("Total"), facts.whole, {}) if rows else None,
        chart=ChartSpec("bar", "name", ("cost",), title=title),
        note=_("Dearest first. Repeated requests count each time."),
        empty=_("No model was asked during the period."),
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column("requests", _("Requests"), "count"),
        Column("fresh", _("Tokens in"), "tokens"),
        Column("cached", _("From cache"), "tokens"),
        Column("output", _("Tokens out"), "tokens"),
        Column("cost", _("Cost"), "money", "USD"),
        Column("estimated", _("Of it estimated"), "money", "USD"),
        Column("unpriced", _("Without a price"), "count"),
        Column("failed", _("Failed"), "count"),
    )


def _row(facts: UsageFacts, label: Value, total: Total, conditions: dict[str, Condition]) -> Row:
    url = facts.link(**conditions)
    urls = dict.fromkeys(("requests", "fresh", "cached", "output", "cost"), url) | {
        "estimated": facts.link(pricing__exact=Pricing.ESTIMATED.value, **conditions),
        "unpriced": facts.link(pricing__exact=Pricing.UNPRICED.value, **conditions),
        "failed": facts.link(status__exact=ModelRunStatus.FAILED.value, **conditions),
    }
    return Row((label, *(total[name] for name in usage.MEASURES)), url=url, urls=urls)


def by_day(facts: UsageFacts) -> Dataset:
    """Every day of the period on which a model was asked."""
    rows = [
        _row(facts, total["day"], total, during("started_at", one_day(total["day"], facts.period.tz)))
        for total in sorted(facts.totals[usage.BY_DAY], key=lambda total: total["day"])
    ]
    return Dataset(
        key="days",
        title=_("By day"),
        columns=(Column("name", _("Day"), "day"), *_columns()),
        rows=tuple(rows),
        total=_row(facts, _("Total"), facts.whole, {}) if rows else None,
        chart=ChartSpec("column", "name", ("cost",), title=_("Cost by day")),
        note=_("Days without requests are left out."),
        empty=_("No model was asked during the period."),
    )


def by_pricing(facts: UsageFacts) -> Dataset:
    """How sure the cost is."""
    found = {total["pricing"]: total for total in facts.totals[usage.BY_PRICING]}
    rows = [
        Row(
            (str(pricing.label), total["requests"], total["cost"] if pricing != Pricing.UNPRICED else None),
            url=facts.link(pricing__exact=pricing.value),
        )
        for pricing in Pricing
        if (total := found.get(pricing))
    ]
    return Dataset(
        key="pricing",
        title=_("How the cost is known"),
        columns=(
            Column("pricing", _("Cost is")),
            Column("requests", _("Requests"), "count"),
            Column("cost", _("Cost"), "money", "USD"),
        ),
        rows=tuple(rows),
        chart=ChartSpec("donut", "pricing", ("requests",), title=_("How the cost is known")),
        empty=_("No model was asked during the period."),
    )


def failures(facts: UsageFacts) -> Dataset:
    """Failed requests by the kind of failure."""
    failed = ModelRunStatus.FAILED.value
    found = [total for total in facts.totals[usage.BY_ERROR] if total["status"] == failed]
    rows = [
        Row(
            (
                total["error_class"] or _("Not known"),
                total["requests"],
                percent(total["requests"], facts.whole["requests"]),
                total["cost"],
            ),
            url=facts.link(status__exact=failed, error_class__exact=total["error_class"]),
        )
        for total in sorted(found, key=lambda total: (-total["requests"], total["error_class"]))
    ]
    return Dataset(
        key="failures",
        title=_("Failed requests"),
        columns=(
            Column("error", _("Failure")),
            Column("requests", _("Requests"), "count"),
            Column("share", _("Of all requests"), "percent"),
            Column("cost", _("Cost"), "money", "USD"),
        ),
        rows=tuple(rows),
        chart=ChartSpec("bar", "error", ("requests",), title=_("Failed requests")),
        note=_("A failed request may have cost something; the cost is estimated then."),
        empty=_("No request failed during the period."),
    )
