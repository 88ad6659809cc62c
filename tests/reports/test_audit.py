"""The report on the audit trail, against independent SQL on random actions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
import time_machine

from apps.accounts.models import User
from apps.audit.choices import Source
from apps.audit.models import AuditEvent
from apps.core.reporting import Findings, reports
from tests.conftest import Cast
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
INSIDE = """at >= ('2026-11-01'::timestamp AT TIME ZONE %(tz)s)
            AND at < ('2026-12-01'::timestamp AT TIME ZONE %(tz)s)"""
TZ = "Asia/Singapore"


@pytest.fixture
def watched(cast: Cast) -> Iterator[Cast]:
    """Actions of people and of the system at all hours, and log-ins that failed."""
    rng = Random(9)
    for _ in range(150):
        actor = rng.choice([cast.owner, cast.manager, None])
        at = NOW - timedelta(days=rng.randrange(0, 40), hours=rng.randrange(24), minutes=rng.randrange(60))
        with time_machine.travel(at, tick=False):  # the trail refuses to be changed afterwards
            AuditEvent.objects.create(
                actor=actor,
                actor_label=actor.email if actor else "",
                source=rng.choice(Source.values),
                action=rng.choice(("crm.lead.updated", "crm.lead.created")),
            )
    for number in range(12):
        known = number % 3 != 0
        with time_machine.travel(NOW - timedelta(days=number * 2), tick=False):
            AuditEvent.objects.create(
                source=Source.WEB,
                action="accounts.user.login_failed",
                object_id=str(cast.owner.pk) if known else "",
                object_label=cast.owner.name if known else "",
                ip_address="203.0.113.7" if number % 2 else None,
            )
    with time_machine.travel(NOW, tick=False):
        yield cast


def ask(user: User, **filters: Any) -> Findings:
    return asked("audit_activity", user, now=NOW, **({"period": "this_month"} | filters))


@pytest.mark.parametrize("tz", [TZ, "America/New_York"])
def test_totals_reconcile_with_the_database(watched: Cast, tz: str) -> None:
    watched.executive.timezone = tz
    found = ask(watched.executive)
    ((events, failed),) = counted(
        f"""SELECT count(*), count(*) FILTER (WHERE action = 'accounts.user.login_failed')
            FROM audit_auditevent WHERE {INSIDE}""",
        tz=tz,
    )
    assert (tile(found, "events").value, tile(found, "failed_log_ins").value) == (events, failed)
    assert len(dataset(found, "events").rows) == events > failed > 0
    for key in ("actions", "people", "sources", "days"):
        assert sum(row.values[1] for row in dataset(found, key).rows) == events  # type: ignore[misc]
    actions = counted(f"SELECT action, count(*) FROM audit_auditevent WHERE {INSIDE} GROUP BY 1", tz=tz)
    assert cells(dataset(found, "actions"), "events") == dict(actions)


@pytest.mark.parametrize("tz", [TZ, "America/New_York"])
def test_hours_are_those_of_the_reader(watched: Cast, tz: str) -> None:
    watched.executive.timezone = tz
    found = ask(watched.executive)
    rows = counted(
        f"""SELECT CASE WHEN extract(isodow FROM at AT TIME ZONE %(tz)s) >= 6 THEN 'Weekends'
                        WHEN extract(hour FROM at AT TIME ZONE %(tz)s) < 8 THEN 'Weekdays before 8:00'
                        WHEN extract(hour FROM at AT TIME ZONE %(tz)s) >= 19 THEN 'Weekdays from 19:00'
                   END, count(*)
            FROM audit_auditevent WHERE source IN ('mobile', 'web', 'admin') AND {INSIDE} GROUP BY 1""",
        tz=tz,
    )
    expected = {label: count for label, count in rows if label}
    assert cells(dataset(found, "after_hours"), "events") == expected
    assert len(expected) == 3
    assert tile(found, "after_hours").value == sum(expected.values())


def test_failed_log_ins_by_account_and_address(watched: Cast) -> None:
    rows = counted(
        f"""SELECT CASE object_id WHEN '' THEN 'No such account' ELSE object_label END,
                   coalesce(host(ip_address), ''), count(*)
            FROM audit_auditevent WHERE action = 'accounts.user.login_failed' AND {INSIDE} GROUP BY 1, 2""",
        tz=TZ,
    )
    table = dataset(ask(watched.executive), "failed_log_ins")
    assert sorted(row.values[:3] for row in table.rows) == sorted(rows)


@pytest.mark.parametrize("tz", [TZ, "America/New_York"])
def test_every_number_opens_the_rows_behind_it(watched: Cast, tz: str) -> None:
    watched.executive.timezone = tz
    found = ask(watched.executive)
    assert unlinked_counts(found) == ["after_hours"], "three lists; the table has them"
    checked = 0
    for place, what, value, url in linked_shapes(found):
        if what.kind == "count":
            assert rows_behind(url, watched.executive).count() == value, (place, url)
            checked += 1
    assert checked > 15


def test_it_is_for_auditors(watched: Cast) -> None:
    report = reports.get("audit_activity")
    assert report is not None
    assert report.allowed(watched.executive)
    assert not any(report.allowed(user) for user in (watched.owner, watched.manager, watched.outsider))


def test_it_asks_few_questions(watched: Cast, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(8):
        ask(watched.executive)
