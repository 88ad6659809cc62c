"""The pages of reports in the back office."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape

import pytest
from django.http import HttpResponse
from django.test import Client

from apps.accounts.models import User
from apps.core.errors import Conflict
from apps.core.reporting import Report
from apps.reports.models import ReportExport
from apps.reports.services import exporting
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

ClientFor = Callable[[User], Client]
PAGE = "/admin/reports/sample/"


def text(response: HttpResponse) -> str:
    return unescape(re.sub(r"\s+", " ", response.content.decode()))


def carried(response: HttpResponse, name: str) -> dict[str, object]:
    found = re.search(
        rf'<script id="{name}" type="application/json">(.*?)</script>', response.content.decode()
    )
    assert found
    return json.loads(found.group(1))


def test_the_list_names_what_one_may_read(cast: Cast, sample: Report, browser_client: ClientFor) -> None:
    shown = text(browser_client(cast.manager).get("/admin/reports/"))
    assert "Sample report" in shown
    assert "What it says." in shown
    assert PAGE in shown
    assert "Sample report" not in text(browser_client(cast.outsider).get("/admin/reports/"))


def test_a_report_is_not_for_others(cast: Cast, sample: Report, browser_client: ClientFor) -> None:
    assert browser_client(cast.owner).get(PAGE).status_code == 403
    assert browser_client(cast.owner).post(f"{PAGE}export", {"format": "pdf"}).status_code == 403
    assert Client().get(PAGE).status_code == 302


def test_a_report_that_is_not_there_is_not_found(cast: Cast, browser_client: ClientFor) -> None:
    assert browser_client(cast.admin).get("/admin/reports/nothing/").status_code == 404


def test_the_page_states_question_and_answer(cast: Cast, sample: Report, browser_client: ClientFor) -> None:
    shown = text(
        browser_client(cast.executive).get(PAGE, {"period": "2026-10-01..2026-10-31", "region": "north"})
    )
    for part in (
        "1 October 2026 to 31 October 2026", "1 September 2026 to 30 September 2026", "Asia/Singapore",
        "<dd>North</dd>", "Leads rose.", "▲ 17.5 %", "1–30 Sep 2026: 40", "USD 0.0123", "Only what counts.",
        "A note.", 'value="2026-10-01"', "hello",
    ):  # fmt: skip
        assert part in shown, part


def test_numbers_open_the_rows_behind_them(cast: Cast, sample: Report, browser_client: ClientFor) -> None:
    shown = text(browser_client(cast.executive).get(PAGE))
    assert '<a class="mz-tile" href="/admin/crm/lead/?x=1">' in shown
    assert '<a class="report-drill" href="/admin/crm/lead/?row=1">Name 1 陈记</a>' in shown
    assert '<a class="report-drill" href="/admin/crm/lead/?worth=1">2.25</a>' in shown


def test_the_picture_carries_what_the_table_shows(
    cast: Cast, sample: Report, browser_client: ClientFor
) -> None:
    response = browser_client(cast.executive).get(PAGE)
    chart = carried(response, "report-charts")["names"]
    assert isinstance(chart, dict)
    assert chart["kind"] == "bar"
    assert chart["series"][0]["values"] == [0, 1, 2]
    assert chart["series"][0]["urls"][2] == "/admin/crm/lead/?row=2"
    assert "<noscript>" in text(response)


def test_text_is_never_markup(cast: Cast, sample: Report, browser_client: ClientFor) -> None:
    response = browser_client(cast.executive).get(PAGE, {"region": "<script>x</script>"})
    assert b"<script>x" not in response.content


def test_wrong_filters_are_shown_in_the_form_and_nothing_is_lost(
    cast: Cast, sample: Report, browser_client: ClientFor
) -> None:
    asked = {"period": "days", "from": "2026-11-30", "to": "2026-11-01", "region": "south", "at_least": "500"}
    response = browser_client(cast.executive).get(PAGE, asked)
    shown = text(response)
    assert response.status_code == 400
    assert "The period ends before it begins." in shown
    assert "less than or equal to 100" in shown
    for kept in (
        'value="2026-11-30"',
        'value="2026-11-01"',
        'value="500"',
        '<option value="south" selected>',
    ):
        assert kept in shown, kept


def test_a_refusal_of_the_report_is_told_on_its_page(
    cast: Cast, failing: Callable[[Exception], None], browser_client: ClientFor
) -> None:
    failing(Conflict("Ask for fewer days."))
    response = browser_client(cast.executive).get(PAGE)
    assert response.status_code == 400
    assert "Ask for fewer days." in text(response)


def test_two_days_make_a_period(cast: Cast, sample: Report, browser_client: ClientFor) -> None:
    asked = {"period": "days", "from": "2026-11-01", "to": "2026-11-03"}
    assert "1 November 2026 to 3 November 2026" in text(browser_client(cast.executive).get(PAGE, asked))


def test_a_long_table_shows_its_head_and_says_so(
    cast: Cast, sample: Report, browser_client: ClientFor
) -> None:
    shown = text(browser_client(cast.executive).get(PAGE, {"rows": "500"}))
    assert "Name 199 陈记" in shown
    assert "Name 200 陈记" not in shown
    assert "The first 200 of 500 rows are shown." in shown


def test_an_empty_table_says_why(cast: Cast, sample: Report, browser_client: ClientFor) -> None:
    assert "Nobody yet." in text(browser_client(cast.executive).get(PAGE, {"rows": "0"}))


def test_a_file_can_be_asked_for_without_scripts(
    cast: Cast, sample: Report, browser_client: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "_ring", lambda pk: None)
    client = browser_client(cast.executive)
    response = client.post(f"{PAGE}export", {"format": "xlsx", "filter-region": "north"}, follow=True)
    export = ReportExport.objects.get()
    assert (export.format, export.filters) == ("xlsx", {"region": "north"})
    assert response.redirect_chain[-1][0].endswith(f"/reportexport/{export.pk}/change/")
    assert response.status_code == 200


def test_ones_own_exports_are_listed(cast: Cast, sample: Report, browser_client: ClientFor) -> None:
    mine = ReportExport.objects.create(user=cast.executive, report="sample", title="Mine", format="pdf")
    other = ReportExport.objects.create(user=cast.manager, report="sample", title="Theirs", format="pdf")
    client = browser_client(cast.executive)
    listed = text(client.get("/admin/reports/reportexport/"))
    assert "Mine" in listed
    assert "Theirs" not in listed
    assert client.get(f"/admin/reports/reportexport/{mine.pk}/change/").status_code == 200
    assert client.get(f"/admin/reports/reportexport/{other.pk}/change/").status_code == 302


def test_a_page_needs_few_queries(
    cast: Cast,
    sample: Report,
    browser_client: ClientFor,
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    client = browser_client(cast.executive)
    for path in ("/admin/reports/", PAGE):
        client.get(path)
        with django_assert_max_num_queries(15):  # type: ignore[attr-defined]
            assert client.get(path).status_code == 200
