"""The report on mails, against independent SQL on random mails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
import time_machine

from apps.accounts.models import User
from apps.audit.choices import EmailStatus
from apps.audit.models import EmailLog
from apps.audit.reports import mails
from apps.core.reporting import Findings, reports
from tests.conftest import Cast
from tests.factories.accounts import UserFactory
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
INSIDE = """created_at >= ('2026-11-01'::timestamp AT TIME ZONE %(tz)s)
            AND created_at < ('2026-12-01'::timestamp AT TIME ZONE %(tz)s)"""
TZ = "Asia/Singapore"


@pytest.fixture
def posted(cast: Cast) -> Iterator[Cast]:
    """Mails of two people and of the system."""
    rng = Random(6)
    for number in range(80):
        mail = EmailLog.objects.create(
            status=rng.choice(EmailStatus.values),
            sender="house@mezzofy.test",
            recipients=["a@merchant.test", "b@merchant.test"][: rng.randrange(1, 3)],
            subject=f"=Offer {number}",
            user=rng.choice([cast.owner, cast.manager, None]),
            purpose=rng.choice(("lead_outreach", "weekly_report")),
            error="Mailbox full" if number % 9 == 0 else "",
        )
        at = (NOW - timedelta(days=rng.randrange(0, 45))).replace(hour=rng.choice((15, 16)), minute=30)
        EmailLog.objects.filter(pk=mail.pk).update(created_at=min(at, NOW))
    with time_machine.travel(NOW, tick=False):
        yield cast


def ask(user: User, **filters: Any) -> Findings:
    return asked("email_log", user, now=NOW, **({"period": "this_month"} | filters))


@pytest.mark.parametrize("tz", [TZ, "America/New_York"])
def test_totals_reconcile_with_the_database(posted: Cast, tz: str) -> None:
    posted.executive.timezone = tz
    found = ask(posted.executive)
    ((mails_, sent, lost),) = counted(
        f"""SELECT count(*), count(*) FILTER (WHERE status = 'sent'),
                   count(*) FILTER (WHERE status IN ('failed', 'bounced'))
            FROM audit_emaillog WHERE {INSIDE}""",
        tz=tz,
    )
    shown = {item.key: item.value for item in found.tiles}
    assert (shown["mails"], shown["sent"], shown["failed"]) == (mails_, sent, lost)
    assert len(dataset(found, "mails").rows) == mails_ > sent > 0
    for key in ("statuses", "people", "purposes", "days"):
        assert sum(row.values[1] for row in dataset(found, key).rows) == mails_  # type: ignore[misc]


def test_people_purposes_and_days_reconcile(posted: Cast) -> None:
    found = ask(posted.executive)
    people = counted(
        f"""SELECT coalesce(name, 'The system'), count(*) FROM audit_emaillog m
            LEFT JOIN accounts_user u ON u.id = m.user_id
            WHERE {INSIDE.replace("created_at", "m.created_at")} GROUP BY 1""",
        tz=TZ,
    )
    assert cells(dataset(found, "people"), "mails") == dict(people)
    days = counted(
        f"""SELECT (created_at AT TIME ZONE %(tz)s)::date, count(*) FROM audit_emaillog
            WHERE {INSIDE} GROUP BY 1""",
        tz=TZ,
    )
    assert cells(dataset(found, "days"), "mails") == dict(days)
    assert set(cells(dataset(found, "purposes"), "mails")) == {"Lead outreach", "Weekly report"}


def test_every_number_opens_the_rows_behind_it(posted: Cast) -> None:
    for user in (posted.executive, posted.owner):
        found = ask(user)
        assert unlinked_counts(found) == []
        checked = 0
        for place, what, value, url in linked_shapes(found):
            if what.kind == "count":
                assert rows_behind(url, user).count() == value, (place, url)
                checked += 1
        assert checked > 15


def test_staff_read_their_own_mails_only(posted: Cast) -> None:
    found = ask(posted.owner)
    ((own,),) = counted(
        f"SELECT count(*) FROM audit_emaillog WHERE {INSIDE} AND user_id = %(user)s",
        tz=TZ,
        user=posted.owner.pk,
    )
    assert tile(found, "mails").value == own > 0
    assert list(cells(dataset(found, "people"), "mails")) == ["Olive Owner"]
    report = reports.get("email_log")
    assert report is not None
    assert not report.allowed(UserFactory())
    assert not report.allowed(User(is_active=False))


def test_the_list_is_bounded_and_the_latest_come_first(posted: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mails, "MAX_ROWS", 5)
    rows = dataset(ask(posted.executive), "mails").rows
    moments = [row.values[0] for row in rows]
    assert len(rows) == 5
    assert moments == sorted(moments, reverse=True)  # type: ignore[type-var]


def test_it_asks_few_questions(posted: Cast, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(8):
        ask(posted.executive)
