"""Key figures of sales against numbers counted by independent SQL on two years of demo data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from apps.core.figures import figures
from apps.core.periods import Period
from apps.crm.demo.seeding import seed_demo
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 10, tzinfo=UTC)
PERIODS = [
    Period.week_of(date(2026, 2, 25)),
    Period.week_of(date(2025, 12, 30)),
    Period.month_of(date(2025, 10, 5)),
    Period.week_of(date(2026, 2, 25), "America/New_York"),
]
INSIDE = ">= (%(first)s::timestamp AT TIME ZONE %(tz)s) AND {0} < (%(end)s::timestamp AT TIME ZONE %(tz)s)"
END = "(%(end)s::timestamp AT TIME ZONE %(tz)s)"
SQL = {
    "crm.new_leads": f"SELECT count(*) FROM crm_lead WHERE created_at {INSIDE.format('created_at')}",
    "crm.contacted_leads": f"""
        SELECT count(DISTINCT lead_id) FROM crm_leadactivity
        WHERE kind = 'contact' AND occurred_at {INSIDE.format("occurred_at")}""",
    "crm.won_leads": f"""
        SELECT count(DISTINCT lead_id) FROM crm_leadactivity
        WHERE kind = 'status' AND to_status = 'closed_won' AND occurred_at {INSIDE.format("occurred_at")}""",
    "crm.won_value": f"""
        SELECT coalesce(sum(value), 0) FROM crm_lead JOIN crm_leadactivity a ON a.lead_id = crm_lead.id
        WHERE a.to_status = 'closed_won' AND a.occurred_at {INSIDE.format("a.occurred_at")}""",
    "crm.pipeline_value": f"""
        SELECT coalesce(sum(value), 0) FROM crm_lead l WHERE l.created_at < {END} AND NOT EXISTS (
            SELECT 1 FROM crm_leadactivity a WHERE a.lead_id = l.id AND a.to_status LIKE 'closed%%'
            AND a.occurred_at < {END})""",
    "crm.conversion_rate": f"""
        SELECT coalesce(
            round(100.0 * count(*) FILTER (WHERE to_status = 'closed_won') / nullif(count(*), 0), 1), 0)
        FROM crm_leadactivity
        WHERE to_status LIKE 'closed%%' AND occurred_at {INSIDE.format("occurred_at")}""",
    "crm.stale_leads": f"""
        SELECT count(*) FROM crm_lead l WHERE NOT EXISTS (
            SELECT 1 FROM crm_leadactivity a WHERE a.lead_id = l.id AND a.to_status LIKE 'closed%%'
            AND a.occurred_at < {END})
        AND greatest(l.created_at, (
            SELECT max(a.occurred_at) FROM crm_leadactivity a
            WHERE a.lead_id = l.id AND a.kind = 'contact' AND a.occurred_at < {END}
        )) < {END} - interval '14 days'""",
}


@pytest.fixture
def counted(cast: Cast) -> Callable[[str, Period], Decimal]:
    """Demo data, and a way to count in it without our code."""
    seed_demo(seed=11, leads=600, now=NOW)

    def count(key: str, period: Period) -> Decimal:
        values: dict[str, Any] = {"first": period.start, "end": period.end, "tz": period.tz}
        with connection.cursor() as cursor:
            cursor.execute(SQL[key], values)
            return Decimal(cursor.fetchone()[0])

    return count


def test_every_sales_figure_reconciles_with_the_database(
    cast: Cast, counted: Callable[[str, Period], Decimal]
) -> None:
    declared = {figure.key for figure in figures if figure.key.startswith("crm.")}
    assert declared == set(SQL)
    for key in sorted(declared):
        figure = figures.get(key)
        assert figure is not None
        values = [Decimal(figure.compute(period, cast.executive)) for period in PERIODS]
        assert values == [counted(key, period) for period in PERIODS], key
        assert any(values), f"{key} is zero everywhere, so this proves nothing"


def test_a_figure_counts_only_what_its_reader_may_see(cast: Cast, counted: object) -> None:
    figure = figures.get("crm.pipeline_value")
    assert figure is not None
    assert figure.compute(PERIODS[0], cast.manager) > 0
    assert figure.compute(PERIODS[0], cast.owner) == 0
    assert figure.compute(PERIODS[0], cast.outsider) == 0
