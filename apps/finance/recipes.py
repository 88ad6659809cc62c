"""Papers of finance that can be made again with today's data."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from apps.core.periods import Period
from apps.documents.pdf import context_of, render_pdf
from apps.documents.recipes import Made, Snapshot, SnapshotTable, recipe
from apps.documents.templates import in_force, page_set
from apps.finance.papers import paper, report_of, tables_of

if TYPE_CHECKING:
    from apps.accounts.models import User

STATEMENT = "financial_statement"
TEMPLATE = "pdf/financial_statement.html"


class StatementArguments(BaseModel):
    """The days of the statement, both included."""

    start: date
    last_day: date


@recipe(
    STATEMENT,
    arguments=StatementArguments,
    permission="finance.view_entry",
    title=_("Financial statement"),
)
def financial_statement(user: User, now: datetime, arguments: StatementArguments) -> Made:
    """Profit and loss and cash of the days, from the entries that are posted now."""
    period = Period(arguments.start, arguments.last_day + timedelta(days=1), user.timezone)
    found = paper(user, period, now)
    report, tables = report_of(found, user, now), tables_of(found)
    source = in_force(TEMPLATE)
    context = {**context_of(report), "statements": tables}
    snapshot = Snapshot(
        facts={
            "Period": report.period,
            "Compared with": str(found.profit.before),
            "Standing": found.standing.sentence,
        },
        tables=[
            SnapshotTable(
                title=table["title"],
                columns=["", *table["columns"]],
                rows=[[row["label"], *row["cells"]] for row in table["rows"]],
            )
            for table in tables
        ],
    )
    return Made(
        name=f"financial-statement-{period.start}-to-{period.last_day}.pdf",
        content=render_pdf(template="financial_statement", context=context, pages=page_set(source)),
        snapshot=snapshot.model_dump(),
        template_version=source.version,
        text="\n".join([report.title, *report.highlights, *report.sources]),
    )
