"""The report on the pipeline against numbers counted by independent SQL on random leads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db.models import Sum
from django.test import Client

from apps.accounts.models import User
from apps.core.periods import Period
from apps.core.reporting import Findings, reports
from apps.core.reporting.filters import resolve_period
from apps.crm.choices import LeadSource, LeadStatus, LostReason
from apps.crm.models import Lead, Stage
from apps.crm.reports.pipeline import groups
from tests.conftest import Cast
from tests.factories.accounts import UserFactory
from tests.factories.crm import LeadFactory, StageChangeFactory
from tests.reports.asking import (
    asked,
    cells,
    counted,
    dataset,
    linked_numbers,
    linked_shapes,
    rows_behind,
    tile,
    unlinked_counts,
)
from tests.reports.leads_at_random import NOW, scatter

pytestmark = pytest.mark.django_db

KEY = "sales_pipeline"
OPEN = "('new', 'contacted', 'qualified', 'proposal')"
START = "(%(start)s::timestamp AT TIME ZONE %(tz)s)"
END = "(%(end)s::timestamp AT TIME ZONE %(tz)s)"
CAME_IN = f"created_at >= {START} AND created_at < {END}"
CLOSED = f"closed_at >= {START} AND closed_at < {END}"


@pytest.fixture
def scattered(cast: Cast) -> Cast:
    """Leads of two representatives and of nobody."""
    scatter(seed=5, leads=150, owners=[cast.owner, cast.owner, cast.colleague, None])
    with time_machine.travel(NOW, tick=False):
        yield cast


def ask(user: User, **filters: Any) -> Findings:
    return asked(KEY, user, now=NOW, **({"period": "this_quarter"} | filters))


def sql(query: str, period: str = "this_quarter", tz: str = "Asia/Singapore", **values: Any) -> list[Any]:
    span = resolve_period(period, now=NOW, tz=tz)
    return counted(query, start=span.start, end=span.end, tz=tz, **values)


@pytest.mark.parametrize("tz", ["Asia/Singapore", "America/New_York"])
@pytest.mark.parametrize("period", ["this_quarter", "last_month", "2026-03-01..2026-03-01"])
def test_tiles_reconcile_with_the_database(scattered: Cast, tz: str, period: str) -> None:
    manager = scattered.manager
    manager.timezone = tz
    found = ask(manager, period=period)
    ((new,),) = sql(f"SELECT count(*) FROM crm_lead WHERE {CAME_IN}", period, tz)
    assert tile(found, "new").value == new
    closed = dict(sql(f"SELECT status, count(*) FROM crm_lead WHERE {CLOSED} GROUP BY 1", period, tz))
    won, lost = closed.get("closed_won", 0), closed.get("closed_lost", 0)
    assert (tile(found, "won").value, tile(found, "lost").value) == (won, lost)
    rate = round(Decimal(100 * won) / (won + lost), 1) if won + lost else None
    assert tile(found, "win_rate").value == rate
    worth = dict(
        sql(
            f"SELECT currency, sum(value) FROM crm_lead WHERE {CLOSED} AND status = 'closed_won' GROUP BY 1",
            period,
            tz,
        )
    )
    shown = {t.unit: t.value for t in found.tiles if t.key.startswith("won_value") and t.value}
    assert shown == {currency: value for currency, value in worth.items() if value}
    ((took,),) = sql(
        f"""SELECT round((avg(extract(epoch FROM closed_at - created_at)) / 86400)::numeric, 1)
            FROM crm_lead WHERE {CLOSED} AND status = 'closed_won'""",
        period,
        tz,
    )
    assert tile(found, "days_to_win").value == took


def test_the_days_of_the_reader_decide(scattered: Cast) -> None:
    """Half past eleven at night in Singapore is the same day there, and another one in New York."""
    period = "2026-10-05..2026-10-05"
    lead = LeadFactory()
    Lead.objects.filter(pk=lead.pk).update(created_at="2026-10-05T23:30:00+08:00")
    there = tile(ask(scattered.manager, period=period), "new").value
    Lead.objects.filter(pk=lead.pk).update(created_at="2026-10-06T00:00:00+08:00")
    assert tile(ask(scattered.manager, period=period), "new").value == there - 1
    scattered.manager.timezone = "America/New_York"
    here = tile(ask(scattered.manager, period=period), "new").value
    Lead.objects.filter(pk=lead.pk).update(created_at="2026-10-06T12:00:00+08:00")
    assert tile(ask(scattered.manager, period=period), "new").value == here - 1


def test_what_is_open_reconciles(scattered: Cast) -> None:
    found = ask(scattered.manager)
    table = dataset(found, "stages")
    rows = sql(
        f"""SELECT l.status, l.currency, count(*), coalesce(sum(l.value), 0),
                   round(coalesce(sum(l.value), 0) * s.probability / 100, 2)
            FROM crm_lead l JOIN crm_stage s USING (status) WHERE status IN {OPEN}
            GROUP BY l.status, l.currency, s.probability"""
    )
    labels = {value: str(label) for value, label in LeadStatus.choices}
    for currency in ("SGD", "MYR", "USD"):
        key = currency.lower()
        values = cells(table, f"value_{key}", f"weighted_{key}")
        for status, code, _count, value, weighted in rows:
            if code == currency:
                assert values[labels[status]] == (value, weighted)
        whole = sum(row[3] for row in rows if row[1] == currency)
        assert tile(found, f"open_value_{currency}").value == whole
    counts: dict[str, int] = {}
    for status, _currency, count, *_ in rows:
        counts[labels[status]] = counts.get(labels[status], 0) + count
    assert cells(table, "leads") == counts
    assert tile(found, "open").value == sum(counts.values())


def test_the_forecast_goes_by_expected_close_and_weighs_by_stage(scattered: Cast) -> None:
    Stage.objects.filter(status="qualified").update(probability=33)
    table = dataset(ask(scattered.manager), "forecast")
    rows = sql(
        f"""SELECT CASE WHEN expected_close IS NULL THEN 'No day given'
                        WHEN expected_close < '2026-11-18' THEN 'Overdue'
                        WHEN expected_close >= '2027-11-01' THEN 'Later'
                        ELSE to_char(expected_close, 'FMMonth YYYY') END,
                   count(*),
                   round(coalesce(sum(value * probability) FILTER (WHERE currency = 'MYR'), 0) / 100, 2)
            FROM crm_lead JOIN crm_stage USING (status) WHERE status IN {OPEN} GROUP BY 1"""
    )
    assert cells(table, "leads", "weighted_myr") == {label: (count, worth) for label, count, worth in rows}
    assert {"Overdue", "Later", "No day given", "November 2026"} <= {row[0] for row in rows}


def test_currencies_are_never_added_up(scattered: Cast) -> None:
    found = ask(scattered.manager)
    columns = [column for table in found.datasets for column in table.columns if column.kind == "money"]
    assert columns
    assert all(column.unit in {"SGD", "MYR", "USD"} for column in columns)
    assert {t.unit for t in found.tiles if t.kind == "money"} == {"SGD", "MYR", "USD"}


def test_the_funnel_counts_the_furthest_stage_of_each_lead(scattered: Cast) -> None:
    way = ["new", "contacted", "qualified", "proposal", "closed_won"]
    period = "last_quarter"
    rows = sql(
        f"""SELECT count(*), count(*) FILTER (WHERE far >= 1), count(*) FILTER (WHERE far >= 2),
                   count(*) FILTER (WHERE far >= 3), count(*) FILTER (WHERE far >= 4)
            FROM (SELECT (SELECT max(array_position(%(way)s::text[], to_status) - 1)
                          FROM crm_stagechange WHERE lead_id = crm_lead.id) AS far
                  FROM crm_lead WHERE {CAME_IN}) AS leads""",
        period,
        way=way,
    )
    table = dataset(ask(scattered.manager, period=period), "funnel")
    assert tuple(cells(table, "leads").values()) == rows[0]
    assert rows[0][0] > rows[0][2] > rows[0][4] > 0
    came_in, contacted, qualified = rows[0][:3]
    shares = cells(table, "of_all", "of_before")
    assert shares["Qualified"] == (
        round(Decimal(100 * qualified) / came_in, 1),
        round(Decimal(100 * qualified) / contacted, 1),
    )


def test_time_in_stage_is_of_the_stays_that_ended(scattered: Cast) -> None:
    rows = sql(
        f"""SELECT from_status, count(*),
                   round((percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) / 86400)::numeric, 1),
                   round(avg(seconds) / 86400, 1)
            FROM crm_stagechange
            WHERE from_status <> '' AND at >= {START} AND at < {END} GROUP BY 1"""
    )
    labels = {value: str(label) for value, label in LeadStatus.choices}
    expected = {labels[status]: values for status, *values in rows}
    table = dataset(ask(scattered.manager), "time_in_stage")
    found = {key: list(values) for key, values in cells(table, "times", "median", "mean").items()}
    assert found == expected
    assert labels["closed_lost"] in found, "somebody should have come back to life"


def test_reasons_of_the_lost_and_only_of_those_still_lost(scattered: Cast) -> None:
    rows = sql(
        f"""SELECT lost_reason, count(*), coalesce(sum(value) FILTER (WHERE currency = 'SGD'), 0)
            FROM crm_lead WHERE status = 'closed_lost' AND {CLOSED} GROUP BY 1"""
    )
    table = dataset(ask(scattered.manager), "lost_reasons")
    expected = {str(LostReason(reason).label): (count, worth) for reason, count, worth in rows}
    assert cells(table, "leads", "value_sgd") == expected
    reopened = Lead.objects.filter(status="closed_lost", closed_at__gte="2026-10-02T00:00Z").first()
    assert reopened is not None
    before = tile(ask(scattered.manager), "lost").value
    Lead.objects.filter(pk=reopened.pk).update(status="contacted", lost_reason="", closed_at=None)
    assert tile(ask(scattered.manager), "lost").value == before - 1


@pytest.mark.parametrize(
    ("key", "column"), [("owners", "assigned_to_id"), ("sources", "source"), ("industries", "industry")]
)
def test_breakdowns_add_up_to_the_whole(scattered: Cast, key: str, column: str) -> None:
    found = ask(scattered.manager)
    table = dataset(found, key)
    ((new, opened, won, lost),) = sql(
        f"""SELECT count(*) FILTER (WHERE {CAME_IN}), count(*) FILTER (WHERE status IN {OPEN}),
                   count(*) FILTER (WHERE {CLOSED} AND status = 'closed_won'),
                   count(*) FILTER (WHERE {CLOSED} AND status = 'closed_lost') FROM crm_lead"""
    )
    assert table.total is not None
    assert table.total.values[1:5] == (new, opened, won, lost)
    summed = [sum(row.values[place] for row in table.rows) for place in range(1, 5)]  # type: ignore[misc]
    assert summed == [new, opened, won, lost]
    rows = sql(
        f"""SELECT {column}::text, count(*) FILTER (WHERE status IN {OPEN}),
                   coalesce(sum(value) FILTER (
                       WHERE {CLOSED} AND status = 'closed_won' AND currency = 'SGD'), 0)
            FROM crm_lead GROUP BY 1"""
    )
    names = {str(user.pk): user.name for user in User.objects.all()} | {None: "Nobody", "": "Not known"}
    names |= dict(LeadSource.choices)
    expected = {str(names.get(value, value)): (count, worth) for value, count, worth in rows}
    shown = cells(table, "open", "won_sgd")
    assert shown
    for name, values in shown.items():
        if not name.startswith("Other ("):
            assert values == expected[name], name


def test_filters_narrow_everything(scattered: Cast) -> None:
    owner = scattered.owner
    found = ask(scattered.manager, owner=str(owner.pk), source="website", industry="Café")
    where = "assigned_to_id = %(owner)s AND source = 'website' AND industry = 'Café'"
    ((opened, new),) = sql(
        f"""SELECT count(*) FILTER (WHERE status IN {OPEN}), count(*) FILTER (WHERE {CAME_IN})
            FROM crm_lead WHERE {where}""",
        owner=owner.pk,
    )
    assert (tile(found, "open").value, tile(found, "new").value) == (opened, new)
    ((nobodys,),) = sql(f"SELECT count(*) FROM crm_lead WHERE status IN {OPEN} AND assigned_to_id IS NULL")
    assert tile(ask(scattered.manager, owner="nobody"), "open").value == nobodys > 0


def test_every_number_opens_the_rows_behind_it(scattered: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """For the manager and for a representative, with and without filters; few industries are kept apart."""
    monkeypatch.setattr(groups, "TOP_INDUSTRIES", 2)
    seen: dict[str, tuple[int, dict[str, Decimal]]] = {}
    checked = 0
    for user, filters in (
        (scattered.manager, {}),
        (scattered.manager, {"source": "website", "owner": "nobody", "period": "last_quarter"}),
        (scattered.owner, {}),
    ):
        found = ask(user, **filters)
        assert unlinked_counts(found) == []
        seen.clear()
        for place, what, value, url in linked_shapes(found):
            if url not in seen:
                rows = rows_behind(url, user).order_by()
                seen[url] = rows.count(), dict(rows.values_list("currency").annotate(Sum("value")))
            count, worth = seen[url]
            if what.kind == "count":
                assert count == value, (place, url)
            elif what.kind == "money" and "weighted" not in what.key and "forecast" not in what.key:
                assert (worth.get(what.unit) or 0) == value, (place, url)
            checked += 1
    assert checked > 100


def test_links_work_in_the_browser(scattered: Cast, browser_client: Callable[[User], Client]) -> None:
    found = ask(scattered.manager)
    client = browser_client(scattered.manager)
    for key in ("funnel", "time_in_stage"):
        row = dataset(found, key).rows[-1]
        response = client.get(row.url)
        assert response.status_code == 200
        assert response.context_data["cl"].queryset.count() == row.values[1]


def test_a_representative_reads_the_own_leads_only(scattered: Cast) -> None:
    found = ask(scattered.owner)
    ((opened, new),) = sql(
        f"""SELECT count(*) FILTER (WHERE status IN {OPEN}), count(*) FILTER (WHERE {CAME_IN})
            FROM crm_lead WHERE assigned_to_id = %(owner)s""",
        owner=scattered.owner.pk,
    )
    assert (tile(found, "open").value, tile(found, "new").value) == (opened, new)
    assert list(cells(dataset(found, "owners"), "open")) == ["Olive Owner"]
    stolen = ask(scattered.owner, owner=str(scattered.colleague.pk))
    assert tile(stolen, "open").value == 0
    assert dataset(stolen, "owners").rows == ()


def test_an_executive_reads_sums_and_opens_nothing(scattered: Cast) -> None:
    found, managers = ask(scattered.executive), ask(scattered.manager)
    assert [t.value for t in found.tiles] == [t.value for t in managers.tiles]
    assert list(linked_numbers(found)) == []


def test_others_may_not_read_it(scattered: Cast) -> None:
    report = reports.get(KEY)
    assert report is not None
    assert [
        report.allowed(user) for user in (scattered.outsider, UserFactory(roles=["finance_manager"]))
    ] == [
        False,
        False,
    ]
    scattered.manager.is_active = False
    assert not report.allowed(scattered.manager)


def test_choices_depend_on_who_asks(scattered: Cast) -> None:
    options = {
        name: next(item for item in field.metadata if hasattr(item, "choices")).choices
        for name, field in reports.get(KEY).filters.model_fields.items()  # type: ignore[union-attr]
        if name in {"owner", "industry"}
    }
    assert options["owner"](scattered.owner) == []
    names = [label for _value, label in options["owner"](scattered.manager)]
    assert names == ["Colin Colleague", "Olive Owner", "Nobody"]
    assert options["industry"](scattered.outsider) == []
    assert ("Café", "Café") in options["industry"](scattered.manager)


def test_an_empty_pipeline_is_said_in_words(cast: Cast) -> None:
    found = ask(cast.manager)
    assert all(table.rows == () and table.empty for table in found.datasets)
    assert tile(found, "win_rate").value is None


def test_it_asks_few_questions_however_many_leads(
    scattered: Cast, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    with django_assert_max_num_queries(15):
        ask(scattered.manager, industry="Café")


def test_a_change_that_is_missing_would_be_noticed(scattered: Cast) -> None:
    """The proof that the comparisons above can fail."""
    before = cells(dataset(ask(scattered.manager), "funnel"), "leads")
    newest = Lead.objects.filter(status="new", created_at__gte="2026-10-02T00:00Z").first()
    assert newest is not None
    StageChangeFactory(lead=newest, from_status="new", to_status="proposal", at=NOW, seconds=60)
    after = cells(dataset(ask(scattered.manager), "funnel"), "leads")
    assert {key for key in after if after[key] != before[key]} >= {"Proposal"}


def test_periods_compare_with_the_one_before(scattered: Cast) -> None:
    """This quarter is 49 days old, so it is compared with the first 49 of the one before."""
    span = Period(date(2026, 7, 1), date(2026, 8, 19))
    ((before,),) = counted(
        f"SELECT count(*) FROM crm_lead WHERE {CAME_IN}",
        start=span.start,
        end=span.end,
        tz="Asia/Singapore",
    )
    assert tile(ask(scattered.manager), "new").previous == before > 0
