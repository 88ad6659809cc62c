"""Questions about an attached table, answered by computing."""

from __future__ import annotations

import re
from datetime import date

from pydantic import BaseModel, Field

from apps.analysis.asking import Plan, Span, Unclear, form_of, understand
from apps.analysis.asking.following import goes_on
from apps.analysis.asking.halves import measure_taken, unanswered
from apps.analysis.presenting import best_kind, cell, grid, headline
from apps.analysis.query import TableQuery
from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.slots import AttachmentSlot
from apps.assistant.slots.spans import spans
from apps.assistant.tools.data import (
    TableDescription,
    TableReply,
    chart_table,
    describe_table,
    export_table,
    last_query,
    query_table,
)
from apps.core.markdown import Align, escape, table
from apps.core.sentences import sentence

#: More rows than this go into a file.
SHOWN_ROWS = 20
SHOWN_COLUMNS = 40
_WANTS_SQL = re.compile(
    r"\bsql\b|\bquery\b|\bproof\b|\bhow (?:was|is|did|do) .*comput|证明|bukti", re.IGNORECASE
)
_TO_DATE = re.compile(r"\b(?:year[- ]to[- ]date|ytd)\b|年初至今|tahun ini setakat ini", re.IGNORECASE)
#: “Make a chart of that”, “as a pie chart”, “export it to Excel”: the answer before, in another form.
DRAWS_THAT = re.compile(
    r"\b(?:chart|graph|plot|draw|visuali[sz]e|export|download)\b.{0,40}\b(?:that|this|it|them|those|these)\b"
    r"|\b(?:that|this|it|them|those|these)\b.{0,40}\b(?:chart|graph|plot|excel|csv)\b"
    r"|^\W{0,3}(?:and |now |please )?as (?:a |an )?(?:\w{1,12} )?(?:chart|graph|excel|csv)\b"
    r"|^\W{0,3}(?:now |please |and )?(?:draw|make|show|give)(?: me)? (?:a |the )?"
    r"(?:\w{1,12} )?(?:chart|graph)\W{0,3}$"
    r"|把.{0,6}(?:画|做|导)成|画成.{0,6}图|\b(?:carta|graf)\b.{0,20}\b(?:itu|ini|tersebut)\b",
    re.IGNORECASE,
)
_CHART_KINDS = {"", "bar", "line", "donut"}


class Slots(BaseModel):
    """The file to ask, and the question where it is not the message itself."""

    file: AttachmentSlot
    question: str = Field(default="", max_length=2000, description="The question, in the user's words.")


@skill("data_analysis", slots=Slots)
def data_analysis(ctx: SkillContext, slots: Slots) -> SkillResult:
    """Read the table, find what is asked, compute it and show how; or describe the table; or ask back."""
    question = slots.question or ctx.message
    if DRAWS_THAT.search(sentence(question)) and (again := _again(ctx, question)):
        return again
    about = ctx.call(describe_table, artifact_id=slots.file, looking_for=question)
    if named := _sheet_named(question, about):
        about = ctx.call(describe_table, artifact_id=slots.file, sheet=named, looking_for=question)
    plan = understand(
        question, about, spans=_spans(question, about), before=_before(ctx, question, about, slots)
    )
    if isinstance(plan, Unclear):
        return SkillResult(text=_asked_back(plan), citations=[about.citation])
    if plan.query is None:
        return SkillResult(
            text=_description(about), citations=[about.citation], data=about.model_dump(mode="json")
        )
    reply = ctx.call(query_table, artifact_id=slots.file, query=plan.query, sheet=about.sheet)
    files = _files(ctx, slots, plan, reply)
    parts = (_answer(reply), _open_half(question, plan.query, about), files, _proof(reply, ctx.message))
    return SkillResult(
        text="\n\n".join(part for part in parts if part),
        citations=[reply.citation],
        data=reply.model_dump(mode="json"),
    )


