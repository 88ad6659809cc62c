"""A month is closed: shown, agreed to by a person, closed."""

from __future__ import annotations

import re
from typing import Annotated

from django.urls import reverse
from pydantic import BaseModel, Field

from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.slots import SlotSpec
from apps.assistant.slots.extraction import Source
from apps.assistant.slots.types import PeriodValue
from apps.assistant.toolkit import ToolError
from apps.core.markdown import escape
from apps.core.periods import Period
from apps.core.sentences import sentence
from apps.finance.papers import span_words
from apps.finance.tools import close_month as close
from apps.finance.words.periods import statement_period

_REOPEN = re.compile(
    r"\b(?:re-?open|un-?close|open .{0,30}again|buka semula)\b|重新打开|重开|反结账", re.IGNORECASE
)


def _month(source: Source, is_asked: bool) -> dict[str, str] | None:  # noqa: ARG001
    found = statement_period(source.text, source.today)
    return {"start": found[0].isoformat(), "last_day": found[1].isoformat()} if found else None


MonthSlot = Annotated[
    PeriodValue,
    SlotSpec("period", "Which month should be closed? For example “October 2026”.", find=_month),
    Field(description="First and last day of the month to close."),
]


class Slots(BaseModel):
    """The month."""

    month: MonthSlot


@skill("close_month", slots=Slots)
def close_month(ctx: SkillContext, slots: Slots) -> SkillResult:
    """One month, whole: a person agrees first. Opening one again is for people, on the page."""
    span = slots.month.period(ctx.user.timezone)
    page = reverse("admin:finance_closedmonth_changelist")
    if _REOPEN.search(sentence(ctx.message)):
        text = f"I changed nothing. A month is opened again by deleting its row in [Closed months]({page})."
        return SkillResult(text=text)
    if span != Period.month_of(span.start, span.tz):
        example = f"close {span.start:%B %Y}"
        text = f"Months are closed one at a time, whole: please name one (“{example}”). I changed nothing."
        return SkillResult(text=text)
    name = span_words(span)
    try:
        made = ctx.call(close, month=span.start)
    except ToolError as error:
        text = (
            f"**{name} was not closed**: {escape(error.detail)} The months that are: [Closed months]({page})."
        )
        return SkillResult(text=text)
    text = (
        f"**{made.month} is closed** [1]: nothing is posted into it or paid in it any more. "
        f"Deleting its row in [Closed months]({page}) opens it again."
    )
    return SkillResult(text=text, citations=[made.citation], data={"month": made.month})
