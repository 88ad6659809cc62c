"""Files of reports say where they came from, and are made again with today's figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.artifacts.services import open_bytes
from apps.core.errors import NotFound
from apps.core.reporting import Ask, Findings, Report, reports
from apps.documents import services as documents
from apps.documents.comparison import compare
from apps.documents.models import Lineage, TemplateVersion
from apps.reports.composing import snapshots
from apps.reports.selectors import answer
from apps.reports.services import exporting, keep, perform_export, request_export
from tests.conftest import Cast
from tests.reports.conftest import NOW

pytestmark = pytest.mark.django_db


def kept(user: User, kind: str = "csv", **filters: object) -> Artifact:
    return keep(answer(key="sample", user=user, filters=filters, now=NOW), kind)


def published(path: str) -> TemplateVersion:
    return TemplateVersion.objects.get(template__path=path, status="published")


@pytest.mark.parametrize(
    ("kind", "path"),
    [("pdf", "pdf/report.html"), ("pptx", "pptx/overview.pptx"), ("xlsx", ""), ("csv", "")],
)
def test_every_format_knows_its_template_its_question_and_its_data(
    cast: Cast, sample: Report, kind: str, path: str
) -> None:
    run = uuid4()
    found = answer(key="sample", user=cast.executive, filters={"region": "north"}, now=NOW)
    lineage = keep(found, kind, run_id=run).lineage
    assert lineage.template_version == (published(path) if path else None)
    assert (lineage.recipe, lineage.run_id, lineage.made_by) == ("report", run, cast.executive)
    assert lineage.arguments["filters"] == {"period": "last_week", "region": "north"}
    assert lineage.snapshot["facts"]["Sales: Leads"] == "47"
    (names, _figures) = lineage.snapshot["tables"]
    assert names["title"] == "Sales: Names"
    assert names["rows"][1][:3] == ["Name 1 陈记", "1", "2.25"]


def test_an_export_has_a_lineage_too(cast: Cast, sample: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "_ring", lambda _pk: None)
    export = request_export(
        user=cast.executive, key="sample", format="csv", filters={"region": "north"}, dataset="names"
    )
    assert perform_export(export.pk)
    export.refresh_from_db()
    assert export.artifact is not None
    lineage = export.artifact.lineage
    assert (lineage.arguments["report"], lineage.arguments["dataset"]) == ("sample", "names")


def test_made_again_it_shows_the_figures_of_today_and_what_changed(
    cast: Cast, sample: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = kept(cast.executive)

    def today(ask: Ask) -> Findings:  # type: ignore[type-arg]
        found = sample.compute(ask)
        first, *rest = found.tiles
        return replace(found, tiles=(replace(first, value=52), *rest))

    monkeypatch.setitem(reports._items, "sample", replace(sample, compute=today))
    new = documents.regenerate(user=cast.executive, artifact=old, now=NOW + timedelta(days=7))
    changes = compare(old.lineage.snapshot, new.lineage.snapshot)
    changed = [[cell.after for cell in row.cells] for row in changes.facts if row.change == "changed"]
    assert ["Sales: Leads", "52"] in changed
    # "Last week" is another week by now.
    assert ["Of", "16 November 2026 to 22 November 2026"] in changed
    assert new.lineage.replaces == old.lineage


def test_whoever_may_not_read_the_report_makes_no_file_again(
    cast: Cast, sample: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = kept(cast.executive)
    monkeypatch.setitem(reports._items, "sample", replace(sample, permissions=("no.such",)))
    with pytest.raises(NotFound):
        documents.regenerate(user=cast.executive, artifact=old, now=NOW)
    assert Lineage.objects.count() == 1


def test_a_long_table_is_compared_by_its_beginning(
    cast: Cast, sample: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "MAX_ROWS", 3)
    lineage = kept(cast.executive, rows=5).lineage
    assert len(lineage.snapshot["tables"][0]["rows"]) == 3 + 1
    assert lineage.snapshot["facts"]["Sales: Names, rows"] == "5"
    # The file itself has all of them.
    with open_bytes(lineage.artifact) as stream:
        assert len(stream.read()) > 0


def test_the_page_of_the_file_does_not_offer_it_to_whoever_may_not_read_the_report(
    cast: Cast, sample: Report, monkeypatch: pytest.MonkeyPatch, browser_client: Callable[[User], Client]
) -> None:
    artifact = kept(cast.executive)
    monkeypatch.setitem(reports._items, "sample", replace(sample, permissions=("no.such",)))
    answer = browser_client(cast.executive).get(
        reverse("admin:artifacts_artifact_change", args=[artifact.pk])
    )
    assert "Where this file came from" in answer.content.decode()
    assert "Regenerate with today" not in answer.content.decode()


def test_the_page_of_the_file_offers_it(
    cast: Cast, sample: Report, browser_client: Callable[[User], Client]
) -> None:
    artifact = kept(cast.executive)
    client = browser_client(cast.executive)
    page = client.get(reverse("admin:artifacts_artifact_change", args=[artifact.pk])).content.decode()
    assert "Regenerate with today" in page
    again = client.post(
        reverse("admin:documents_lineage_regenerate", args=[artifact.lineage.pk]), follow=True
    ).content.decode()
    assert "What changed in" in again
