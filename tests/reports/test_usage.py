"""The report on what models cost, against independent SQL on random requests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db.models import Sum

from apps.accounts.models import User
from apps.assistant.choices import RunStatus
from apps.assistant.models import Run
from apps.core.reporting import Findings, reports
from apps.llm.choices import ModelRunStatus, Pricing
from apps.llm.models import ModelRun
from tests.conftest import Cast
from tests.factories.accounts import UserFactory
from tests.factories.chat import turn
from tests.factories.crm import LeadFactory
from tests.reports.asking import (
    asked,
    cells,
    counted,
    dataset,
    linked_shapes,
    rows_behind,
    tile,
    unlinked_counts,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)
INSIDE = """started_at >= ('2026-11-01'::timestamp AT TIME ZONE %(tz)s)
            AND started_at < ('2026-12-01'::timestamp AT TIME ZONE %(tz)s)"""
TZ = "Asia/Singapore"


def request(user: User | None, at: datetime, **fields: object) -> ModelRun:
    """A request of a model that was answered and priced."""
    return ModelRun(
        **{
            "id": uuid4(),
            "provider": "claude",
            "model": "sonnet",
            "purpose": "loop",
            "agent": "sales",
            "skill": "pipeline_overview",
            "user": user,
            "department": "sales",
            "prompt_hash": "0" * 64,
            "status": ModelRunStatus.COMPLETED,
            "pricing": Pricing.EXACT,
            "cost_usd": Decimal("0.01"),
            "started_at": at,
        }
        | fields
    )


@pytest.fixture
def used(cast: Cast) -> Iterator[Cast]:
    """Two months of requests of every kind."""
    rng = Random(3)
    made = []
    for _ in range(250):
        pricing = rng.choice(Pricing.values)
        status = rng.choice((*ModelRunStatus.values, "completed", "completed"))
        at = NOW - timedelta(days=rng.randrange(0, 60), hours=rng.randrange(24))
        made.append(
            request(
                rng.choice([cast.owner, cast.manager, None]),
                at.replace(hour=rng.choice((15, 16, 3)), minute=30),
                provider=rng.choice(("claude", "kimi")),
                model=rng.choice(("sonnet", "haiku")),
                department=rng.choice(("sales", "finance", "")),
                agent=rng.choice(("sales", "support", "")),
                skill=rng.choice(("pipeline_overview", "knowledge_answer", "")),
                status=status,
                error_class=rng.choice(("overloaded", "timeout")) if status == "failed" else "",
                pricing=pricing,
                cost_usd=None
                if pricing == Pricing.UNPRICED
                else Decimal(rng.randrange(1, 900_000)) / 1_000_000,
                input_tokens=rng.randrange(5_000),
                output_tokens=rng.randrange(900),
                cache_read_tokens=rng.randrange(9_000),
                cache_write_tokens=rng.randrange(700),
            )
        )
    ModelRun.objects.bulk_create([run for run in made if run.started_at <= NOW])
    with time_machine.travel(NOW, tick=False):
        yield cast


def ask(user: User, **filters: object) -> Findings:
    return asked("llm_usage", user, now=NOW, **({"period": "this_month"} | filters))


@pytest.mark.parametrize("tz", [TZ, "America/New_York"])
def test_totals_reconcile_with_the_database(used: Cast, tz: str) -> None:
    used.executive.timezone = tz
    found = ask(used.executive)
    ((requests, cost, estimated, unpriced, failed, fresh, cached, output),) = counted(
        f"""SELECT count(*), sum(cost_usd), sum(cost_usd) FILTER (WHERE pricing = 'estimated'),
                   count(*) FILTER (WHERE cost_usd IS NULL), count(*) FILTER (WHERE status = 'failed'),
                   sum(input_tokens) + sum(cache_write_tokens), sum(cache_read_tokens), sum(output_tokens)
            FROM llm_modelrun WHERE {INSIDE}""",
        tz=tz,
    )
    shown = {item.key: item.value for item in found.tiles}
    assert (shown["requests"], shown["cost"], shown["estimated"]) == (requests, cost, estimated)
    assert (shown["unpriced"], shown["failed"]) == (unpriced, failed)
    assert (shown["fresh"], shown["cached"], shown["output"]) == (fresh, cached, output)
    assert min(requests, unpriced, failed) > 0
    for key in ("models", "departments", "users", "agents", "skills", "days"):
        table = dataset(found, key)
        assert table.total is not None
        summed = [sum(row.values[place] for row in table.rows) for place in range(1, 9)]  # type: ignore[misc]
        assert summed == list(table.total.values[1:]), key


@pytest.mark.parametrize(
    ("key", "column"),
    [("departments", "department"), ("agents", "agent"), ("skills", "skill")],
)
def test_breakdowns_reconcile(used: Cast, key: str, column: str) -> None:
    rows = counted(
        f"SELECT {column}, count(*), coalesce(sum(cost_usd), 0) FROM llm_modelrun WHERE {INSIDE} GROUP BY 1",
        tz=TZ,
    )
    names = {"": "None", "sales": "Sales", "finance": "Finance"} if key == "departments" else {"": "None"}
    expected = {names.get(value, value): (requests, cost) for value, requests, cost in rows}
    assert cells(dataset(ask(used.executive), key), "requests", "cost") == expected


def test_days_are_those_of_the_reader(used: Cast) -> None:
    """Half past eleven at night in Singapore and half past midnight are different days there."""
    rows = counted(
        f"""SELECT (started_at AT TIME ZONE %(tz)s)::date, count(*) FROM llm_modelrun WHERE {INSIDE}
            GROUP BY 1""",
        tz=TZ,
    )
    assert cells(dataset(ask(used.executive), "days"), "requests") == dict(rows)


def test_how_sure_the_cost_is(used: Cast) -> None:
    rows = counted(
        f"SELECT pricing, count(*), sum(cost_usd) FROM llm_modelrun WHERE {INSIDE} GROUP BY 1", tz=TZ
    )
    labels = dict(Pricing.choices)
    expected = {str(labels[pricing]): (requests, cost) for pricing, requests, cost in rows}
    assert cells(dataset(ask(used.executive), "pricing"), "requests", "cost") == expected
    assert expected["No price known"][1] is None


def test_failures_by_kind(used: Cast) -> None:
    rows = counted(
        f"""SELECT error_class, count(*) FROM llm_modelrun WHERE status = 'failed' AND {INSIDE} GROUP BY 1""",
        tz=TZ,
    )
    assert cells(dataset(ask(used.executive), "failures"), "requests") == dict(rows)


def test_the_projection_is_spent_so_far_and_the_mean_of_full_days(cast: Cast) -> None:
    """On the 18th: USD 30 spent this month, 28 of it on the fourteen full days before; 12 days left."""
    made = [request(None, datetime(2026, 11, day, 4, tzinfo=UTC), cost_usd=2) for day in range(4, 18)]
    made.append(request(None, NOW - timedelta(hours=1), cost_usd=1))
    made.append(request(None, datetime(2026, 11, 3, 15, 30, tzinfo=UTC), cost_usd=1))
    made.append(request(None, datetime(2026, 10, 31, 15, 59, tzinfo=UTC), cost_usd=900))
    ModelRun.objects.bulk_create(made)
    found = ask(cast.executive)
    assert tile(found, "projection").value == Decimal("54.00")
    assert "30.00" in tile(found, "projection").note
    assert any("12 days" in note and "2.0000" in note for note in found.notes)


def test_every_number_opens_the_rows_behind_it(used: Cast) -> None:
    for filters in ({}, {"department": "sales", "period": "last_30_days"}):
        found = ask(used.executive, **filters)
        seen: dict[str, tuple[int, Decimal]] = {}
        checked = 0
        for place, what, value, url in linked_shapes(found):
            if "llm/modelrun" not in url or what.key in {"fresh", "cached", "output", "share"}:
                continue
            if url not in seen:
                rows = rows_behind(url, used.executive)
                worth = rows.order_by().aggregate(cost=Sum("cost_usd", default=Decimal(0)))["cost"]
                seen[url] = rows.count(), worth
            assert seen[url][1 if what.kind == "money" else 0] == (value or 0), (place, url)
            checked += 1
        assert checked > 100
        assert [place for place in unlinked_counts(found) if not place.startswith("cost_per")] == []


def test_cost_per_completed_run_by_skill(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=False):
        for status in (RunStatus.COMPLETED, RunStatus.COMPLETED, RunStatus.FAILED):
            run = turn(cast.owner)
            Run.objects.filter(pk=run.pk).update(
                skill="pipeline_overview", status=status, finished_at=NOW - timedelta(days=1)
            )
        ModelRun.objects.bulk_create(
            [request(cast.owner, NOW - timedelta(days=1), cost_usd=Decimal("0.05")) for _ in range(3)]
        )
        table = dataset(ask(cast.executive), "cost_per_run")
    names = ("finished", "completed", "cost", "each")
    assert cells(table, *names) == {"pipeline_overview": (3, 2, Decimal("0.15"), Decimal("0.0750"))}
    urls = table.rows[0].urls
    assert rows_behind(urls["completed"], cast.executive).count() == 2
    assert rows_behind(urls["finished"], cast.executive).count() == 3


def test_cost_per_outcome_is_of_the_department(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=False):
        LeadFactory.create_batch(4)
        ModelRun.objects.bulk_create(
            [
                request(None, NOW, cost_usd=Decimal("0.20")),
                request(None, NOW, cost_usd=Decimal(7), department="finance"),
            ]
        )
        table = dataset(ask(cast.executive), "cost_per_outcome")
    found = cells(table, "reached", "cost", "each")
    assert found["New leads"] == (4, Decimal("0.200000"), Decimal("0.0500"))
    assert found["Leads won"] == (0, Decimal("0.200000"), None)
    assert found["Jobs done by agents"][1] == Decimal("7.2")


def test_it_is_for_those_who_may_see_requests(used: Cast) -> None:
    report = reports.get("llm_usage")
    assert report is not None
    finance = UserFactory(roles=["finance_manager"])
    assert report.allowed(used.executive)
    assert report.allowed(finance)
    assert not any(report.allowed(user) for user in (used.owner, used.manager, used.outsider))
    table = dataset(ask(finance), "cost_per_run")
    assert all(row.urls == {} for row in table.rows)


def test_it_asks_few_questions(used: Cast, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(15):
        ask(used.executive, department="sales")


def test_a_month_without_requests_is_said_in_words(cast: Cast) -> None:
    found = ask(cast.executive)
    assert tile(found, "requests").value == 0
    assert all(table.empty or table.rows for table in found.datasets)
