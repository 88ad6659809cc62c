"""The tool that answers with single figures of the books."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from apps.assistant.skillkit import Citation
from apps.assistant.toolkit import ToolContext, ToolError, tool
from apps.core.periods import Period
from apps.core.reporting import PeriodText
from apps.core.reporting.filters import resolve_period
from apps.finance.completeness import completeness
from apps.finance.models import Category, Entry
from apps.finance.papers import span_words
from apps.finance.statements import Statement, of_kind, profit_and_loss
from apps.finance.tools.statements import report_citations

FigureName = Literal["profit", "revenue", "expense", "category"]


class LedgerFigure(BaseModel):
    """A figure in one currency, and the same of the days that it is compared with. A loss is below zero."""

    figure: FigureName
    label: str
    currency: str
    amount: Decimal
    before: Decimal


class LedgerFigures(BaseModel):
    """The figures, those of the house's currency first; `drafts` of the period are not counted, and
    `standing` says whether they may still change.
    """

    period: str
    compared_with: str
    time_zone: str
    figures: list[LedgerFigure]
    drafts: int
    standing: str
    citations: list[Citation]


@tool(permission="finance.view_entry", read_only=True, summary="Adding up the ledger …")
def ledger_figures(
    ctx: ToolContext,
    *,
    period: PeriodText = "last_month",
    compared_with: PeriodText | None = None,
    figures: list[Literal["profit", "revenue", "expense"]] | None = None,
    category: str = "",
) -> LedgerFigures:
    """Net profit, revenue or expenses of a period, or what one category (its code) came to, each by currency
    and beside another period: the one just before, unless `compared_with` names one. Only posted entries
    count. For a question about one figure; the whole statement is financial_statement.
    """
    span = resolve_period(period, now=ctx.now, tz=ctx.user.timezone)
    today = ctx.now.astimezone(ZoneInfo(span.tz)).date()
    other = resolve_period(compared_with, now=ctx.now, tz=ctx.user.timezone) if compared_with else None
    books = profit_and_loss(ctx.user, span, other or span.before(today))
    row = _category(category) if category else None
    wanted: list[FigureName] = ["category"] if row else list(figures or ["revenue", "expense", "profit"])
    drafts = Entry.objects.visible_to(ctx.user).drafts()
    return LedgerFigures(
        period=span_words(span),
        compared_with=span_words(books.before),
        time_zone=span.tz,
        figures=[_figure(each, name, row) for name in wanted for each in books.statements],
        drafts=drafts.filter(booked_on__gte=span.start, booked_on__lt=span.end).count(),
        standing=completeness(ctx.user, span, ctx.now).sentence,
        citations=_citations(span, books.before),
    )


def _citations(span: Period, before: Period) -> list[Citation]:
    """Both periods, for they need not lie beside each other on one page."""
    return [report_citations(span)[0], report_citations(before)[0]]


def _category(code: str) -> Category:
    found = Category.objects.filter(code=code).first()
    if found is None:
        raise ToolError(f"There is no category “{code}”.")
    return found


def _figure(statement: Statement, name: FigureName, category: Category | None) -> LedgerFigure:
    label, (amount, before) = _read(statement, name, category)
    return LedgerFigure(figure=name, label=label, currency=statement.currency, amount=amount, before=before)


def _read(
    statement: Statement, name: FigureName, category: Category | None
) -> tuple[str, tuple[Decimal, Decimal]]:
    if category is not None:
        lines = [line for line in statement.categories if line.category == category]
        return category.name, (
            sum((x.amount for x in lines), Decimal(0)),
            sum((x.before for x in lines), Decimal(0)),
        )
    if name == "profit":
        line = statement.line("net_profit")
        return line.label, (line.amount, line.before)
    return {"revenue": "Revenue", "expense": "Expenses"}[name], of_kind(statement, name)
