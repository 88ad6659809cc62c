"""The answer to a question for a figure: the figure first, then what it is held against, then the rest."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from apps.assistant.skillkit import SkillContext, SkillResult
from apps.assistant.slots.periods import Span
from apps.core.markdown import Align, escape, table
from apps.documents.numbers import amount
from apps.finance.tools import LedgerFigure, LedgerFigures, ledger_figures
from apps.finance.wording import drafts_note, money, percent_change
from apps.finance.words.questions import Question


def answer_question(ctx: SkillContext, question: Question) -> SkillResult:
    """Short: each figure in a sentence with its comparison. The statement is offered."""
    made = ctx.call(
        ledger_figures,
        period=_text_of(question.period) if question.period else "last_month",
        compared_with=_text_of(question.against) if question.against else None,
        figures=[] if question.category else list(question.figures),
        category=question.category.code if question.category else "",
    )
    return SkillResult(
        text=_text(made), citations=made.citations, data=made.model_dump(mode="json", exclude={"citations"})
    )


def _text_of(span: Span) -> str:
    return f"{span[0]}..{span[1]}"


def _text(made: LedgerFigures) -> str:
    names = dict.fromkeys(each.figure for each in made.figures)
    groups = [[each for each in made.figures if each.figure == name] for name in names]
    if not any(each.amount or each.before for each in made.figures):
        nothing = f"Nothing is posted for {_labels(groups)} in **{escape(made.period)}**"
        before = f"nor in {escape(made.compared_with)}"
        return f"{nothing}, {before}.{drafts_note(made.drafts)} {made.standing} See the ledger [1]."
    told = [_sentences(group, made) for group in groups]
    tables = [_table(group, made) for group in groups if sum(map(_counts, group)) > 1]
    rest = (
        f"{made.standing}{drafts_note(made.drafts)} Days are those of {made.time_zone}. The profit and loss "
        "of both [1] [2] opens the entries behind each amount; say "
        f"“financial statement for {escape(made.period)}” for all of it as a PDF."
    )
    apart = ["Currencies are never added together."] if tables else []
    return "\n\n".join(["\n\n".join(told), *tables, *apart, rest])


def _labels(groups: Sequence[Sequence[LedgerFigure]]) -> str:
    return " and ".join(escape(group[0].label) for group in groups if group)


def _counts(each: LedgerFigure) -> bool:
    return bool(each.amount or each.before)


def _sentences(group: Sequence[LedgerFigure], made: LedgerFigures) -> str:
    """“Net profit in **October 2026**: **SGD 1,200.00**. In September 2026 it was SGD 900.00 (+33.3 %).”"""
    shown = [each for each in group if _counts(each)] or group[:1]
    now = _amounts([(each.amount, each.currency) for each in shown], is_strong=True)
    before = _amounts([(each.before, each.currency) for each in shown], is_strong=False)
    change = f" ({percent_change(shown[0].amount, shown[0].before)})" if len(shown) == 1 else ""
    first = f"{escape(group[0].label)} in **{escape(made.period)}**: {now} [1]."
    return f"{first} In {escape(made.compared_with)} it was {before}{change} [2]."


def _amounts(pairs: Sequence[tuple[Decimal, str]], *, is_strong: bool) -> str:
    """“SGD 5.00, MYR 2.00 and a loss of USD 1.00”."""
    mark = "**" if is_strong else ""
    told = [
        f"{'a loss of ' if value < 0 else ''}{mark}{money(abs(value), currency)}{mark}"
        for value, currency in pairs
    ]
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}"


def _table(group: Sequence[LedgerFigure], made: LedgerFigures) -> str:
    columns: list[tuple[str, Align]] = [
        (escape(group[0].label), "left"),
        (escape(made.period), "right"),
        (escape(made.compared_with), "right"),
        ("Change", "right"),
        ("%", "right"),
    ]
    rows = [
        [
            each.currency,
            amount(each.amount),
            amount(each.before),
            amount(each.amount - each.before),
            percent_change(each.amount, each.before),
        ]
        for each in group
        if _counts(each)
    ]
    return table(columns, rows)
