"""What holds for every report: rights, shape, words, links; and the ground they stand on."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import RequestFactory
from django.utils import timezone

from apps.core.periods import Period
from apps.core.reporting import Ask, reports
from apps.core.reporting.grouping import Median, totals_by
from apps.core.reporting.links import during, rows_link
from apps.core.reporting.numbers import days, percent
from apps.crm.admin.behind import REPORT_FILTERS
from apps.crm.models import Lead
from tests.conftest import Cast
from tests.factories.crm import LeadFactory
from tests.reports.asking import rows_behind

pytestmark = pytest.mark.django_db

OURS = {
    "sales_pipeline": {"owner", "colleague", "manager", "executive", "admin"},
    "stale_leads": {"owner", "colleague", "manager", "executive", "admin"},
    "llm_usage": {"executive", "admin"},
    "agent_activity": {"manager", "executive", "admin"},
    "email_log": {"owner", "colleague", "manager", "outsider", "executive", "admin"},
    "audit_activity": {"executive", "admin"},
}


@pytest.mark.parametrize("key", OURS)
def test_each_report_is_for_exactly_these_people(cast: Cast, key: str) -> None:
    report = reports.get(key)
    assert report is not None
    assert {name for name in cast.__dataclass_fields__ if report.allowed(getattr(cast, name))} == OURS[key]


@pytest.mark.parametrize("key", OURS)
def test_each_report_speaks_even_when_there_is_nothing_to_count(cast: Cast, key: str) -> None:
    report = reports.get(key)
    assert report is not None
    assert report.title
    assert len(report.description) > 40
    found = report.compute(Ask(cast.admin, report.filters(), timezone.now()))
    names = [item.key for item in (*found.tiles, *found.datasets)]
    tables = [table.key for table in found.datasets]
    assert len(set(tables)) == len(tables)
    assert len({item.key for item in found.tiles}) == len(found.tiles)
    assert names
    for table in found.datasets:
        assert table.empty, f"{table.key} does not say what it means to be empty"
        if table.total:
            assert table.rows, f"{table.key} has a total of nothing"


def test_totals_by_reads_once_and_groups_in_many_ways(cast: Cast, django_assert_num_queries: Any) -> None:
    for currency, owner, value in (("SGD", cast.owner, 1), ("SGD", None, 2), ("MYR", None, 4)):
        LeadFactory(currency=currency, assigned_to=owner, value=value)
    rows = Lead.objects.values("currency", "assigned_to_id", "value")
    with django_assert_num_queries(1):
        found = totals_by(
            rows,
            groups=[(), ("currency",), ("assigned_to_id", "currency")],
            measures={"leads": "count(*)", "value": 'sum("value")'},
        )
    assert found[()] == [{"leads": 3, "value": Decimal(7)}]
    by_currency = {total["currency"]: total["value"] for total in found[("currency",)]}
    assert by_currency == {"SGD": Decimal(3), "MYR": Decimal(4)}
    owners = {
        (row["assigned_to_id"], row["currency"]): row["leads"]
        for row in found[("assigned_to_id", "currency")]
    }
    assert owners == {(cast.owner.pk, "SGD"): 1, (None, "SGD"): 1, (None, "MYR"): 1}


def test_totals_of_what_nobody_may_see_are_not_asked_for(cast: Cast, django_assert_num_queries: Any) -> None:
    rows = Lead.objects.visible_to(cast.outsider).values("currency")
    with django_assert_num_queries(0):
        assert totals_by(rows, groups=[("currency",)], measures={"leads": "count(*)"}) == {("currency",): []}


def test_values_of_a_filter_never_become_sql(cast: Cast) -> None:
    LeadFactory(industry="x'; DROP TABLE crm_lead; -- 100%s")
    rows = Lead.objects.filter(industry="x'; DROP TABLE crm_lead; -- 100%s").values("industry")
    assert len(totals_by(rows, groups=[("industry",)], measures={"leads": "count(*)"})[("industry",)]) == 1


def test_the_median_is_between_the_two_in_the_middle(cast: Cast) -> None:
    for value in (1, 2, 10, 50):
        LeadFactory(value=value)
    assert Lead.objects.aggregate(median=Median("value"))["median"] == 6
    assert Lead.objects.none().aggregate(median=Median("value"))["median"] is None


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [(1, 8, "12.5"), (1, 3, "33.3"), (2, 3, "66.7"), (1, 16, "6.3"), (0, 5, "0")],
)
def test_percent_is_rounded_once_and_up_at_the_half(part: int, whole: int, expected: str) -> None:
    assert percent(part, whole) == Decimal(expected)


def test_there_is_no_share_of_nothing() -> None:
    assert percent(3, 0) is None
    assert days(None) is None
    assert days(129_600) == Decimal("1.5")


def test_links_carry_moments_lists_and_signs(cast: Cast) -> None:
    wanted = LeadFactory(industry="Hawker & stall, 100% + more?", created_at=None)
    LeadFactory(industry="Café")
    LeadFactory(industry="Bar")
    period = Period.month_of(timezone.now().date(), "America/New_York")
    url = rows_link(
        Lead, {"industry__exact": ["Hawker & stall, 100% + more?", "Café"], **during("created_at", period)}
    )
    assert set(rows_behind(url, cast.manager).values_list("industry", flat=True)) == {wanted.industry, "Café"}


@pytest.mark.parametrize(
    "value",
    [
        "",
        "x",
        "new",
        "..",
        "a..b..c",
        "new..2026-13-40..2026-01-01",
        "9" * 40,
        "14..x",
        "²",
        "2026-01-01",
        "é..\x00",
    ],
)
def test_filters_behind_reports_survive_whatever_is_typed_into_the_address(cast: Cast, value: str) -> None:
    LeadFactory()
    for declared in REPORT_FILTERS:
        url = rows_link(Lead, {declared.parameter_name: value})
        assert rows_behind(url, cast.manager).count() == 1, declared


def test_filters_behind_reports_say_what_they_do(cast: Cast, browser_client: Any) -> None:
    at = datetime(2026, 10, 31, 16, tzinfo=UTC).isoformat()
    values = {
        "reached": (f"qualified..{at}", "Qualified"),
        "contacted": (f"2026-10-01T00:00:00+08:00..{at}", "1 Oct 2026 to 31 Oct 2026"),
        "open_at": (at, "31 Oct 2026"),
        "stale_at": (at, "31 Oct 2026"),
        "quiet": ("14..30", "14 to 30 days"),
    }
    request = RequestFactory().get("/", {name: value for name, (value, _label) in values.items()})
    with timezone.override("Asia/Singapore"):
        for declared in REPORT_FILTERS:
            value, label = values[declared.parameter_name]
            shown = declared(request, {declared.parameter_name: [value]}, Lead, None)
            assert dict(shown.lookup_choices)[value] == label
    page = browser_client(cast.manager).get("/admin/crm/lead/")
    assert "stage reached" not in json.dumps(page.content.decode()).lower()
