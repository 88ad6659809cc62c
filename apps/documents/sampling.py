"""The data that previews of templates are made of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from apps.documents.brand import load_brand
from apps.documents.charts import Chart, Series
from apps.documents.content import Column, Table
from apps.documents.manifest import samples
from apps.documents.models import Template
from apps.documents.pdf import Metadata, context_of
from apps.documents.playbook import playbook_context
from apps.documents.report import Report, Section, Tile

_DAY = date(2026, 11, 2)
_MARKDOWN = """# Winning back lapsed diners

A sample text, to see how long texts look.

## Who has not come back

Guests whose last visit is older than **60 days**. Begin with the 200 who spent most.

1. Choose the guests.
2. Choose an offer that suits the margin.
3. Send it on a Tuesday.

## What to offer

| Guests | Offer | Cost |
|---|---|---|
| Lunch | Free dessert | SGD 2.10 |
| Family | Second main at half price | SGD 6.40 |

> A reward that suits the margin costs less than a discount.
"""


def sample_context(template: Template) -> dict[str, Any]:
    """What a template is rendered with in its preview: built where our code builds it, else from the list."""
    built, listed = _BUILT.get(template.path), samples(template.variables)
    about = Metadata(str(listed.get("title") or template.title), "Mezzofy", "en", _DAY.isoformat())
    return {"brand": load_brand(), "document": about, **listed, **(built() if built else {})}


def _report() -> dict[str, Any]:
    return context_of(_sample_report("Sample report", "How a month went"))


def _statement() -> dict[str, Any]:
    return context_of(_sample_report("Profit and loss", "A sample statement"))


def _playbook() -> dict[str, Any]:
    return playbook_context(_MARKDOWN, prepared_on=_DAY, subtitle="A sample playbook")


_BUILT: dict[str, Callable[[], dict[str, Any]]] = {
    "pdf/report.html": _report,
    "pdf/financial_statement.html": _statement,
    "pdf/playbook.html": _playbook,
}


def _sample_report(title: str, subtitle: str) -> Report:
    columns = (Column("Item", weight=2), Column("October", "money", "SGD"), Column("Before", "money", "SGD"))
    rows = (("Subscriptions", 41_250, 38_900), ("Set-up", 6_500, 8_000), ("Messages", 1_905, 1_710))
    table = Table(columns, rows, total=("Total", 49_655, 48_610))
    chart = Chart("column", "Income by week", ("1", "2", "3", "4"), (Series("SGD", (11, 12, 13, 14)),), "SGD")
    tiles = (Tile("Income", "SGD 49,655", "+2.1 %", "good"), Tile("New customers", "7", "−1", "bad"))
    section = Section("Income", tiles, ("One sentence that says what moved.",), chart, table, ("A point.",))
    return Report(
        title=title,
        subtitle=subtitle,
        period="1 to 31 October 2026",
        sections=(section,),
        prepared_on=_DAY,
        prepared_for="Management",
        highlights=("Income grew by 2.1 %.",),
        sources=("Sample data.",),
    )
