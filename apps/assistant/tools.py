"""What every agent may do: look things up, read attached files, report key figures."""

from __future__ import annotations

from datetime import date, timedelta

from pydantic import BaseModel

from apps.artifacts import services as artifacts
from apps.assistant.skillkit import Citation
from apps.assistant.toolkit import ToolContext, ToolError, tool
from apps.core.periods import Period, local_today
from apps.knowledge import services as knowledge
from apps.perception.text import extract_text
from apps.reports.selectors import kpi_report

MAX_DAYS = 400


class Quote(BaseModel):
    """A sentence of the knowledge base, word for word, and where it stands."""

    text: str
    heading: str
    citation: Citation


@tool(permission="knowledge.view_passage", read_only=True, summary="Searching the knowledge base …")
def search_knowledge(ctx: ToolContext, *, query: str, limit: int = 4) -> list[Quote]:  # noqa: ARG001
    """Search Mezzofy's knowledge base (products, pricing, features, playbooks, brand) for passages that
    answer the query. Returns exact quotes with citations, best first; an empty list when nothing fits.
    """
    return [
        Quote(text=found.text, heading=found.heading, citation=Citation.model_validate(found.citation))
        for found in knowledge.answer_quotes(query[:1000], limit=min(limit, 10))
    ]


@tool(permission="artifacts.view_artifact", read_only=True, summary="Reading {file_name} …", timeout=60)
def read_attachment(ctx: ToolContext, *, artifact_id: str, max_characters: int = 20_000) -> str:
    """The text of a file that the user attached or may see, by its id, cut at `max_characters`."""
    return extract_text(ctx.attachment(artifact_id), limit_chars=max(100, min(max_characters, 100_000)))


class FigureLine(BaseModel):
    """One figure of the report, ready to read."""

    department: str
    label: str
    value: str
    previous: str
    change: str


class KpiDocument(BaseModel):
    """A KPI report that was made: the file and the figures in it."""

    artifact_id: str
    file_name: str
    period: str
    compared_with: str
    time_zone: str
    highlights: list[str]
    lines: list[FigureLine]


@tool(
    permission="reports.view_kpis",
    heavy=True,
    summary=lambda arguments: f"Writing the KPI report from {arguments.get('start', 'last week')} …",
)
def render_kpi_report(
    ctx: ToolContext, *, start: date | None = None, last_day: date | None = None
) -> KpiDocument:
    """Make the KPI report over all departments as PDF, for the days from `start` to `last_day` (default: the
    last full week), compared with the period before. The file is attached to the answer.
    """
    # Slow to import, and only the worker for heavy work gets here.
    from apps.documents.compose.kpi_report import build_kpi_report
    from apps.documents.pdf import render_report

    period = _period(ctx, start, last_day)
    ctx.progress("Computing the figures …")
    kpis = kpi_report(period=period, user=ctx.user)
    document = build_kpi_report(
        kpis, prepared_on=local_today(ctx.user.timezone), prepared_for=ctx.user.name, title=_title(period)
    )
    ctx.progress("Drawing the pages …")
    name = f"kpi-report-{period.start.isoformat()}.pdf"
    artifact = artifacts.store(owner=ctx.user, name=name, content=render_report(document))
    ctx.keep(artifact)
    table = document.sections[-1].table
    return KpiDocument(
        artifact_id=str(artifact.pk),
        file_name=artifact.name,
        period=str(period),
        compared_with=str(period.previous()),
        time_zone=period.tz,
        highlights=list(document.highlights),
        lines=[FigureLine(**dict(zip(FigureLine.model_fields, row, strict=True))) for row in table.rows]
        if table
        else [],
    )


def _period(ctx: ToolContext, start: date | None, last_day: date | None) -> Period:
    zone = ctx.user.timezone
    if start is None:
        return Period.week_of(local_today(zone), zone).previous()
    last = last_day or start + timedelta(days=6)
    if last < start or last - start > timedelta(days=MAX_DAYS):
        raise ToolError(f"A report covers between one day and {MAX_DAYS} days.")
    return Period(start, last + timedelta(days=1), zone)


def _title(period: Period) -> str:
    length = (period.end - period.start).days
    return "Weekly KPI report" if length == 7 else "KPI report"
