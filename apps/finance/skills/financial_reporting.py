"""The financial statement of a period: figures as a table, the PDF attached."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import BaseModel, Field

from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.slots import SlotSpec
from apps.assistant.slots.extraction import Source
from apps.assistant.slots.types import PeriodValue
from apps.core.markdown import escape
from apps.finance.papers import CurrencyStatement
from apps.finance.tools import FinancialStatement, financial_statement
from apps.finance.wording import money, statement_table
from apps.finance.words.periods import statement_period


def _period(source: Source, is_asked: bool) -> dict[str, str] | None:  # noqa: ARG001
    found = statement_period(source.text, source.today)
    return {"start": found[0].isoformat(), "last_day": found[1].isoformat()} if found else None


StatementPeriod = Annotated[
    PeriodValue,
    SlotSpec("period", "For which period?", find=_period),
    Field(description="First and last day of the statement."),
]


class Slots(BaseModel):
    """The days of the statement; without them, the last whole month."""

    period: StatementPeriod | None = None


@skill("financial_reporting", slots=Slots)
def financial_reporting(ctx: SkillContext, slots: Slots) -> SkillResult:
    """Every amount comes from the ledger; the citations open the rows behind it."""
    period = f"{slots.period.start}..{slots.period.last_day}" if slots.period else "last_month"
    made = ctx.call(financial_statement, period=period)
    return SkillResult(
        text=_text(made), citations=made.citations, data=made.model_dump(mode="json", exclude={"citations"})
    )


def _text(made: FinancialStatement) -> str:
    if not made.statements:
        text = f"Nothing is posted for **{escape(made.period)}**, nor for {escape(made.compared_with)}."
        return f"{text}{_drafts(made)} See the ledger [1]."
    head = (
        f"The financial statement for **{escape(made.period)}** is attached, compared with "
        f"{escape(made.compared_with)}. Open the profit and loss [1] or the cash summary [2] to see the "
        f"entries behind each amount; days are those of {made.time_zone}. {made.standing}{_drafts(made)}"
    )
    results = "\n".join(f"- {_result(each)}" for each in made.statements if each.profit_and_loss)
    tables = [part for each in made.statements for part in _tables(each)]
    apart = ["Currencies are never added together."] if len(made.statements) > 1 else []
    return "\n\n".join([head, results, *tables, *apart])


def _result(each: CurrencyStatement) -> str:
    result = each.profit_and_loss[-1]
    word = "A loss" if result.amount < 0 else "Net profit"
    now = money(abs(result.amount), each.currency)
    before = f"{'a loss of ' if result.before < 0 else ''}{money(abs(result.before), each.currency)}"
    return f"{word} of **{now}** (before: {before})."


def _tables(each: CurrencyStatement) -> Iterator[str]:
    if each.profit_and_loss:
        yield f"**Profit and loss, {each.currency}**\n\n{statement_table(each.profit_and_loss)}"
    if each.cash:
        yield f"**Cash summary, {each.currency}**\n\n{statement_table(each.cash)}"
    if each.receivable or each.payable:
        yield (
            f"Not paid at the end: owed to us {money(each.receivable, each.currency)}, "
            f"owed by us {money(each.payable, each.currency)}."
        )


def _drafts(made: FinancialStatement) -> str:
    if not made.drafts:
        return ""
    one = made.drafts == 1
    return f" {made.drafts} draft{'' if one else 's'} of this period {'is' if one else 'are'} not counted."
