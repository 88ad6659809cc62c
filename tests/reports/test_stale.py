"""The report on leads that nobody speaks to, against independent SQL on random leads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from pydantic import ValidationError

from apps.accounts.models import User
from apps.core.reporting import Findings
from apps.crm.models import Lead
from apps.crm.report_selectors.staleness import Silence, silences
from apps.crm.reports import stale
from tests.conftest import Cast
from tests.factories.crm import LeadFactory
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

QUIET = """status IN ('new', 'contacted', 'qualified', 'proposal')
           AND coalesce(last_contacted, created_at) < %(now)s - make_interval(days => %(days)s)"""


@pytest.fixture
def scattered(cast: Cast) -> Iterator[Cast]:
    """Leads of two representatives and of nobody."""
    scatter(seed=8, leads=120, owners=[cast.owner, cast.colleague, None])
    with time_machine.travel(NOW, tick=False):
        yield cast


def ask(user: User, **filters: object) -> Findings:
    return asked("stale_leads", user, now=NOW, **filters)


@pytest.mark.parametrize("days", [14, 45, 200])
def test_totals_reconcile_with_the_database(scattered: Cast, days: int) -> None:
    found = ask(scattered.manager, days=days)
    rows = counted(
        f"SELECT currency, count(*), sum(value) FROM crm_lead WHERE {QUIET} GROUP BY 1", now=NOW, days=days
    )
    assert tile(found, "stale").value == sum(row[1] for row in rows) > 0
    for currency, _count, value in rows:
        assert tile(found, f"value_{currency}").value == (value or 0)
    for table in found.datasets[:3]:
        assert table.total is not None
        assert sum(row.values[1] for row in table.rows) == table.total.values[1] == tile(found, "stale").value  # type: ignore[misc]


def test_owners_and_their_longest_silence(scattered: Cast) -> None:
    rows = counted(
        f"""SELECT coalesce(name, 'Nobody'), count(*),
                   floor(extract(epoch FROM max(%(now)s - coalesce(last_contacted, l.created_at))) / 86400)
            FROM crm_lead l LEFT JOIN accounts_user u ON u.id = assigned_to_id
            WHERE {QUIET.replace("created_at", "l.created_at")} GROUP BY 1""",
        now=NOW,
        days=14,
    )
    shown = cells(dataset(ask(scattered.manager), "owners"), "leads", "longest")
    assert shown == {name: (count, days) for name, count, days in rows}
    assert set(shown) == {"Olive Owner", "Colin Colleague", "Nobody"}


def test_every_number_opens_the_rows_behind_it(scattered: Cast) -> None:
    for user in (scattered.manager, scattered.owner):
        found = ask(user, days=20)
        assert unlinked_counts(found) == []
        checked = 0
        for place, what, value, url in linked_shapes(found):
            if what.kind == "count" and what.key in {"stale", "leads"}:
                assert rows_behind(url, user).count() == value, (place, url)
                checked += 1
        assert checked > 4


def test_the_rows_are_listed_the_longest_silence_first(scattered: Cast) -> None:
    found = ask(scattered.manager)
    rows = dataset(found, "leads").rows
    days = [row.values[-1] for row in rows]
    assert len(rows) == tile(found, "stale").value
    assert days == sorted(days, reverse=True)  # type: ignore[type-var]
    lead = Lead.objects.get(company_name=rows[0].values[0])
    assert rows[0].url == lead.admin_url


def test_the_list_is_bounded(scattered: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stale, "MAX_ROWS", 3)
    assert len(dataset(ask(scattered.manager), "leads").rows) == 3


def test_representatives_see_their_own_and_executives_no_rows(scattered: Cast) -> None:
    ((own,),) = counted(
        f"SELECT count(*) FROM crm_lead WHERE {QUIET} AND assigned_to_id = %(owner)s",
        now=NOW,
        days=14,
        owner=scattered.owner.pk,
    )
    mine = ask(scattered.owner)
    assert tile(mine, "stale").value == own == len(dataset(mine, "leads").rows)
    assert {row.values[3] for row in dataset(mine, "leads").rows} == {"Olive Owner"}
    sums = ask(scattered.executive)
    assert tile(sums, "stale").value == tile(ask(scattered.manager), "stale").value
    assert "leads" not in [table.key for table in sums.datasets]
    assert list(linked_numbers(sums)) == []


def test_one_day_more_or_less_decides(cast: Cast) -> None:
    lead = LeadFactory(assigned_to=cast.owner, last_contacted=NOW - timedelta(days=14))
    assert tile(ask(cast.owner), "stale").value == 0
    Lead.objects.filter(pk=lead.pk).update(last_contacted=NOW - timedelta(days=14, seconds=1))
    assert tile(ask(cast.owner), "stale").value == 1
    assert cells(dataset(ask(cast.owner), "silence"), "leads") == {"14 to 30": 1}


def test_spans_begin_where_the_reader_says() -> None:
    assert silences(14) == [
        Silence(14, 30),
        Silence(30, 60),
        Silence(60, 90),
        Silence(90, 180),
        Silence(180, None),
    ]
    assert silences(400) == [Silence(400, None)]


def test_days_and_owner_are_checked() -> None:
    for wrong in ({"days": 0}, {"days": 100_000}, {"owner": "x' OR 1=1"}):
        with pytest.raises(ValidationError):
            stale.StaleFilters(**wrong)
