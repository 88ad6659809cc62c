"""The key figures of the house as a PDF."""

from __future__ import annotations

from pydantic import BaseModel

from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.slots import PeriodSlot
from apps.assistant.tools import KpiDocument, render_kpi_report
from apps.core.markdown import Align, escape, table

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
    chosen = {"start": slots.period.start, "last_day": slots.period.last_day} if slots.period else {}
    made = ctx.call(render_kpi_report, **chosen)
    return SkillResult(text=_text(made), data=made.model_dump(mode="json"))


def _text(made: KpiDocument) -> str:
    head = (
        f"The KPI report for **{made.period}** is attached. It compares with {made.compared_with}; "
        f"days are those of {made.time_zone}."
    )
    moved = "\n".join(f"- {escape(line)}" for line in made.highlights)
    rows = [(line.department, line.label, line.value, line.previous, line.change) for line in made.lines]
    figures = table(COLUMNS, [[escape(cell) for cell in row] for row in rows])
    return "\n\n".join(part for part in (head, moved, figures) if part)
