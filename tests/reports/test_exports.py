"""Files of reports: the same numbers in every format, made once, whoever is killed when."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone
from openpyxl import load_workbook
from pptx import Presentation
from pypdf import PdfReader

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.artifacts.services import open_bytes
from apps.core.errors import Conflict, Forbidden, Invalid, NotFound
from apps.core.reporting import Report, reports
from apps.documents.deck import TableSlide
from apps.notifications.models import Notice
from apps.reports.choices import ExportStatus, Format
from apps.reports.composing import slides
from apps.reports.models import ReportExport
from apps.reports.selectors import answer
from apps.reports.services import exporting, perform_export, render, render_bytes, request_export, sweep
from tests.conftest import Cast
from tests.reports.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rung(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The exports that were rung for; no worker listens."""
    found: list[object] = []
    monkeypatch.setattr(exporting, "_ring", found.append)
    return found


def content(user: User, kind: str, *, dataset: str = "", **filters: object) -> bytes:
    found = answer(key="sample", user=user, filters=filters, now=NOW)
    return render_bytes(found, kind, dataset=dataset).content


def wanted(user: User, kind: str = "csv") -> ReportExport:
    return request_export(user=user, key="sample", format=kind, filters={"region": "north"}, dataset="names")


def csv_rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def test_csv_holds_one_table_with_exact_values(cast: Cast, sample: Report) -> None:
    header, first, second, *_rest, total = csv_rows(content(cast.executive, "csv", dataset="names"))
    assert header == ["Name", "Leads", "Worth (SGD)", "Share", "Wait (seconds)", "Day", "At"]
    assert first[0] == "'=HYPERLINK(1)"
    assert second == ["Name 1 陈记", "1", "2.25", "33.3", "5400", "2026-11-09", "2026-11-19 04:30:00+08:00"]
    assert total[:3] == ["Total", "3", "6.75"]


def test_csv_of_everything_is_a_zip_that_says_what_it_is(cast: Cast, sample: Report) -> None:
    with zipfile.ZipFile(io.BytesIO(content(cast.executive, "csv", region="north"))) as archive:
        assert set(archive.namelist()) == {"about.csv", "key_figures.csv", "names.csv", "figures.csv"}
        about = archive.read("about.csv").decode("utf-8-sig")
        figures = csv_rows(archive.read("key_figures.csv"))
    for part in ("9 November 2026 to 15 November 2026", "Asia/Singapore", "North", cast.executive.email):
        assert part in about
    assert figures[1] == ["Sales", "Leads", "", "47", "40", "7"]
    assert figures[3] == ["", "Cost", "USD", "0.0123", "0", "0.0123"]


def test_a_workbook_has_a_sheet_for_each_table_and_typed_cells(cast: Cast, sample: Report) -> None:
    book = load_workbook(io.BytesIO(content(cast.executive, "xlsx", region="south")))
    assert book.sheetnames == ["About", "Key figures", "Names", "Plain"]
    about = {row[0]: row[1] for row in book["About"].iter_rows(values_only=True)}
    assert about["Period"] == "9 November 2026 to 15 November 2026"
    assert about["Compared with"] == "2 November 2026 to 8 November 2026"
    assert (about["Time zone"], about["Region"]) == ("Asia/Singapore", "South")
    sheet = book["Names"]
    name, leads, worth, share, _wait, day, at = sheet[3]
    assert (name.value, leads.value, worth.value, share.value) == ("Name 1 陈记", 1, 2.25, 33.3)
    assert day.value == datetime(2026, 11, 9)
    assert at.value == datetime(2026, 11, 19, 4, 30)
    assert worth.number_format == "#,##0.00"
    assert sheet["A2"].data_type == "s"
    assert sheet["A2"].value == "'=HYPERLINK(1)"


