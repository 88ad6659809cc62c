"""Figures on the house itself, from its reports."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from apps.assistant.report_files import format_wanted, notes_of, said_of
from apps.assistant.reporting import FigureReading, ReportReading, TableReading, export_report, reader_of
from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.slots import ChoiceSlot, PeriodSlot
from apps.core.markdown import Align, escape, table

#: More of a table belongs on its page.
SHOWN_TABLES, SHOWN_ROWS = 2, 8
_REPORT: Any = ChoiceSlot(
    "Which figures: the cost of models, the work of the agents, mails, changes of records, or the KPIs?",
    management_kpis=("kpi", "kpis", "key figures", "指标", "petunjuk prestasi"),
    email_log=("mail", "mails", "e-mail", "e-mails", "email", "emails", "bounced", "邮件", "e-mel"),
    audit_activity=(
        "audit",
        "audit trail",
        "changed",
        "who changed",
        "deleted",
        "审计",
        "谁改",
        "jejak audit",
    ),
    agent_activity=("run", "runs", "agents", "assistant used", "activity of", "运行", "aktiviti"),
    llm_usage=(
        "cost",
        "costs",
        "spend",
        "spent",
        "token",
        "tokens",
        "model",
        "models",
        "paid",
        "claude",
        "gpt",
        "花",
        "费用",
        "kos",
    ),
)


class Slots(BaseModel):
    """Which report, and its days; without them, this month."""

    report: _REPORT
    period: PeriodSlot | None = None


@skill("house_figures", slots=Slots)
def house_figures(ctx: SkillContext, slots: Slots) -> SkillResult:
    """The report's own words and figures; its page has the rest. Or the file that is asked for."""
    period = f"{slots.period.start}..{slots.period.last_day}" if slots.period else "this_month"
    if kind := format_wanted(ctx.message):
        made = ctx.call(export_report, report=slots.report, format=kind, filters={"period": period})
        return SkillResult(text=said_of(made), citations=[made.citation], data=made.model_dump(mode="json"))
    found = ctx.call(reader_of(slots.report), period=period)
    return SkillResult(text=_text(found), citations=[found.citation], data=found.model_dump(mode="json"))


def _text(found: ReportReading) -> str:
    compared = f", compared with {found.compared_with}" if found.compared_with else ""
    head = f"**{escape(found.title)}**, {found.period}{compared} [1]:"
    figures = "\n".join(map(_figure, found.figures))
    said = "\n".join(f"- {escape(line, 400)}" for line in found.highlights)
    tables = [_table(item) for item in found.tables if item.rows][:SHOWN_TABLES]
    return "\n\n".join(part for part in (head, said, figures, *tables, notes_of(found)) if part)


def _figure(item: FigureReading) -> str:
    change = f" ({escape(item.change)})" if item.change else ""
    return f"- {escape(item.label)}: **{escape(item.value)}**{change}"


def _table(item: TableReading) -> str:
    columns: list[tuple[str, Align]] = [(escape(name), "left") for name in item.columns]
    rows = [[escape(cell) for cell in row] for row in item.rows[:SHOWN_ROWS]]
    more = len(item.rows) - SHOWN_ROWS
    rest = f"\n\nand {more} more rows on the page of the report." if more > 0 else ""
    return f"**{escape(item.title)}**\n\n{table(columns, rows)}{rest}"
