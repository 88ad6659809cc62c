"""The tool that makes the financial statement."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from pydantic import BaseModel

from apps.artifacts.models import Artifact
from apps.assistant.skillkit import Citation
from apps.assistant.toolkit import ToolContext, tool
from apps.core.periods import Period
from apps.core.reporting import PeriodText
from apps.core.reporting.filters import resolve_period
from apps.documents import services as documents
from apps.finance.papers import CurrencyStatement, paper, span_words
from apps.finance.recipes import STATEMENT


class FinancialStatement(BaseModel):
    """What the statement says, by currency, and the file. `drafts` of the period are not counted.
    `standing` says whether it is complete; `is_final` when nothing of it can change any more.

    Without anything to say there is no file. `citations` open the same numbers with the rows behind them.
    """

    period: str
    first_day: date
    last_day: date
    compared_with: str
    time_zone: str
    statements: list[CurrencyStatement]
    drafts: int
    is_final: bool
    standing: str
    artifact_id: str
    file_name: str
    citations: list[Citation]


@tool(permission="finance.view_entry", heavy=True, timeout=180, summary="Writing the financial statement …")
def financial_statement(ctx: ToolContext, *, period: PeriodText = "last_month") -> FinancialStatement:
    """Make the financial statement of a period as a branded PDF, attached to the answer: profit and loss,
    cash summary, and the comparison with the period before, by currency. `period` is a preset (last_month,
    this_quarter, last_quarter, this_year …) or YYYY-MM-DD..YYYY-MM-DD. All amounts come from the ledger.
    """
    ctx.progress("Adding up the ledger …")
    span = resolve_period(period, now=ctx.now, tz=ctx.user.timezone)
    found = paper(ctx.user, span, ctx.now)
    file = _file(ctx, span) if found.statements else None
    return FinancialStatement(
        period=span_words(span),
        first_day=span.start,
        last_day=span.last_day,
        compared_with=span_words(found.profit.before),
        time_zone=span.tz,
        statements=found.statements,
        drafts=found.drafts,
        is_final=found.standing.is_final,
        standing=found.standing.sentence,
        artifact_id=str(file.pk) if file else "",
        file_name=file.name if file else "",
        citations=report_citations(span),
    )


def _file(ctx: ToolContext, span: Period) -> Artifact:
    ctx.progress("Drawing the pages …")
    arguments = {"start": span.start.isoformat(), "last_day": span.last_day.isoformat()}
    made = documents.make(
        user=ctx.user, recipe=STATEMENT, arguments=arguments, run_id=ctx.run_id, now=ctx.now
    )
    ctx.keep(made)
    return made


def report_citations(span: Period) -> list[Citation]:
    """The report pages of the same days, where every amount opens its entries."""
    query = urlencode({"period": f"{span.start}..{span.last_day}"})
    found = []
    for key, title in (("profit_and_loss", "Profit and loss"), ("cash_summary", "Cash summary")):
        url = f"{reverse('admin:report', args=[key])}?{query}"
        found.append(Citation(kind="report", id=url, label=f"{title}, {span_words(span)}", url=url))
    return found
