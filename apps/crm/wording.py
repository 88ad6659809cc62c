"""Leads, sums and dates in the words of an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from apps.accounts.models import User
from apps.assistant.skillkit import Citation
from apps.core.markdown import Align, escape, table
from apps.crm.pipeline import PipelineSummary
from apps.crm.selectors import LeadRow


def money(value: Decimal | None, currency: str) -> str:
    """`SGD 12,000`, with cents only when there are some; "" for no value."""
    if value is None:
        return ""
    places = 0 if value == value.to_integral_value() else 2
    return f"{currency} {value:,.{places}f}"


def values(by_currency: Mapping[str, Decimal]) -> str:
    """The amount in each currency, largest first."""
    ordered = sorted(by_currency.items(), key=lambda item: -item[1])
    return " + ".join(money(value, currency) for currency, value in ordered)


def count(number: int, one: str, many: str = "") -> str:
    """`1 lead`, `1,200 leads`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def capped(total: int, is_capped: bool, one: str, many: str = "") -> str:
    """As `count`, and `1,000+ leads` when there are more than were counted."""
    return count(total, one, many).replace(" ", "+ ", 1) if is_capped else count(total, one, many)


def whole(by_currency: Mapping[str, Decimal]) -> str:
    """As `values`, without cents: for estimates, where they would mean nothing."""
    return values({currency: value.quantize(Decimal(1)) for currency, value in by_currency.items()})


def day(moment: datetime | date | None, user: User) -> str:
    """`3 Nov 2026` on the user's calendar; "" for none."""
    if isinstance(moment, datetime):
        moment = moment.astimezone(ZoneInfo(user.timezone)).date()
    return f"{moment.day} {moment:%b %Y}" if moment else ""


def citation(row: LeadRow) -> Citation:
    """Opens the lead."""
    label = f"{row.company} ({row.contact})" if row.contact else row.company
    return Citation(kind="crm.lead", id=row.id, label=label, url=row.url)


def lead_table(rows: Sequence[LeadRow], *, user: User, with_owner: bool, first: int = 1) -> str:
    """Leads as a table, each with its citation; the numbers count from `first`."""
    columns: list[tuple[str, Align]] = [
        ("Lead", "left"),
        ("Contact", "left"),
        ("Stage", "left"),
        ("Value", "right"),
        ("Last contact", "left"),
        ("Follow up", "left"),
    ]
    if with_owner:
        columns.append(("Rep", "left"))
    lines = []
    for number, row in enumerate(rows, start=first):
        cells = [
            f"{escape(row.company, 60)} [{number}]",
            escape(row.contact, 40),
            row.stage,
            money(row.value, row.currency),
            day(row.last_contacted, user) or "never",
            day(row.follow_up_date, user),
        ]
        lines.append([*cells, escape(row.owner, 40)] if with_owner else cells)
    return table(columns, lines)


def sums_tables(summary: PipelineSummary) -> str:
    """Leads by stage with what is to be expected of them, and for a team by representative."""
    columns: list[tuple[str, Align]] = [("Leads", "right"), ("Value", "right")]
    chances: list[tuple[str, Align]] = [("Chance", "right"), ("Forecast", "right")]
    stages = [
        (
            str(row.status.label),
            f"{row.count:,}",
            values(row.values),
            f"{row.probability} %",
            whole(row.weighted()),
        )
        for row in summary.stages
    ]
    tables = [table([("Stage", "left"), *columns, *chances], stages)]
    if summary.scope == "team":
        owners = [
            (escape(row.owner, 60) or "Nobody yet", f"{row.count:,}", values(row.values))
            for row in summary.owners
        ]
        tables.append(table([("Rep", "left"), *columns], owners))
    return "\n\n".join(tables)


def and_more(total: int, shown: int, *, is_capped: bool = False) -> str:
    """A line about what a bounded list leaves out; "" when it holds everything."""
    left = total - shown
    if left <= 0:
        return ""
    return f"\n\n… and {left:,}{'+' if is_capped else ''} more in the [list of leads](/admin/crm/lead/)."