def test_small_amounts_keep_their_decimals(cast: Cast, sample: Report) -> None:
    book = load_workbook(io.BytesIO(content(cast.executive, "xlsx")))
    costs = [row for row in book["Key figures"].iter_rows(values_only=True) if row[1] == "Cost"]
    assert costs[0][2:4] == ("USD", 0.0123)


def test_a_pdf_says_the_same(cast: Cast, sample: Report) -> None:
    pages = PdfReader(io.BytesIO(content(cast.executive, "pdf", region="north"))).pages
    said = "\n".join(page.extract_text() for page in pages)
    for part in (
        "Sample report", "What it says.", "9 November 2026 to 15 November 2026", "North", "Leads rose.",
        "▲ 17.5 %", "USD 0.0123", "Leads by name", "Name 1 陈记", "2.25", "90 min", "Days in Asia/Singapore",
        "Compared with 2 November 2026", "A note.",
    ):  # fmt: skip
        assert part in said, part


def test_a_presentation_has_native_charts(cast: Cast, sample: Report) -> None:
    deck = Presentation(io.BytesIO(content(cast.executive, "pptx")))
    charts = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    assert [list(chart.plots[0].series[0].values) for chart in charts] == [[0, 1, 2]]
    assert any(shape.has_table for slide in deck.slides for shape in slide.shapes)


def test_a_table_of_a_presentation_keeps_names_and_days_whole(cast: Cast, sample: Report) -> None:
    slide = slides.deck(answer(key="sample", user=cast.executive, now=NOW)).slides[-2]
    assert isinstance(slide, TableSlide)
    weights = {column.label: column.weight for column in slide.table.columns}
    assert min(weights["Name"], weights["Day"]) > weights["Leads"]
    assert {column.kind for column in slide.table.columns if column.label == "Wait"} == {"seconds"}


def test_an_empty_report_is_still_a_file(cast: Cast, sample: Report) -> None:
    for kind in Format.values:
        assert content(cast.executive, kind, rows=0)


def test_numbers_agree_over_all_formats(cast: Cast, sample: Report) -> None:
    exact = csv_rows(content(cast.executive, "csv", dataset="names"))[-1][2]
    book = load_workbook(io.BytesIO(content(cast.executive, "xlsx")))
    assert (
        Decimal(str(book["Names"].cell(book["Names"].max_row, 3).value)) == Decimal(exact) == Decimal("6.75")
    )


def test_an_export_is_made_kept_and_announced(cast: Cast, sample: Report, django_capture_on_commit_callbacks: Callable[..., object], rung: list[object]) -> None:  # fmt: skip # noqa: E501
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        export = wanted(cast.executive)
    assert rung == [export.pk]
    assert perform_export(export.pk)
    export.refresh_from_db()
    assert (export.status, export.progress, export.attempts) == (ExportStatus.DONE, "", 1)
    assert export.artifact is not None
    assert export.artifact.owner == cast.executive
    assert csv_rows(open_bytes(export.artifact).read())[1][0] == "'=HYPERLINK(1)"
    notice = Notice.objects.get(recipient=cast.executive)
    assert str(export.pk) in notice.url


def test_an_export_is_made_once(cast: Cast, sample: Report) -> None:
    export = wanted(cast.executive)
    assert perform_export(export.pk)
    assert not perform_export(export.pk)
    assert Artifact.objects.count() == Notice.objects.count() == 1


def test_an_export_that_is_being_made_is_left_alone(cast: Cast, sample: Report) -> None:
    export = wanted(cast.executive)
    assert exporting._claim(export.pk, timezone.now())
    assert not perform_export(export.pk)
    assert Artifact.objects.count() == 0


def test_rights_are_those_of_the_moment_of_making(cast: Cast, sample: Report) -> None:
    export = wanted(cast.manager)
    cast.manager.groups.clear()
    assert not perform_export(export.pk)
    export.refresh_from_db()
    assert export.status == ExportStatus.FAILED
    assert export.error
    assert Artifact.objects.count() == 0


