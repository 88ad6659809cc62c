"""HTML templates of `knowledge/templates/pdf` to paged PDF (WeasyPrint), without any access to a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from apps.core.errors import Unavailable
from apps.documents import engine, sandbox
from apps.documents.brand import knowledge_dir, load_brand
from apps.documents.charts import Chart
from apps.documents.charts_svg import to_svg
from apps.documents.content import Table, cell_text
from apps.documents.numbers import day, plain
from apps.documents.report import Report, Section

if TYPE_CHECKING:
    from apps.documents.longtables import Setting

Template = Literal["report", "financial_statement", "playbook", "proposal"]


@dataclass(frozen=True)
class PageSet:
    """The HTML templates of pages by file name. What is not `trusted` is drawn in a closed process."""

    files: Mapping[str, str]
    trusted: bool = True


class PdfUnavailable(Unavailable):
    """The system libraries that draw PDF pages are not installed."""

    code = "pdf_unavailable"


#: From so many rows on, a table is set by another engine on pages at the end of the report: WeasyPrint takes
#: about 12 ms a row.
LONG_TABLE = 150


def render_report(report: Report, *, template: Template = "report", pages: PageSet | None = None) -> bytes:
    """The report as PDF. The same report gives the same bytes.

    Tables of more than `LONG_TABLE` rows stand at the end, in the order of their sections.
    """
    long = [section for section in report.sections if _is_long(section)]
    if not long:
        return render_pdf(template=template, context=context_of(report), pages=pages)
    # Slow to import, and only long reports need them.
    from apps.documents.longtables import joined, typeset

    front = replace(report, sections=tuple(_referring(section) for section in report.sections))
    brand = load_brand()
    return joined(
        render_pdf(template=template, context={**context_of(front), "numbered_later": True}, pages=pages),
        (sheets for section in long for sheets in typeset(*_long_table(report, section))),
        font=brand.document_font,
        colour=brand.slate,
    )


def _is_long(section: Section) -> bool:
    return section.table is not None and len(section.table.rows) > LONG_TABLE


def _referring(section: Section) -> Section:
    """The section with a sentence in place of its long table."""
    if section.table is None or not _is_long(section):
        return section
    sentence = _("All %(count)s rows stand at the end of this report.") % {
        "count": plain(len(section.table.rows))
    }
    return replace(section, table=None, paragraphs=(*section.paragraphs, sentence))


def _long_table(report: Report, section: Section) -> tuple[Table, Setting]:
    from apps.documents.longtables import Setting

    assert section.table is not None
    footer = " · ".join(filter(None, ("Mezzofy", report.title, report.period, report.time_zone_note)))
    return section.table, Setting(report.title, report.author, report.language, footer, section.title)


def context_of(report: Report) -> dict[str, Any]:
    """What the templates of reports are rendered with."""
    return {
        "report": report,
        "prepared_on": day(report.prepared_on),
        "sections": [_section(section) for section in report.sections],
        "document": Metadata(report.title, report.author, report.language, report.prepared_on.isoformat()),
    }


def render_pdf(*, template: Template, context: Mapping[str, Any], pages: PageSet | None = None) -> bytes:
    """Render a template with `context`, which must hold `document` (title, author, language, date).

    `pages` are the templates in force (`templates.page_set`), by default those of the folder. Only our own
    brand's files are read. Raises PdfUnavailable if Pango is missing.
    """
    pages = pages or folder_pages()
    return draw(page_html(template, context, pages), trusted=pages.trusted)


def page_html(template: Template, context: Mapping[str, Any], pages: PageSet) -> str:
    """The page as HTML, before it is drawn."""
    page = engine.parsed(pages.files[f"{template}.html"], pages.files)
    return engine.filled(page, {"brand": load_brand(), **context}, trusted=pages.trusted)


def draw(html: str, *, trusted: bool, tags: bool = True) -> bytes:
    """HTML as PDF; what is not trusted in a closed process. Raises PdfUnavailable.

    `tags` make it readable for screen readers; what only becomes a picture needs none.
    """
    folder = knowledge_dir() / "templates" / "pdf"
    roots = [folder, knowledge_dir() / "brand"]
    if not trusted:
        job = {"html": html, "base": str(folder), "roots": [str(root) for root in roots], "tags": tags}
        return sandbox.run("pdf", job)
    from apps.documents.fetching import to_pdf

    try:
        return to_pdf(html, base=folder, roots=roots, tags=tags)
    except (ImportError, OSError) as missing:
        raise PdfUnavailable(
            "PDF files are off because the Pango library is not installed: "
            "apt-get install libpango-1.0-0 libpangoft2-1.0-0."
        ) from missing


def folder_pages() -> PageSet:
    """The templates of the knowledge folder."""
    folder = knowledge_dir() / "templates" / "pdf"
    return _folder_pages(folder, max(path.stat().st_mtime_ns for path in folder.glob("*.html")))


@lru_cache(maxsize=4)
def _folder_pages(folder: Path, _changed: int) -> PageSet:
    return PageSet({path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.html")})


@dataclass(frozen=True)
class Metadata:
    """What a PDF says of itself; `date` is ISO 8601."""

    title: str
    author: str
    language: str
    date: str


@dataclass(frozen=True)
class _Cell:
    text: str
    classes: str


@dataclass(frozen=True)
class _SectionView:
    """A section with its chart drawn and its table set."""

    section: Section
    chart: SafeString | None
    header: list[_Cell]
    rows: list[list[_Cell]]
    total: list[_Cell]


def _section(section: Section) -> _SectionView:
    chart = _drawn(section.chart) if section.chart else None
    table = section.table
    if table is None:
        return _SectionView(section, chart, [], [], [])
    classes = _classes(table)
    return _SectionView(
        section=section,
        chart=chart,
        header=[_Cell(column.label, own) for column, own in zip(table.columns, classes, strict=True)],
        rows=[_cells(table, row, classes) for row in table.rows],
        total=_cells(table, table.total, classes) if table.total else [],
    )


def _drawn(chart: Chart) -> SafeString:
    return mark_safe(to_svg(chart))  # noqa: S308 - to_svg escapes every text it is given


def _cells(table: Table, row: tuple[Any, ...], classes: Sequence[str]) -> list[_Cell]:
    return [
        _Cell(cell_text(column, value), own)
        for column, value, own in zip(table.columns, row, classes, strict=True)
    ]


def _classes(table: Table) -> list[str]:
    """Of each column."""
    return [
        " ".join(
            name
            for name, holds in (
                ("number", is_numeric),
                ("date", column.kind == "date"),
                ("highlight", table.highlight == place),
            )
            if holds
        )
        for place, (column, is_numeric) in enumerate(zip(table.columns, table.numeric, strict=True))
    ]
