"""Asking tables that people attach: computed answers, charts and files, never a guess."""

from __future__ import annotations

from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from apps.analysis import selectors as analysis
from apps.analysis.answers import TableAnswer
from apps.analysis.drawing import png
from apps.analysis.presenting import chart, file_stem, headline
from apps.analysis.presenting import sheet as as_sheet
from apps.analysis.profiles import TableProfile
from apps.analysis.query import TableQuery
from apps.artifacts.models import Artifact
from apps.artifacts.services import store
from apps.assistant.choices import StepStatus
from apps.assistant.models import Run
from apps.assistant.skillkit import Citation
from apps.assistant.toolkit import ToolContext, ToolError, tool
from apps.documents.tables import to_csv, to_xlsx

PERMISSION = "artifacts.view_artifact"
TIMEOUT = 180
ChartChoice = Literal["", "bar", "column", "line", "area", "donut"]


class TableDescription(TableProfile):
    """What a table holds, the file it is of, and the day on which it was asked."""

    file_name: str
    today: date
    citation: Citation


class TableReply(TableAnswer):
    """The answer and the file that it was computed from."""

    citation: Citation


class AskedBefore(BaseModel):
    """A query that was asked, and of which file."""

    artifact_id: str
    query: TableQuery
    sheet: str = ""


class MadeFile(BaseModel):
    """A file that was made and attached to the answer."""

    artifact_id: str
    file_name: str
    citation: Citation


@tool(
    family="data", permission=PERMISSION, read_only=True, heavy=True, untrusted=True, timeout=TIMEOUT,
    summary="Reading the table {file_name} …",
)  # fmt: skip
def describe_table(
    ctx: ToolContext, *, artifact_id: str, sheet: str = "", looking_for: str = ""
) -> TableDescription:
    """What the table of a CSV or Excel file holds: sheets, columns with types, ranges, missing and unreadable
    cells, frequent values. Call it before query_table: queries name columns exactly as given here.
    `looking_for` is the user's question; values of the table that stand in it come back as matches.
    """
    artifact = ctx.attachment(artifact_id)
    found = analysis.describe(artifact=artifact, sheet=sheet, looking_for=looking_for[:2000])
    return TableDescription(
        **found.model_dump(),
        file_name=artifact.name,
        today=ctx.now.astimezone(ZoneInfo(ctx.user.timezone)).date(),
        citation=_citation(artifact, found.sheet),
    )


@tool(
    family="data", permission=PERMISSION, read_only=True, heavy=True, untrusted=True, timeout=TIMEOUT,
    summary="Computing from {file_name} …",
)  # fmt: skip
def query_table(ctx: ToolContext, *, artifact_id: str, query: TableQuery, sheet: str = "") -> TableReply:
    """Compute exact numbers from the table of a file: sums, counts, averages, medians, shares, rates and
    running totals, by column, by time (day to year) or by weekday, month of the year and hour, compared with
    the time before, filtered, ranked and limited. Never compute from a table yourself: ask this. The answer
    carries the rows used and left out; repeat its warnings to the user.
    """
    artifact = ctx.attachment(artifact_id)
    found = analysis.ask(artifact=artifact, query=query, sheet=sheet)
    return TableReply(**found.model_dump(), citation=_citation(artifact, found.sheet))


@tool(
    family="data", permission=PERMISSION, read_only=True, untrusted=True,
    summary="Looking at the answer before …",
)  # fmt: skip
def last_query(ctx: ToolContext) -> AskedBefore | None:
    """What the last answer of this conversation was computed from: file, sheet and query. None when the
    last answer was not computed from a table.
    """
    runs = Run.objects.filter(conversation_id=ctx.conversation.pk, user=ctx.user).exclude(pk=ctx.run_id)
    before = runs.order_by("-created_at").first()
    step = (
        before
        and before.steps.filter(name="query_table", status=StepStatus.DONE).order_by("-started_at").first()
    )
    return AskedBefore.model_validate(step.arguments) if step else None


@tool(
    family="data", permission=PERMISSION, heavy=True, untrusted=True, timeout=TIMEOUT,
    summary="Drawing a chart of {file_name} …",
)  # fmt: skip
def chart_table(
    ctx: ToolContext,
    *,
    artifact_id: str,
    query: TableQuery,
    kind: ChartChoice = "",
    title: str = "",
    sheet: str = "",
) -> MadeFile:
    """Draw the answer to a query as a picture and attach it: the first measure by the first dimension, a
    second dimension as series. Without `kind`, the picture that suits.
    """
    artifact = ctx.attachment(artifact_id)
    answer = analysis.ask(artifact=artifact, query=query, sheet=sheet)
    picture = chart(answer, kind or None, title[:120] or headline(answer))
    if picture is None:
        raise ToolError(
            "There is nothing to draw: a chart needs one or two dimensions, two groups or more, and names "
            "that a reader can tell apart."
        )
    return _keep(ctx, artifact, f"{file_stem(answer)}.png", png(picture), answer)


@tool(
    family="data", permission=PERMISSION, heavy=True, untrusted=True, timeout=TIMEOUT,
    summary="Writing a file from {file_name} …",
)  # fmt: skip
def export_table(
    ctx: ToolContext,
    *,
    artifact_id: str,
    query: TableQuery,
    format: Literal["xlsx", "csv"] = "xlsx",  # noqa: A002
    sheet: str = "",
) -> MadeFile:
    """Save the answer to a query as an Excel or CSV file with exact values, and attach it."""
    artifact = ctx.attachment(artifact_id)
    answer = analysis.ask(artifact=artifact, query=query, sheet=sheet)
    table = as_sheet(answer)
    content = to_csv(table) if format == "csv" else to_xlsx(table, sheet="Answer")
    return _keep(ctx, artifact, f"{file_stem(answer)}.{format}", content, answer)


def _keep(ctx: ToolContext, source: Artifact, name: str, content: bytes, answer: TableAnswer) -> MadeFile:
    made = store(
        owner=ctx.user,
        name=name,
        content=content,
        metadata={
            "made_from": str(source.pk),
            "source_sha256": source.sha256,
            "query": answer.query.model_dump(mode="json"),
            "run_id": str(ctx.run_id),
        },
    )
    ctx.keep(made)
    return MadeFile(artifact_id=str(made.pk), file_name=made.name, citation=_citation(source, answer.sheet))


def _citation(artifact: Artifact, sheet: str) -> Citation:
    label = f"{artifact.name}, sheet {sheet}" if sheet else artifact.name
    return Citation(kind="artifact", id=str(artifact.pk), label=label[:200], url=artifact.download_url)
