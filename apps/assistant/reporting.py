"""Reports in the hands of the agents: each is a read-only tool, and any can be saved as a file."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from pydantic import BaseModel, TypeAdapter

from apps.assistant.skillkit import Citation
from apps.assistant.toolkit import Tool, ToolContext, ToolError, arguments_model, tools
from apps.core.errors import NotFound
from apps.core.reporting import Dataset, Report, ReportFilters, Tile, reports
from apps.reports import selectors, services
from apps.reports.answers import Answer
from apps.reports.choices import Format
from apps.reports.wording import cell_text, change_text, heading, headings_of_days, tile_text

#: More rows cost a model more than they tell it; the page and the files have all.
_MOST_ROWS = 50
_APP = "reports"
#: The part of a reading in which rows stand; the rest are our own sentences about numbers.
ROWS = ("tables",)


class FigureReading(BaseModel):
    """One number in words; `url` opens the rows behind it."""

    group: str
    label: str
    value: str
    previous: str
    change: str
    url: str


class TableReading(BaseModel):
    """A table in words: headings, rows, and what is left out."""

    title: str
    columns: list[str]
    rows: list[list[str]]
    total: list[str] | None
    note: str


class ReportReading(BaseModel):
    """What a report says and of what, and where a person can read it whole."""

    title: str
    period: str
    compared_with: str
    days: tuple[str, str]
    """Over the figures, and over those they are compared with."""
    time_zone: str
    filters: dict[str, str]
    highlights: list[str]
    figures: list[FigureReading]
    tables: list[TableReading]
    notes: list[str]
    citation: Citation


class ReportFile(ReportReading):
    """A file that was made of a report, and what the report says."""

    artifact_id: str
    file_name: str


def declare() -> None:
    """Make a tool of each report. Call it when all reports are known."""
    for report in reports:
        _register(
            _reader(report),
            name=f"report_{report.key}",
            arguments=report.filters,
            returns=ReportReading,
            permission=report.permissions,
            description=_description(report),
            read_only=True,
            second_hand=ROWS,
            summary=_reading_line(report),
        )
    _register(
        export_report,
        name="export_report",
        arguments=arguments_model(export_report),
        returns=ReportFile,
        permission=tuple(sorted({permission for report in reports for permission in report.permissions})),
        description=inspect.getdoc(export_report) or "",
        heavy=True,
        second_hand=ROWS,
        summary=lambda _arguments: _("Writing the report …"),
    )


def reader_of(key: str) -> Callable[..., ReportReading]:
    """The tool that reads the report of that key, for a skill to call."""
    found = tools.get(f"report_{key}")
    if found is None:
        raise LookupError(f"There is no report {key!r}.")
    return found.function


def read(ctx: ToolContext, key: str, filters: Mapping[str, Any]) -> Answer:
    """The report for the person of the run. Raises `ToolError` when there is none of that key for them."""
    try:
        return selectors.answer(key=key, user=ctx.user, filters=filters, now=ctx.now, progress=ctx.progress)
    except NotFound as error:
        keys = ", ".join(report.key for report in selectors.allowed_reports(ctx.user))
        raise ToolError(f"{error.detail} There are: {keys}.") from error


def export_report(
    ctx: ToolContext,
    *,
    report: str,
    format: Format = Format.PDF,  # noqa: A002 - what the page and the API call it
    filters: dict[str, Any] | None = None,
) -> ReportFile:
    """Save a report as a file (pdf, xlsx, csv or pptx) and attach it to the answer.

    `report` is the part of a report tool's name after "report_"; `filters` are that tool's arguments.
    """
    answer = read(ctx, report, filters or {})
    artifact = services.keep(answer, format, run_id=ctx.run_id, progress=ctx.progress)
    ctx.keep(artifact)
    return ReportFile(**reading(answer).model_dump(), artifact_id=str(artifact.pk), file_name=artifact.name)


def reading(answer: Answer) -> ReportReading:
    """The answer in words, bounded."""
    found = answer.findings
    title = str(answer.report.title)
    return ReportReading(
        title=title,
        period=answer.span,
        compared_with=str(answer.compared_with or ""),
        days=headings_of_days(answer),
        time_zone=answer.zone,
        filters=dict(answer.restrictions),
        highlights=list(map(str, found.highlights)),
        figures=[_figure(tile, answer.zone) for tile in found.tiles],
        tables=[_table(dataset, answer.zone) for dataset in found.datasets],
        notes=list(map(str, found.notes)),
        citation=Citation(kind="report", id=answer.url, label=f"{title}, {answer.span}", url=answer.url),
    )


def _figure(tile: Tile, zone: str) -> FigureReading:
    return FigureReading(
        group=tile.group,
        label=str(tile.label),
        value=tile_text(tile, tile.value, zone),
        previous="" if tile.previous is None else tile_text(tile, tile.previous, zone),
        change=change_text(tile),
        url=tile.url,
    )


def _table(dataset: Dataset, zone: str) -> TableReading:
    def row(values: Any) -> list[str]:
        return [cell_text(column, value, zone) for column, value in zip(dataset.columns, values, strict=True)]

    more = len(dataset.rows) - _MOST_ROWS
    rest = f"The first {_MOST_ROWS} of {len(dataset.rows)} rows; export_report has all." if more > 0 else ""
    return TableReading(
        title=": ".join(filter(None, (dataset.group, str(dataset.title)))),
        columns=[heading(column) for column in dataset.columns],
        rows=[row(item.values) for item in dataset.rows[:_MOST_ROWS]],
        total=row(dataset.total.values) if dataset.total else None,
        note=" ".join(filter(None, (str(dataset.note), rest))),
    )


def _reader(report: Report) -> Any:
    def read_report(ctx: ToolContext, **filters: Any) -> ReportReading:
        return reading(read(ctx, report.key, filters))

    return read_report


def _description(report: Report) -> str:
    said = (
        f"The report “{report.title}”: {report.description} "
        "Numbers are counted in the database; cite the report."
    )
    if not issubclass(report.filters, ReportFilters):
        return f"{said} It is as of now."
    return f"{said} `period` is a preset (last_week, this_month, last_30_days …) or YYYY-MM-DD..YYYY-MM-DD."


def _reading_line(report: Report) -> Callable[[dict[str, Any]], str]:
    return lambda _arguments: _("Reading the report %(title)s …") % {"title": report.title}


def _register(function: Any, *, name: str, returns: Any, **fields: Any) -> None:
    tool = Tool(
        name=name,
        family=_APP,
        function=function,
        returns=TypeAdapter(returns),
        timeout=300 if fields.get("heavy") else 120,
        **{"read_only": False, "heavy": False, "destructive": False, "external": False, **fields},
    )
    function.tool_name = name
    tools.register(name, tool)
