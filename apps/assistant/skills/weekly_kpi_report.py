"""The key figures of the house as a file."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel

from apps.assistant.report_files import notes_of
from apps.assistant.reporting import ReportFile, export_report
from apps.assistant.skillkit import Before, Continuation, SkillContext, SkillResult, skill
from apps.assistant.slots import ChoiceSlot, PeriodSlot
from apps.assistant.slots.extraction import Source, extract
from apps.assistant.slots.remainder import rest_of
from apps.core.languages import asked_language
from apps.core.markdown import Align, escape, table
from apps.core.sentences import sentence
from apps.reports.choices import Format

REPORT = "management_kpis"
FILES = {"pdf": "a PDF", "xlsx": "an Excel file", "csv": "a CSV file", "pptx": "PowerPoint slides"}
_FORMAT: Any = ChoiceSlot(
    "",
    pdf=(),
    xlsx=("excel", "spreadsheet", "workbook", "电子表格", "表格"),
    csv=(),
    pptx=(
        "powerpoint",
        "power point",
        "slides",
        "slide deck",
        "presentation",
        "幻灯片",
        "演示文稿",
        "slaid",
        "pembentangan",
    ),
)
#: Kinds of files that reports do not come in.
_OTHER_FILE = re.compile(
    r"\b(?:as|in|into|to|sebagai|dalam)(?: an?)? "
    r"(word|docx|html|json|xml|markdown|png|jpe?g|google (?:sheets|docs|slides)|keynote)\b"
    r"|\b(word|docx|html|json|xml|markdown|google) (?:file|document|doc|fail)\b"
    r"|(Word|HTML|JSON) ?(?:文件|文档|格式)",
    re.IGNORECASE,
)
_KIND_OF_FILE = re.compile(
    r"\b(?:pdf|excel|xlsx|csv|pptx|power ?point|slides?|spreadsheet|workbook|presentation)\b"
    r"|\b(?:pembentangan|slaid)\b"
    r"|电子表格|表格|幻灯片|演示文稿",
    re.IGNORECASE,
)


class Slots(BaseModel):
    """The days to report on, without them the last full week; and the kind of file, without it a PDF."""

    period: PeriodSlot | None = None
    format: _FORMAT = "pdf"


def _goes_on(before: Before) -> Continuation | None:
    """The same figures as another file, or of another period."""
    found = extract(Slots, Source(whole=before.message, user=before.user)).values
    if "format" not in found or rest_of(before.message, _KIND_OF_FILE):
        return None
    return Continuation("weekly_kpi_report", {**before.slots, **found})


@skill("weekly_kpi_report", slots=Slots, goes_on=_goes_on)
def weekly_kpi_report(ctx: SkillContext, slots: Slots) -> SkillResult:
    """Make the report and say what moved."""
    period = f"{slots.period.start}..{slots.period.last_day}" if slots.period else "last_week"
    made = ctx.call(export_report, report=REPORT, format=Format(slots.format), filters={"period": period})
    text = f"{_not_done(ctx.message, slots.format)}{_text(made, slots.format)}"
    return SkillResult(text=text, citations=[made.citation], data=made.model_dump(mode="json"))


def _not_done(message: str, made_as: str) -> str:
    """What was asked for and is not so, before anything else; "" for nothing."""
    said = []
    if found := _OTHER_FILE.search(sentence(message)):
        kind = escape(next(filter(None, found.groups())))
        kinds = "reports come as PDF, Excel, CSV or PowerPoint"
        said.append(f"**Not as {kind}:** {kinds}, so this is {FILES[made_as]}.")
    if (language := asked_language(message)) not in {"", "English"}:
        said.append(f"**Not in {language}:** reports are in English.")
    return f"{' '.join(said)}\n\n" if said else ""


def _text(made: ReportFile, made_as: str) -> str:
    head = (
        f"The KPI report for **{made.period}** is attached as {FILES[made_as]} [1]. "
        f"It compares with {made.compared_with}; days are those of {made.time_zone}."
    )
    moved = "\n".join(f"- {escape(line)}" for line in made.highlights)
    rows = [(item.group, item.label, item.value, item.previous, item.change) for item in made.figures]
    days: list[tuple[str, Align]] = [(heading, "right") for heading in (*made.days, "Change")]
    columns: list[tuple[str, Align]] = [("Department", "left"), ("Figure", "left"), *days]
    figures = table(columns, [[escape(cell) for cell in row] for row in rows])
    return "\n\n".join(part for part in (head, moved, figures, notes_of(made)) if part)
