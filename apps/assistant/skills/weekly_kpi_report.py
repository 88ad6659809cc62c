"""The key figures of the house as a PDF."""

from __future__ import annotations

from pydantic import BaseModel

from apps.assistant.reporting import ReportFile, export_report
from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.slots import PeriodSlot
from apps.core.markdown import Align, escape, table

REPORT = "management_kpis"
COLUMNS: list[tuple[str, Align]] = [
    ("Department", "left"),
    ("Figure", "left"),
    ("Period", "right"),
    ("Before", "right"),
    ("Change", "right"),
]


class Slots(BaseModel):
    """The days to report on; without them, the last full week."""

    period: PeriodSlot | None = None


@skill("weekly_kpi_report", slots=Slots)
def weekly_kpi_report(ctx: SkillContext, slots: Slots) -> SkillResult:
    """Make the report and say what moved."""
    period = f"{slots.period.start}..{slots.period.last_day}" if slots.period else "last_week"
    made = ctx.call(export_report, report=REPORT, filters={"period": period})
    return SkillResult(text=_text(made), citations=[made.citation], data=made.model_dump(mode="json"))


def _text(made: ReportFile) -> str:
    head = (
        f"The KPI report for **{made.period}** is attached [1]. It compares with {made.compared_with}; "
        f"days are those of {made.time_zone}."
    )
    moved = "\n".join(f"- {escape(line)}" for line in made.highlights)
    rows = [(item.group, item.label, item.value, item.previous, item.change) for item in made.figures]
    figures = table(COLUMNS, [[escape(cell) for cell in row] for row in rows])
    return "\n\n".join(part for part in (head, moved, figures) if part)