def _before(ctx: SkillContext, question: str, about: TableDescription, slots: Slots) -> TableQuery | None:
    """The query of the answer before, where a question goes on from it: “and by product?”."""
    if ctx.attachments or not goes_on(question) or (before := ctx.call(last_query)) is None:
        return None
    is_same = before.artifact_id == slots.file and before.sheet == about.sheet
    return before.query if is_same else None


def _open_half(question: str, query: TableQuery, about: TableDescription) -> str:
    """Which measure was taken where two are meant, and what of the question was not answered."""
    half = unanswered(question, query, about)
    rest = f"Not answered: “{escape(half, 120)}”. Please ask that on its own." if half else ""
    return " ".join(part for part in (escape(measure_taken(question, query), 300), rest) if part)


def _again(ctx: SkillContext, question: str) -> SkillResult | None:
    """The answer before as the picture or file that is asked for now; None when there is none to draw."""
    if ctx.attachments or (before := ctx.call(last_query)) is None:
        return None
    chart, file = form_of(question)
    slots = Slots(file=before.artifact_id)
    reply = ctx.call(query_table, artifact_id=before.artifact_id, query=before.query, sheet=before.sheet)
    files = _files(ctx, slots, Plan(before.query, chart, file), reply)
    if chart is not None and best_kind(reply) is None:
        files = f"There is nothing to draw in one number or one group. {files}".strip()
    return SkillResult(
        text="\n\n".join(part for part in (_answer(reply), files, _proof(reply, ctx.message)) if part),
        citations=[reply.citation],
        data=reply.model_dump(mode="json"),
    )


def _sheet_named(question: str, about: TableDescription) -> str:
    lowered = question.casefold()
    return next((name for name in about.other_sheets if len(name) > 2 and name.casefold() in lowered), "")


def _spans(question: str, about: TableDescription) -> list[Span]:
    """The days that the question names. In a file that ended long ago, “October” is the last one it has."""
    question = _TO_DATE.sub("this year", question)
    found = [Span(span.first, span.last, span.unit) for span in spans(question, about.today)]
    days = [column for column in about.columns if column.is_date and column.highest]
    if not found or not days:
        return found
    last = max(date.fromisoformat(column.highest[:10]) for column in days)
    first = min(date.fromisoformat(column.lowest[:10]) for column in days)
    if any(span.first <= last and first <= span.last for span in found) or last >= about.today:
        return found
    return [Span(span.first, span.last, span.unit) for span in spans(question, last)]


def _asked_back(unclear: Unclear) -> str:
    choices = "\n".join(f"- {escape(choice)}" for choice in unclear.choices)
    return f"{escape(unclear.understood, 400)} {unclear.question} For example:\n\n{choices}"


def _files(ctx: SkillContext, slots: Slots, plan: Plan, reply: TableReply) -> str:
    """Attach a chart where one says more than the rows, and a file where the rows are many or asked for."""
    made: list[str] = []
    if best_kind(reply) is not None and (plan.chart is not None or len(reply.rows) > 2):
        kind = plan.chart if plan.chart in _CHART_KINDS else ""
        picture = ctx.call(
            chart_table, artifact_id=slots.file, query=reply.query, kind=kind or "", sheet=reply.sheet
        )
        made.append(f"“{escape(picture.file_name)}”")
    if plan.file or len(reply.rows) > SHOWN_ROWS:
        file = ctx.call(
            export_table,
            artifact_id=slots.file,
            query=reply.query,
            format=plan.file or "xlsx",
            sheet=reply.sheet,
        )
        made.append(f"all rows in “{escape(file.file_name)}”")
    return f"Attached: {' and '.join(made)}." if made else ""


def _answer(reply: TableReply) -> str:
    if not reply.rows_used:
        return f"No row of the table fits: {escape(reply.words, 600)} [1]"
    measures = [n for n, column in enumerate(reply.columns) if column.role == "measure"]
    if len(reply.rows) == 1 and len(reply.columns) == len(measures):
        values = [
            f"{escape(reply.columns[n].label)}: **{escape(cell(reply.rows[0][n], reply.columns[n]))}**"
            for n in measures
        ]
        return f"{', '.join(values)} [1]"
    if not reply.rows:
        return f"There is none: {escape(reply.words, 600)} [1]"
    shown, more = _rows(reply)
    rest = f"\n\n{more:,} more are not shown." if more > 0 else ""
    return f"**{escape(headline(reply))}** [1]\n\n{shown}{rest}"


