"""Key figures of sales against numbers counted by independent SQL on random leads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db.models import Sum

from apps.core.figures import Figure, Survey, figures
from apps.core.periods import Period
from apps.crm.choices import ActivityKind
from apps.crm.models import Customer, Lead
from tests.conftest import Cast
from tests.factories.accounts import UserFactory
from tests.factories.crm import ActivityFactory, CompanyFactory, CustomerFactory, LeadFactory
from tests.reports.asking import asked, counted, rows_behind, tile
from tests.reports.leads_at_random import NOW, scatter

pytestmark = pytest.mark.django_db

PERIODS = [
    Period.week_of(date(2026, 11, 18)),
    Period.week_of(date(2026, 9, 30)),
    Period.month_of(date(2026, 6, 5)),
    Period.quarter_of(date(2026, 6, 5), "America/New_York"),
]
END = "(%(end)s::timestamp AT TIME ZONE %(tz)s)"
THEN = f"least({END}, %(now)s)"
START = "(%(first)s::timestamp AT TIME ZONE %(tz)s)"
CONTACTS = "('call', 'email', 'meeting', 'message', 'contact')"
OPEN = "('new', 'contacted', 'qualified', 'proposal')"
OPEN_THEN = f"created_at < {END} AND (status IN {OPEN} OR closed_at >= {END})"


def inside(column: str) -> str:
    return f"{column} >= {START} AND {column} < {END}"


SQL = {
    "crm.new_leads": f"SELECT count(*) FROM crm_lead WHERE {inside('created_at')}",
    "crm.marketed_leads": f"""SELECT count(*) FROM crm_lead WHERE {inside("created_at")}
        AND source IN ('website', 'event', 'linkedin')""",
    "crm.contacted_leads": f"""SELECT count(DISTINCT lead_id) FROM crm_activity
        WHERE kind IN {CONTACTS} AND lead_id IS NOT NULL AND {inside("occurred_at")}""",
    "crm.won_leads": f"""SELECT count(*) FROM crm_lead
        WHERE status = 'closed_won' AND {inside("closed_at")}""",
    "crm.won_value": f"""SELECT coalesce(sum(value), 0) FROM crm_lead
        WHERE status = 'closed_won' AND currency = 'SGD' AND {inside("closed_at")}""",
    "crm.pipeline_value": f"""SELECT coalesce(sum(value), 0) FROM crm_lead
        WHERE currency = 'SGD' AND {OPEN_THEN}""",
    "crm.conversion_rate": f"""SELECT coalesce(round(
        100.0 * count(*) FILTER (WHERE status = 'closed_won') / nullif(count(*), 0), 1), 0)
        FROM crm_lead WHERE {inside("closed_at")}""",
    "crm.stale_leads": f"""SELECT count(*) FROM crm_lead l
        WHERE created_at < {THEN} - interval '14 days' AND (status IN {OPEN} OR closed_at >= {THEN})
        AND NOT EXISTS (
            SELECT 1 FROM crm_activity a WHERE a.lead_id = l.id AND kind IN {CONTACTS}
            AND occurred_at < {THEN} AND occurred_at >= {THEN} - interval '14 days')""",
    "crm.new_customers": f"SELECT count(*) FROM crm_customer WHERE {inside('since')}",
    "crm.customer_contacts": f"""SELECT count(*) FROM crm_activity
        WHERE kind IN {CONTACTS} AND lead_id IS NULL AND {inside("occurred_at")}""",
}


def count(key: str, period: Period) -> Decimal:
    values: dict[str, Any] = {"first": period.start, "end": period.end, "tz": period.tz, "now": NOW}
    return Decimal(counted(SQL[key], **values)[0][0])


@pytest.fixture
def scattered(cast: Cast) -> Iterator[Cast]:
    """Leads, and customers that were spoken to."""
    scatter(seed=11, leads=250, owners=[cast.owner, cast.colleague, None])
    for days in (1, 50, 160):
        CustomerFactory(since=NOW - timedelta(days=days))
        ActivityFactory(lead=None, company=CompanyFactory(), occurred_at=NOW - timedelta(days=days))
        ActivityFactory(
            lead=None,
            company=CompanyFactory(),
            occurred_at=NOW - timedelta(days=days),
            kind=ActivityKind.NOTE,
        )
    with time_machine.travel(NOW, tick=False):
        yield cast


def test_every_figure_of_sales_reconciles_with_the_database(scattered: Cast) -> None:
    declared = {figure.key for figure in figures if figure.key.startswith("crm.")}
    assert declared == set(SQL)
    for key in sorted(declared):
        figure = figures.get(key)
        assert figure is not None
        values = [figure.value(period, scattered.executive) for period in PERIODS]
        assert values == [count(key, period) for period in PERIODS], key
        assert any(values), f"{key} is zero everywhere, so this proves nothing"


def test_many_periods_read_at_once_say_the_same_as_each_alone(scattered: Cast) -> None:
    """Overlapping, empty, past and running ones, of one zone."""
    periods = [
        *PERIODS[:3],
        Period.year_of(NOW.date()),
        Period.month_of(date(2031, 1, 1)),
        Period.week_of(date(2019, 1, 1)),
    ]
    for user in (scattered.executive, scattered.owner, scattered.outsider):
        survey = Survey(figures, user, periods)
        for figure in figures:
            for period in periods:
                assert survey.value(figure, period) == figure.value(period, user), (figure.key, period)


def test_figures_that_share_a_source_read_it_once(cast: Cast) -> None:
    seen: list[list[Period]] = []

    def read(periods: Sequence[Period], user: object) -> list[int]:
        seen.append(list(periods))
        return [period.start.day for period in periods]

    def figure(key: str, *, series: bool) -> Figure[int]:
        return Figure(key, key, "count", "sales", "up", read, lambda day: day, series=series)

    first, second, third = PERIODS[:3]
    shared = [figure("plain", series=False), figure("charted", series=True)]
    survey = Survey(shared, cast.owner, [first, second], series=[second, third])
    assert seen == [[first, second, third]]
    assert survey.value(shared[1], third) == third.start.day
    with pytest.raises(KeyError):
        Survey(shared[:1], cast.owner, [first], series=[third]).facts(shared[0], third)


def test_leads_closed_before_they_came_in_were_never_open(cast: Cast) -> None:
    """Times that were carried over from elsewhere may be wrong."""
    figure = figures.get("crm.pipeline_value")
    assert figure is not None
    odd = LeadFactory(value=100, won=True)
    Lead.objects.filter(pk=odd.pk).update(created_at=NOW, closed_at=NOW - timedelta(days=30))
    with time_machine.travel(NOW, tick=False):
        weeks = [Period.week_of(NOW.date() - timedelta(days=days)) for days in (0, 14, 50)]
        assert [figure.value(week, cast.manager) for week in weeks] == [0, 0, 0]


def test_every_figure_opens_the_rows_behind_it(scattered: Cast) -> None:
    admin = scattered.admin
    for key in SQL:
        figure = figures.get(key)
        assert figure is not None
        assert figure.rows_url is not None, key
        for period in PERIODS:
            admin.timezone = period.tz
            rows = rows_behind(figure.rows_url(period, admin), admin)
            value = figure.value(period, admin)
            if figure.unit == "money":
                assert (rows.order_by().aggregate(worth=Sum("value"))["worth"] or 0) == value, key
            elif figure.unit == "count":
                assert rows.count() == value, (key, period)


def test_links_are_for_those_who_may_see_all_rows_that_were_counted(scattered: Cast) -> None:
    figure = figures.get("crm.new_leads")
    assert figure is not None
    assert figure.rows_url is not None
    finance = UserFactory(roles=["finance_manager"])
    for user in (scattered.executive, scattered.outsider, finance):
        assert figure.rows_url(PERIODS[0], user) == ""
    for user in (scattered.manager, scattered.owner):
        assert rows_behind(figure.rows_url(PERIODS[2], user), user).count() == figure.value(PERIODS[2], user)


def test_money_of_other_currencies_is_said_and_not_added(cast: Cast) -> None:
    figure = figures.get("crm.pipeline_value")
    assert figure is not None
    period = Period.week_of(NOW.date())

    def note() -> str:
        assert figure is not None
        assert figure.note is not None
        return figure.note(figure.read([period], cast.manager)[0], cast.manager)

    with time_machine.travel(NOW, tick=False):
        LeadFactory(value=100)
        assert note() == ""
        LeadFactory(value=12_500, currency="MYR")
        LeadFactory(value=5, currency="USD")
        assert figure.value(period, cast.manager) == 100
        assert note() == "Besides, in other currencies: MYR 12,500, USD 5."
        shown = tile(asked("management_kpis", cast.manager, now=NOW, period="this_week"), figure.key)
    assert shown.value == 100
    assert "MYR 12,500" in shown.note


def test_a_figure_counts_only_what_its_reader_may_see(scattered: Cast) -> None:
    """Readers of key figures read those of the house; a representative the own ones; others nothing."""
    for key in ("crm.new_leads", "crm.won_leads"):
        figure = figures.get(key)
        assert figure is not None
        period = PERIODS[3]
        assert figure.value(period, scattered.manager) == count(key, period) > 0
        ((own,),) = counted(
            f"{SQL[key]} AND assigned_to_id = %(owner)s",
            first=period.start,
            end=period.end,
            tz=period.tz,
            now=NOW,
            owner=scattered.owner.pk,
        )
        assert figure.value(period, scattered.owner) == own
        assert figure.value(period, scattered.outsider) == 0
    for key in ("crm.pipeline_value", "crm.stale_leads", "crm.contacted_leads"):
        figure = figures.get(key)
        assert figure is not None
        mine = figure.value(PERIODS[3], scattered.owner)
        assert 0 < mine < figure.value(PERIODS[3], scattered.manager), key
        assert figure.value(PERIODS[3], scattered.outsider) == 0


def test_a_future_end_counts_as_of_now(cast: Cast) -> None:
    figure = figures.get("crm.pipeline_value")
    assert figure is not None
    with time_machine.travel(NOW, tick=False):
        LeadFactory(value=7)
        assert figure.value(Period.year_of(NOW.date()), cast.manager) == 7


def test_customers_are_counted_by_the_day_they_became_one(cast: Cast) -> None:
    figure = figures.get("crm.new_customers")
    assert figure is not None
    CustomerFactory(since="2026-11-16T00:00:00+08:00")
    CustomerFactory(since="2026-11-15T23:59:59+08:00")
    assert Customer.objects.count() == 2
    assert figure.value(Period.week_of(date(2026, 11, 18)), cast.manager) == 1
