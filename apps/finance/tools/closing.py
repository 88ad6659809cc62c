"""The tool that closes a month when a person agrees, and what that person is shown."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from pydantic import BaseModel

from apps.assistant.skillkit import Citation
from apps.assistant.toolkit import Preview, ToolContext, tool
from apps.core.errors import DomainError
from apps.core.periods import Period
from apps.documents.numbers import amount
from apps.finance.papers import span_words
from apps.finance.services import closing
from apps.finance.statements import profit_and_loss


class MonthClosed(BaseModel):
    """A month that nothing is posted into any more."""

    month: str
    citation: Citation


def preview_closing(ctx: ToolContext, *, month: date) -> Preview:
    """What the month says now: that is what will stay."""
    span = Period.month_of(month, ctx.user.timezone)
    books = profit_and_loss(ctx.user, span, span.previous())
    results = [
        (f"Net profit, {each.currency}", amount(each.line("net_profit").amount))
        for each in books.statements
        if each.categories
    ]
    return Preview(
        title=f"Close {span_words(span)}",
        lines=results or [("Entries", "none")],
        body="Deleting its row in “Closed months” opens it again.",
        effect=f"Nothing is posted into {span_words(span)} or paid in it any more.",
        blocked=_why_not(ctx, span),
    )


@tool(
    permission="finance.add_closedmonth",
    destructive=True,
    summary="Closing the month of {month} …",
    preview=preview_closing,
)
def close_month(ctx: ToolContext, *, month: date) -> MonthClosed:
    """Close the calendar month that holds the day `month`, after a person has agreed: nothing is posted into
    it any more. It must be over, and without drafts.
    """
    closed = closing.close_month(actor=ctx.user, month=month)
    name = span_words(Period.month_of(closed.month, ctx.user.timezone))
    url = reverse("admin:finance_closedmonth_changelist")
    citation = Citation(kind="finance.closedmonth", id=str(closed.pk), label=f"Closed: {name}", url=url)
    return MonthClosed(month=name, citation=citation)


def _why_not(ctx: ToolContext, span: Period) -> str:
    try:
        closing.require_closable(actor=ctx.user, span=span)
    except DomainError as error:
        return error.detail
    return ""