def _rows(reply: TableReply) -> tuple[str, int]:
    """The first rows as a table, and how many more there are. Two groupings stand across each other."""
    if crossed := grid(reply):
        headings, rows = crossed
        across: list[tuple[str, Align]] = [(escape(name), "right") for name in headings]
        across[0] = (across[0][0], "left")
        shown = [[escape(text) for text in row] for row in rows[:SHOWN_ROWS]]
        return table(across, shown), len(rows) - len(shown)
    columns: list[tuple[str, Align]] = [
        (escape(column.label), "right" if column.is_number else "left") for column in reply.columns
    ]
    cells = [
        [escape(cell(text, column)) for text, column in zip(row, reply.columns, strict=True)]
        for row in reply.rows[:SHOWN_ROWS]
    ]
    return table(columns, cells), reply.groups - len(cells)


def _proof(reply: TableReply, message: str) -> str:
    """How the numbers came about: rows used and left out, warnings; the statement for those who want it."""
    used = f"{reply.rows_used:,} of {reply.rows_in_table:,} rows"
    lines = [f"What I computed: {escape(reply.words, 600)} Computed from {used}."]
    lines += [
        f"{count:,} of these rows have no readable {escape(name)} and count for nothing in it."
        for name, count in reply.cells_left_out.items()
    ]
    lines += [escape(warning, 400) for warning in reply.warnings]
    proof = "\n".join(f"- {line}" for line in lines)
    if not _WANTS_SQL.search(message):
        return proof
    sql = reply.sql.replace("```", "` ` `")
    return f"{proof}\n\n```sql\n{sql}\n```"


def _description(about: TableDescription) -> str:
    sheets = f" Sheet “{escape(about.sheet)}”." if about.sheet else ""
    others = f" Other sheets: {escape(', '.join(about.other_sheets), 400)}." if about.other_sheets else ""
    size = f"{about.rows:,} rows and {len(about.columns)} columns"
    head = f"**{escape(about.file_name)}** has {size} [1].{sheets}{others}"
    columns: list[tuple[str, Align]] = [
        ("Column", "left"),
        ("Type", "left"),
        ("Holds", "left"),
        ("Missing", "right"),
    ]
    rows = [
        [
            escape(column.name),
            column.kind,
            _holds(about, column.name),
            f"{column.blank:,}" if column.blank else "0",
        ]
        for column in about.columns[:SHOWN_COLUMNS]
    ]
    notes = [f"- {escape(line, 400)}" for line in (*about.warnings, *_column_notes(about))]
    return "\n\n".join(part for part in (head, table(columns, rows), "\n".join(notes)) if part)


def _holds(about: TableDescription, name: str) -> str:
    column = about.column(name)
    assert column is not None
    if column.top:
        top = ", ".join(f"{item.value} ({item.rows:,})" for item in column.top[:3])
        return escape(f"{column.distinct:,} different: {top}")
    if not column.lowest:
        return "nothing"
    parts = [f"{column.lowest} to {column.highest}{f' {column.unit}' if column.unit else ''}"]
    if column.total and column.unit != "%":
        parts.append(f"sum {column.total}")
    return escape("; ".join(parts))


def _column_notes(about: TableDescription) -> list[str]:
    found = []
    for column in about.columns:
        found += [f"“{column.name}”: {note}" for note in column.notes]
        if column.unreadable:
            shown = ", ".join(f"row {bad.row} “{bad.text}”" for bad in column.unreadable_examples)
            found.append(
                f"“{column.name}”: {column.unreadable:,} cells could not be read as {column.kind}: {shown}."
            )
    return found