def test_a_file_of_a_killed_worker_is_made_by_another_and_only_once(cast: Cast, sample: Report) -> None:
    export = wanted(cast.executive)
    then = timezone.now() - timedelta(minutes=5)
    lost = exporting._claim(export.pk, then)
    assert lost is not None
    assert perform_export(export.pk)
    found = answer(key="sample", user=cast.executive, now=NOW)
    assert not exporting._keep(lost, found, render_bytes(found, "csv"))
    export.refresh_from_db()
    assert export.attempts == 2
    assert Artifact.objects.count() == Notice.objects.count() == 1


def test_the_sweep_rings_again_and_gives_up_after_three(
    cast: Cast, sample: Report, rung: list[object]
) -> None:
    export = wanted(cast.executive)
    later = timezone.now() + timedelta(minutes=1)
    assert sweep() == 0
    assert sweep(now=later) == 1
    assert rung == [export.pk]
    for attempt in range(3):
        assert exporting._claim(export.pk, later + timedelta(minutes=attempt))
    assert sweep(now=later + timedelta(minutes=9)) == 0
    export.refresh_from_db()
    assert export.status == ExportStatus.FAILED


def test_a_report_that_crashes_says_so_without_its_inside(
    cast: Cast, failing: Callable[[Exception], None]
) -> None:
    failing(RuntimeError("secret detail"))
    export = request_export(user=cast.executive, key="sample", format="csv", filters={})
    assert not perform_export(export.pk)
    export.refresh_from_db()
    assert export.status == ExportStatus.FAILED
    assert "secret" not in export.error
    assert "could not be made" in Notice.objects.get(recipient=cast.executive).title


def test_a_refusal_of_the_report_is_told(cast: Cast, failing: Callable[[Exception], None]) -> None:
    failing(Conflict("Ask for fewer days."))
    export = request_export(user=cast.executive, key="sample", format="csv", filters={})
    perform_export(export.pk)
    export.refresh_from_db()
    assert export.error == "Ask for fewer days."


def test_wrong_wishes_are_refused_before_they_wait(cast: Cast, sample: Report) -> None:
    with pytest.raises(Invalid):
        request_export(user=cast.executive, key="sample", format="docx", filters={})
    with pytest.raises(Invalid):
        request_export(user=cast.executive, key="sample", format="pdf", filters={"region": "west"})
    with pytest.raises(NotFound):
        request_export(user=cast.outsider, key="sample", format="pdf", filters={})
    assert ReportExport.objects.count() == 0


def test_exports_are_private(cast: Cast, sample: Report) -> None:
    export = wanted(cast.executive)
    for user in (cast.manager, cast.owner, cast.outsider):
        assert export not in ReportExport.objects.visible_to(user)
    for user in (cast.executive, cast.admin):
        assert export in ReportExport.objects.visible_to(user)


def test_a_schedule_gets_a_file_of_the_days_that_its_preset_means_then(cast: Cast, sample: Report) -> None:
    names = [
        render(
            key="sample",
            filters={"period": "last_week", "rows": 1},
            format="xlsx",
            user=cast.executive,
            now=now,
        ).name
        for now in (NOW, NOW + timedelta(days=7))
    ]
    assert names == ["sample-2026-11-09-to-2026-11-15.xlsx", "sample-2026-11-16-to-2026-11-22.xlsx"]
    with pytest.raises((NotFound, Forbidden)):
        render(key="sample", filters={}, format="pdf", user=cast.outsider)


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_one_makes_the_file(cast: Cast, sample: Report) -> None:
    export = wanted(cast.executive)
    made: list[bool] = []
    start = Barrier(2)

    def work() -> None:
        start.wait(10)
        try:
            made.append(perform_export(export.pk))
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [False, True]
    assert Artifact.objects.count() == 1


def test_the_registry_is_whole_again() -> None:
    assert "sample" not in reports
