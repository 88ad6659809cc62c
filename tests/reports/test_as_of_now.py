"""Reports without a period: no surface asks for one or claims one, and each says of when it is."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook
from pptx import Presentation
from pypdf import PdfReader

from apps.assistant import reporting
from apps.assistant.toolkit import Tool, tools
from apps.core.errors import Invalid
from apps.core.registry import Registry
from apps.core.reporting import Report
from apps.crm.reports.stale import StaleFilters
from apps.reports.answers import Answer
from apps.reports.selectors import answer
from apps.reports.services import render_bytes, summary_text
from tests.conftest import Cast
from tests.reports.conftest import NOW

pytestmark = pytest.mark.django_db

MOMENT = "19 November 2026, 04:30"


@pytest.fixture
def found(cast: Cast, sample_now: Report) -> Answer:
    return answer(key="sample_now", user=cast.executive, now=NOW)


def test_there_is_a_moment_and_no_days(found: Answer) -> None:
    assert (found.period, found.compared_with) == (None, None)
    assert found.span == f"as of {MOMENT}"
    assert found.url == "/admin/reports/sample_now/"


def test_a_period_is_refused(cast: Cast, sample_now: Report) -> None:
    with pytest.raises(Invalid) as refused:
        answer(key="sample_now", user=cast.executive, filters={"period": "today"})
    assert refused.value.errors == {"period": ["This report has no such filter."]}


def test_the_silence_of_leads_is_as_of_now() -> None:
    assert "period" not in StaleFilters.model_fields


def test_files_say_of_when_they_are(found: Answer) -> None:
    assert render_bytes(found, "pdf").name == "sample-now-2026-11-19.pdf"
    pages = PdfReader(io.BytesIO(render_bytes(found, "pdf").content)).pages
    book = load_workbook(io.BytesIO(render_bytes(found, "xlsx").content))
    slides = Presentation(io.BytesIO(render_bytes(found, "pptx").content)).slides
    csv = render_bytes(found, "csv").content
    texts = {
        "pdf": "".join(page.extract_text() for page in pages),
        "xlsx": str(list(book["About"].iter_rows(values_only=True))),
        "pptx": "".join(
            shape.text_frame.text for page in slides for shape in page.shapes if shape.has_text_frame
        ),
    }
    for kind, text in texts.items():
        assert MOMENT in text, kind
        assert "Period" not in text, kind
    assert not zipfile.is_zipfile(io.BytesIO(csv))


def test_words_say_of_when_they_are(found: Answer) -> None:
    said = summary_text(found)
    assert f"As of {MOMENT} (Asia/Singapore)." in said
    assert "Period" not in said


def test_the_page_asks_for_no_period(
    cast: Cast, sample_now: Report, browser_client: Callable[[Any], Client]
) -> None:
    shown = browser_client(cast.executive).get("/admin/reports/sample_now/").content.decode()
    assert "Computed at" in shown
    assert "Period" not in shown


def test_the_api_has_no_period(cast: Cast, sample_now: Report, api: Callable[[Any], Any]) -> None:
    client = api(cast.executive)
    listed = {item["key"]: item for item in client.get("/api/reports/").json()}
    assert listed["sample_now"]["filters"] == []
    read = client.get("/api/reports/sample_now").json()
    assert (read["period"], read["compared_with"], read["filters"]) == (None, None, {})


def test_the_tool_takes_no_period(found: Answer, sample_now: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    registry: Registry[Tool] = Registry("tools")
    monkeypatch.setattr(reporting, "tools", registry)
    reporting.declare()
    tool = registry.get("report_sample_now")
    assert tool is not None
    assert tool.input_schema["properties"] == {}
    assert "`period`" not in tool.description
    assert reporting.reading(found).period == f"as of {MOMENT}"
    assert "period" not in tools.get("report_stale_leads").input_schema["properties"]  # type: ignore[union-attr]
