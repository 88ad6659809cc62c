"""Paged reports."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest
from django.conf import LazySettings
from pypdf import PdfReader

from apps.documents.charts import Chart, Series
from apps.documents.content import Column, Table
from apps.documents.pdf import Template, draw, render_report
from apps.documents.playbook import render_playbook
from apps.documents.report import Report, Section, Tile

CHART = Chart("column", "Leads by week", ("W1", "W2"), (Series("Leads", (31, 47)),))
TABLE = Table(
    (Column("Company"), Column("Value", "money", "SGD")),
    (("ABC 陈记", Decimal("1234.5")), ("<b>Bold & Co</b>", None)),
    total=("Total", Decimal("1234.5")),
)
REPORT = Report(
    title="Weekly KPI report",
    subtitle="All departments",
    period="16 to 22 November 2026",
    prepared_on=date(2026, 11, 23),
    prepared_for="Executives",
    time_zone_note="Days in Asia/Singapore",
    highlights=("Leads rose.",),
    sections=(
        Section("Sales", (Tile("New leads", "47", "▲ 17.5 %", "good"),), ("A paragraph.",), CHART, TABLE),
    ),
    sources=("Counted in the CRM.",),
)


def read(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_a_report_says_everything_it_was_given() -> None:
    said = read(render_report(REPORT))
    for text in (
        "Weekly KPI report",
        "All departments",
        "16 to 22 November 2026",
        "23 November 2026",
        "Executives",
        "Leads rose.",
        "Sales",
        "New leads",
        "47",
        "17.5 %",
        "A paragraph.",
        "Leads by week",
        "31",
        "ABC 陈记",
        "SGD 1,234.50",
        "Counted in the CRM.",
        "Days in Asia/Singapore",
        "Page 1 of",
    ):
        assert text in said, text


def test_text_is_never_markup() -> None:
    assert "<b>Bold & Co</b>" in read(render_report(REPORT))


def test_properties_name_title_author_and_language() -> None:
    reader = PdfReader(io.BytesIO(render_report(REPORT)))
    assert reader.metadata is not None
    assert reader.metadata.title == "Weekly KPI report"
    assert reader.metadata.author == "Mezzofy"
    assert reader.trailer["/Root"]["/Lang"] == "en"


def test_the_same_report_gives_the_same_bytes() -> None:
    assert render_report(REPORT) == render_report(REPORT)


def test_a_long_table_repeats_its_header_on_each_page() -> None:
    rows = tuple((f"Company {number}", Decimal(number)) for number in range(120))
    report = replace(REPORT, sections=(Section("All", table=replace(TABLE, rows=rows)),))
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(render_report(report))).pages]
    with_rows = [page for page in pages if "Company 1" in page or "Company 9" in page]
    assert len(with_rows) > 2
    assert all("Value" in page for page in with_rows)
    assert all(f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, start=1))


@pytest.mark.parametrize("template", ["report", "financial_statement"])
def test_templates_render_an_empty_report(template: Template) -> None:
    empty = Report("T", "", "", (), date(2026, 1, 1))
    assert render_report(empty, template=template).startswith(b"%PDF")


def test_neither_the_network_nor_foreign_files_are_read(
    settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A template that tries both is rendered without either."""
    secret = tmp_path / "secret.txt"
    secret.write_text("TOP SECRET")
    opened: list[str] = []
    monkeypatch.setattr(
        "urllib.request.OpenerDirector.open", lambda _self, url, *_a, **_k: opened.append(str(url))
    )
    source = Path(settings.KNOWLEDGE_DIR)
    copy = tmp_path / "knowledge"
    (copy / "templates" / "pdf").mkdir(parents=True)
    (copy / "brand").symlink_to(source / "brand")
    (copy / "templates" / "pdf" / "report.html").write_text(
        '<html><body><object data="../../../secret.txt"></object><img src="http://203.0.113.7/x.png">'
        f'<img src="file://{secret}"><p>Still here</p></body></html>'
    )
    settings.KNOWLEDGE_DIR = copy
    said = read(render_report(REPORT))
    assert "Still here" in said
    assert "SECRET" not in said
    assert opened == []


def test_a_playbook_has_contents_and_shows_html_as_text() -> None:
    markdown = (
        "# Title of it\n\nHello <script>x</script>\n\n## First part\n\nText.\n\n## Second part\n\nMore.\n"
    )
    pdf = render_playbook(markdown=markdown, prepared_on=date(2026, 11, 22))
    said = read(pdf)
    assert said.count("First part") == 2
    assert "<script>x</script>" in said
    assert PdfReader(io.BytesIO(pdf)).metadata.title == "Title of it"  # type: ignore[union-attr]


def test_a_playbook_does_not_fetch_pictures() -> None:
    pdf = render_playbook(markdown="# T\n\n![x](http://203.0.113.7/x.png)\n", prepared_on=date(2026, 11, 22))
    assert pdf.startswith(b"%PDF")


@pytest.mark.parametrize("trusted", [True, False])
def test_a_layout_without_a_language_still_says_one(trusted: bool, caplog: pytest.LogCaptureFixture) -> None:
    pdf = draw("<!DOCTYPE html><html><title>T</title><p>Text 金龙酒家</p></html>", trusted=trusted)
    assert PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/Lang"] == "en"
    assert "lang" not in caplog.text


def test_numbers_that_were_written_as_text_stand_to_the_right() -> None:
    rows = (("Outlet 1", "SGD 1,200.50", "12 %", "+65 6100 0000"), ("2", "−3", "", "x"))
    columns = tuple(Column(name) for name in ("Outlet", "Amount", "Share", "Phone"))
    assert Table(columns, rows).numeric == (False, True, True, False)


def test_a_long_title_does_not_run_under_the_ticket_of_the_cover() -> None:
    title = "A report on Tuesdays 金龙酒家餐饮集团 Golden Dragon Restaurant Holdings International"
    page = pypdfium2.PdfDocument(render_report(replace(REPORT, title=title)))[0]
    text, millimetre = page.get_textpage(), 72 / 25.4
    ticket_left, ticket_foot = 142 * millimetre, page.get_height() - 80 * millimetre
    places = [text.get_charbox(number) for number in range(text.count_chars())]
    assert all(right < ticket_left for _left, bottom, right, _top in places if bottom > ticket_foot)
