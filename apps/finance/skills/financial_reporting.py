"""The financial statement of a period: figures as a table, the PDF attached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any

from pydantic import BaseModel, Field, model_validator

from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.slots import SlotSpec
from apps.assistant.slots.extraction import Source
from apps.assistant.slots.types import PeriodValue
from apps.core.markdown import escape
from apps.core.periods import local_today
from apps.finance.papers import CurrencyStatement
from apps.finance.skills.figures import answer_question
from apps.finance.skills.statement_mail import RecipientsSlot, sent, wants_sending
from apps.finance.tools import FinancialStatement, financial_statement
from apps.finance.wording import drafts_note, money, statement_table
from apps.finance.words.questions import Question, compared, read_question


def _period(source: Source, is_asked: bool) -> dict[str, str] | None:  # noqa: ARG001
    found = compared(source.text, source.today)[0]
    return {"start": found[0].isoformat(), "last_day": found[1].isoformat()} if found else None


StatementPeriod = Annotated[
    PeriodValue,
    SlotSpec("period", "For which period?", find=_period),
    Field(description="First and last day of the statement."),
]


class Slots(BaseModel):
    """The days of the statement; without them, the last whole month. And to whom it goes, if to anybody."""

    to: RecipientsSlot

    @model_validator(mode="before")
    @classmethod
    def stays_here(cls, given: Any) -> Any:
        """A model need not name anybody: only words that ask to send it do."""
        return {"to": [], **given} if isinstance(given, dict) else given

    period: StatementPeriod | None = None


@skill("financial_reporting", slots=Slots)
def financial_reporting(ctx: SkillContext, slots: Slots) -> SkillResult:
    """Every amount comes from the ledger; the citations open the rows behind it. Who asks for one figure gets
    that figure first, and the statement when asking for it.
    """
    if question := _question(ctx, slots):
        return answer_question(ctx, question)
    period = f"{slots.period.start}..{slots.period.last_day}" if slots.period else "last_month"
    made = ctx.call(financial_statement, period=period)
    text = f"{_sending(ctx, made, slots.to)}{_text(made)}"
    return SkillResult(
        text=text, citations=made.citations, data=made.model_dump(mode="json", exclude={"citations"})
    )


def _question(ctx: SkillContext, slots: Slots) -> Question | None:
    if slots.to or wants_sending(ctx.message):
        return None
    found = read_question(ctx.message, local_today(ctx.user.timezone))
    if found and found.period is None and slots.period:
        return replace(found, period=(slots.period.start, slots.period.last_day))
    return found


def _sending(ctx: SkillContext, made: FinancialStatement, to: list[str]) -> str:
    """What came of sending it, first of all; "" where nobody wanted that."""
    if to and made.artifact_id:
        return f"{sent(ctx, made, to)}\n\n"
    if not (to or wants_sending(ctx.message)):
        return ""
    why = "there is nothing to send" if to else "I have no e-mail address to send it to"
    return f"**Nothing was sent**: {why}.\n\n"


def _text(made: FinancialStatement) -> str:
    if not made.statements:
        text = f"Nothing is posted for **{escape(made.period)}**, nor for {escape(made.compared_with)}."
        return f"{text}{drafts_note(made.drafts)} See the ledger [1]."
    head = (
        f"The financial statement for **{escape(made.period)}** is attached, compared with "
        f"{escape(made.compared_with)}. Open the profit and loss [1] or the cash summary [2] to see the "
        f"entries behind each amount; days are those of {made.time_zone}. "
        f"{made.standing}{drafts_note(made.drafts)}"
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
