"""What people read in a report can be translated: titles, labels, notes, and the words around them."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from django.utils import timezone, translation
from pypdf import PdfReader

from apps.assistant.toolkit import tools
from apps.core.reporting import Ask, reports
from apps.reports.asking import filter_fields
from apps.reports.selectors import answer
from apps.reports.services import render_bytes
from tests.conftest import Cast
from tests.reports.leads_at_random import scatter

pytestmark = pytest.mark.django_db

#: Their labels are those of the figures that the apps declare.
OF_FIGURES = {"management_kpis"}


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another language, which puts every translated text in quotes."""
    monkeypatch.setattr(translation._trans, "gettext", lambda text: f"«{text}»")
    monkeypatch.setattr(translation._trans, "ngettext", lambda one, many, _count: f"«{many or one}»")


def texts(key: str, user: object) -> Iterator[str]:
    """What a reader of the report reads, without its data."""
    report = reports.get(key)
    assert report is not None
    yield str(report.title)
    yield str(report.description)
    for field in filter_fields(report.filters, user):  # type: ignore[arg-type]
        yield field.label
        if field.help:
            yield field.help
    found = report.compute(Ask(user, report.filters(), timezone.now()))  # type: ignore[arg-type]
    yield from (text for tile in found.tiles for text in (tile.label, tile.note) if text)
    yield from (*found.highlights, *found.notes)
    for dataset in found.datasets:
        yield from (text for text in (dataset.title, dataset.note, dataset.empty) if text)
        yield from (column.label for column in dataset.columns)


@pytest.mark.parametrize("key", sorted({report.key for report in reports} - OF_FIGURES))
@pytest.mark.usefixtures("marked")
def test_everything_that_a_reader_reads_is_translated(cast: Cast, key: str) -> None:
    scatter(seed=1, leads=20, owners=[cast.owner])
    assert [text for text in texts(key, cast.admin) if "«" not in str(text)] == []


@pytest.mark.usefixtures("marked")
def test_the_words_of_the_paper_are_translated(cast: Cast) -> None:
    found = answer(key="sales_pipeline", user=cast.manager)
    said = "".join(
        page.extract_text() for page in PdfReader(io.BytesIO(render_bytes(found, "pdf").content)).pages
    )
    for word in ("Period", "Prepared for", "Prepared on", "In short", "Sources and notes"):
        assert f"«{word}»".casefold() in said.casefold(), word


@pytest.mark.usefixtures("marked")
def test_what_a_model_reads_of_a_tool_stays_english() -> None:
    tool = tools.get("report_sales_pipeline")
    assert tool is not None
    assert "«" not in str(tool.input_schema) + tool.description
    assert tool.summary({}).startswith("«")
