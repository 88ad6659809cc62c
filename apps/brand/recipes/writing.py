"""A text with chapters as PDF, Word or Markdown, from the templates in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from apps.accounts.models import User
from apps.brand.recipes.arguments import DocumentArguments, Section
from apps.documents import engine, templates
from apps.documents.content import Column, Table
from apps.documents.models import TemplateVersion
from apps.documents.numbers import day
from apps.documents.pdf import Metadata, render_pdf, render_report
from apps.documents.playbook import render_playbook
from apps.documents.recipes import Snapshot, SnapshotTable
from apps.documents.report import Report
from apps.documents.report import Section as ReportSection
from apps.documents.word import render_word


@dataclass(frozen=True)
class Written:
    """Bytes with their suffix, and the template they were made with."""

    content: bytes
    suffix: str
    version: TemplateVersion | None


def today(user: User, now: datetime) -> Any:
    """The date where the user is."""
    return now.astimezone(ZoneInfo(user.timezone)).date()


def context_of(arguments: DocumentArguments, user: User, now: datetime) -> dict[str, Any]:
    """What every template of texts is filled with."""
    return {
        "title": arguments.title,
        "subtitle": arguments.subtitle,
        "sections": [section.model_dump() for section in arguments.sections],
        "sources": arguments.sources,
        "prepared_on": day(today(user, now)),
    }


def as_word(name: str, context: Mapping[str, Any]) -> Written:
    """By the Word template of that name."""
    source = templates.in_force(f"docx/{name}.docx")
    return Written(render_word(source, context), ".docx", source.version)


def as_markdown(context: Mapping[str, Any]) -> Written:
    """By the template of Markdown documents."""
    source = templates.in_force("markdown/document.md")
    template = engine.parsed(source.text, autoescape=False)
    text = engine.filled(template, context, trusted=source.trusted)
    return Written(text.encode(), ".md", source.version)


def as_pages(name: str, context: Mapping[str, Any], *, now: datetime, author: str) -> Written:
    """By the PDF template of that name."""
    source = templates.in_force(f"pdf/{name}.html")
    about = Metadata(str(context["title"]), author, "en", now.date().isoformat())
    pdf = render_pdf(
        template="proposal", context={**context, "document": about}, pages=templates.page_set(source)
    )
    return Written(pdf, ".pdf", source.version)


def as_report(arguments: DocumentArguments, user: User, now: datetime) -> Written:
    """By the PDF template of reports, or of long texts."""
    prepared_on = today(user, now)
    source = templates.in_force(f"pdf/{arguments.look}.html")
    pages = templates.page_set(source)
    if arguments.look == "playbook":
        text = as_markdown({**context_of(arguments, user, now), "subtitle": ""}).content.decode()
        pdf = render_playbook(
            markdown=text, prepared_on=prepared_on, subtitle=arguments.subtitle, author=user.name, pages=pages
        )
        return Written(pdf, ".pdf", source.version)
    report = Report(
        title=arguments.title,
        subtitle=arguments.subtitle,
        period="",
        sections=tuple(_chapter(section) for section in arguments.sections),
        prepared_on=prepared_on,
        sources=tuple(arguments.sources),
        author=user.name,
    )
    return Written(render_report(report, pages=pages), ".pdf", source.version)


def snapshot_of(
    context: Mapping[str, Any], *, more: Sequence[SnapshotTable] = (), facts: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What a text says: its chapters as rows, their tables, and further facts and tables."""
    chapters = [
        [section["title"], " ".join([*section["paragraphs"], *section["points"]])]
        for section in context["sections"]
    ]
    tables = [
        SnapshotTable(title=section["title"], columns=section["columns"], rows=section["rows"])
        for section in context["sections"]
        if section["rows"]
    ]
    text = SnapshotTable(title="Text", columns=["Chapter", "Text"], rows=chapters)
    known = {"Title": str(context["title"]), **(facts or {})}
    return Snapshot(facts=known, tables=[*more, text, *tables]).model_dump()


def words_of(context: Mapping[str, Any], *more: str) -> str:
    """Everything that a reader will read, for the brand's rules."""
    parts: list[str] = [str(context["title"]), str(context.get("subtitle", "")), *more]
    for section in context["sections"]:
        parts += [section["title"], *section["paragraphs"], *section["points"]]
        parts += [" | ".join(row) for row in [section["columns"], *section["rows"]] if row]
    return "\n".join(part for part in [*parts, *context.get("sources", [])] if part)


def _chapter(section: Section) -> ReportSection:
    table = None
    if section.rows:
        columns = tuple(Column(name) for name in section.columns)
        table = Table(columns, tuple(tuple(row) for row in section.rows))
    return ReportSection(
        title=section.title, paragraphs=tuple(section.paragraphs), table=table, points=tuple(section.points)
    )
