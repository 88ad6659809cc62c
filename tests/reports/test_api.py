"""Reports over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.core.reporting import Report
from apps.reports.models import ReportExport
from apps.reports.services import exporting, perform_export
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

ApiFor = Callable[[User | None], APIClient]


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "_ring", lambda pk: None)


def test_the_list_has_what_one_may_read_and_ask(cast: Cast, sample: Report, api: ApiFor) -> None:
    listed = {item["key"]: item for item in api(cast.executive).get("/api/reports/").json()}
    found = listed["sample"]
    assert (found["title"], found["department"], found["url"]) == (
        "Sample report", "sales", "/admin/reports/sample/",
    )  # fmt: skip
    region = next(field for field in found["filters"] if field["name"] == "region")
    assert region["choices"] == [["north", "North"], ["south", "South"]]
    assert "sample" not in {item["key"] for item in api(cast.owner).get("/api/reports/").json()}


def test_strangers_get_nothing(sample: Report, api: ApiFor) -> None:
    assert api(None).get("/api/reports/").status_code == 401
    assert api(None).get("/api/reports/sample").status_code == 401


def test_an_answer_is_exact_and_readable(cast: Cast, sample: Report, api: ApiFor) -> None:
    query = {"period": "2026-10-01..2026-10-31", "region": "north"}
    found = api(cast.executive).get("/api/reports/sample", query).json()
    assert found["period"] == {
        "first": "2026-10-01", "last": "2026-10-31", "text": "1 October 2026 to 31 October 2026",
    }  # fmt: skip
    assert found["compared_with"]["first"] == "2026-09-01"
    assert found["time_zone"] == "Asia/Singapore"
    assert found["filters"] == query
    cost = next(tile for tile in found["tiles"] if tile["key"] == "cost")
    assert (cost["value"], cost["text"]) == ("0.0123", "USD 0.0123")
    cells = found["datasets"][0]["rows"][1]
    assert [cell["value"] for cell in cells[:3]] == ["Name 1 陈记", 1, "2.25"]
    assert [cell["url"] for cell in cells[1:3]] == ["/admin/crm/lead/?row=1", "/admin/crm/lead/?worth=1"]
    assert found["datasets"][0]["total"][1]["value"] == 3


@pytest.mark.parametrize(
    ("query", "field"), [({"period": "never"}, "period"), ({"region": "west"}, "region"), ({"x": "1"}, "x")]
)
def test_wrong_filters_are_a_problem_that_names_them(
    cast: Cast, sample: Report, api: ApiFor, query: dict[str, str], field: str
) -> None:
    response = api(cast.executive).get("/api/reports/sample", query)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "invalid_filters"
    assert list(response.json()["errors"]) == [field]


def test_a_report_of_others_is_not_there(cast: Cast, sample: Report, api: ApiFor) -> None:
    for method, path in (("get", "sample"), ("post", "sample/exports"), ("get", "nothing")):
        call = getattr(api(cast.owner), method)
        response = call(f"/api/reports/{path}", {"format": "pdf"} if method == "post" else None)
        assert response.status_code == 404
        assert response.json()["code"] == "unknown_report"


def test_a_file_is_asked_for_waited_for_and_downloaded(cast: Cast, sample: Report, api: ApiFor) -> None:
    client = api(cast.executive)
    body = {"format": "csv", "filters": {"region": "north"}, "dataset": "names"}
    begun = client.post("/api/reports/sample/exports", body)
    assert begun.status_code == 202
    assert (begun.json()["status"], begun.json()["file"]) == ("queued", None)
    export = ReportExport.objects.get(pk=begun.json()["id"])
    perform_export(export.pk)
    done = client.get(f"/api/reports/exports/{export.pk}").json()
    assert done["status"] == "done"
    assert done["file"]["name"].endswith(".csv")
    file = client.get(done["file"]["url"])
    assert "Name 1 陈记".encode() in b"".join(file.streaming_content)  # type: ignore[attr-defined]


def test_a_wish_repeated_with_its_key_is_one_export(cast: Cast, sample: Report, api: ApiFor) -> None:
    client, key = api(cast.executive), {"HTTP_IDEMPOTENCY_KEY": "once"}
    answers = [client.post("/api/reports/sample/exports", {"format": "pdf"}, **key) for _ in range(2)]  # type: ignore[arg-type]
    assert {answer.json()["id"] for answer in answers} == {str(ReportExport.objects.get().pk)}


def test_an_unknown_format_is_refused(cast: Cast, sample: Report, api: ApiFor) -> None:
    response = api(cast.executive).post("/api/reports/sample/exports", {"format": "docx"})
    assert response.status_code == 400
    assert "format" in response.json()["errors"]


def test_an_export_of_somebody_else_is_not_there(cast: Cast, sample: Report, api: ApiFor) -> None:
    export = ReportExport.objects.create(user=cast.executive, report="sample", title="T", format="pdf")
    assert api(cast.manager).get(f"/api/reports/exports/{export.pk}").status_code == 404
    assert api(cast.manager).get(f"/api/reports/exports/{uuid4()}").status_code == 404
    assert api(cast.admin).get(f"/api/reports/exports/{export.pk}").status_code == 200


def test_the_paths_are_documented(api: ApiFor) -> None:
    paths = api(None).get("/api/schema/", HTTP_ACCEPT="application/vnd.oai.openapi+json").json()["paths"]
    assert {path for path in paths if path.startswith("/api/reports/")} == {
        "/api/reports/", "/api/reports/{key}", "/api/reports/{key}/exports", "/api/reports/exports/{id}",
    }  # fmt: skip
