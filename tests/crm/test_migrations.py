"""Leads of the first release keep their history in the new tables, and find it again on the way back.

The statements of the migrations run here on the tables of today; walking the whole graph of migrations back
and forth takes a minute and would test Django.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from apps.core.ids import uuid7
from apps.crm.models import Activity, Customer, Lead, LeadTally, StageChange
from tests.factories.accounts import UserFactory
from tests.factories.crm import CompanyFactory, LeadFactory

pytestmark = pytest.mark.django_db

MONDAY = datetime(2025, 3, 3, 9, tzinfo=UTC)
DAY = timedelta(days=1)
COLUMNS = "id, created_at, updated_at, lead_id, kind, occurred_at, by_id, from_status, to_status, note"
#: As in the first release: a table for contacts and changes, and lost leads without a reason.
FIRST_RELEASE = """
CREATE TEMPORARY TABLE crm_leadactivity (
    id uuid PRIMARY KEY, created_at timestamptz, updated_at timestamptz, lead_id uuid, kind varchar(8),
    occurred_at timestamptz, by_id uuid, from_status varchar(12), to_status varchar(12), note text
);
ALTER TABLE crm_lead DROP CONSTRAINT lead_lost_with_reason;
"""


def run(sql: str, values: Iterable[Any] = ()) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values) or None)


def migration(name: str) -> Any:
    return import_module(f"apps.crm.migrations.{name}")


class House:
    """Leads as the first release wrote them."""

    def __init__(self) -> None:
        run(FIRST_RELEASE)
        self.rep = UserFactory()
        self.company = CompanyFactory()

    def lead(self, name: str, status: str, **facts: Any) -> Lead:
        """A lead that came in on a Monday."""
        lead = LeadFactory(
            company_name=name, status=status, value=Decimal(1500), assigned_to=self.rep, **facts
        )
        Lead.objects.filter(pk=lead.pk).update(created_at=MONDAY)
        return lead

    def moved(self, lead: Lead, before: str, after: str, days: float) -> None:
        """A change of status so many days after it came in."""
        self._happened(lead, "status", days, (before, after, ""))

    def contacted(self, lead: Lead, note: str, days: float) -> None:
        """A contact so many days after it came in."""
        self._happened(lead, "contact", days, ("", "", note))

    def _happened(self, lead: Lead, kind: str, days: float, facts: tuple[str, str, str]) -> None:
        at = MONDAY + days * DAY
        run(
            f"INSERT INTO crm_leadactivity ({COLUMNS}) VALUES ({', '.join(['%s'] * 10)})",
            (uuid7(), at, at, lead.pk, kind, at, self.rep.pk, *facts),
        )


@pytest.fixture
def house() -> House:
    """Leads in all the ways they could have gone."""
    house = House()
    house.lead("Fresh", "new")
    walked = house.lead("Walked", "qualified")
    house.contacted(walked, "Called", 1)
    house.moved(walked, "new", "contacted", 1)
    house.moved(walked, "contacted", "qualified", 3.5)
    given_up = house.lead("Given up", "closed_lost", closed_at=MONDAY + 2 * DAY)
    house.moved(given_up, "new", "closed_lost", 2)
    house.lead("Came lost", "closed_lost")
    for days in (9, 5):
        house.lead(f"Won {days}", "closed_won", company=house.company, closed_at=MONDAY + days * DAY)
    house.lead("Won alone", "closed_won")
    return house


def history(name: str) -> list[tuple[Any, ...]]:
    changes = StageChange.objects.filter(lead__company_name=name).order_by("at", "from_status")
    return list(changes.values_list("from_status", "to_status", "at", "seconds", "lost_reason"))


def old_rows() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, lead_id, kind, occurred_at, by_id, from_status, to_status, note"
            " FROM crm_leadactivity ORDER BY id"
        )
        return cursor.fetchall()


def test_changes_of_status_become_stage_changes_with_their_length(house: House) -> None:
    run(migration("0003_carry_over").FORWARD)
    assert history("Fresh") == [("", "new", MONDAY, None, "")]
    assert history("Walked") == [
        ("", "new", MONDAY, None, ""),
        ("new", "contacted", MONDAY + DAY, 86_400, ""),
        ("contacted", "qualified", MONDAY + 3.5 * DAY, 216_000, ""),
    ]
    assert history("Given up") == [
        ("", "new", MONDAY, None, ""),
        ("new", "closed_lost", MONDAY + 2 * DAY, 172_800, "not_recorded"),
    ]
    assert history("Came lost") == [("", "closed_lost", MONDAY, None, "not_recorded")]
    assert set(StageChange.objects.values_list("value", "currency")) == {(Decimal("1500.00"), "SGD")}


def test_contacts_become_activities(house: House) -> None:
    run(migration("0003_carry_over").FORWARD)
    activity = Activity.objects.select_related("lead").get()
    assert activity.lead is not None
    assert (activity.kind, activity.note, activity.by) == ("contact", "Called", house.rep)
    assert (activity.lead.company_name, activity.occurred_at) == ("Walked", MONDAY + DAY)


def test_leads_get_a_place_a_reason_and_since_when(house: House) -> None:
    run(migration("0003_carry_over").FORWARD)
    for lead in Lead.objects.all():
        assert lead.position == int(MONDAY.timestamp())
        assert lead.lost_reason == ("not_recorded" if lead.status == "closed_lost" else "")
    since = dict(Lead.objects.values_list("company_name", "stage_since"))
    assert (since["Walked"], since["Fresh"]) == (MONDAY + 3.5 * DAY, MONDAY)


def test_a_company_that_was_won_twice_is_one_customer_since_the_first_time(house: House) -> None:
    run(migration("0003_carry_over").FORWARD)
    customer = Customer.objects.select_related("lead").get()
    assert (customer.company, customer.account_manager) == (house.company, house.rep)
    assert customer.lead is not None
    assert (customer.lead.company_name, customer.since) == ("Won 5", MONDAY + 5 * DAY)


def test_the_way_back_finds_contacts_and_changes_again(house: House) -> None:
    before = old_rows()
    run(migration("0003_carry_over").FORWARD)
    run("DELETE FROM crm_leadactivity")
    run(migration("0003_carry_over").BACKWARD)
    assert old_rows() == before
    assert len(before) == 4


def test_the_totals_begin_with_the_leads_that_are_there(house: House) -> None:
    tally = migration("0005_tally")
    run(tally.BACKWARD)
    assert not LeadTally.objects.exists()
    run(tally.FORWARD)
    counts = {row.status: (row.leads, row.value) for row in LeadTally.objects.all()}
    assert counts == {
        "new": (1, Decimal(1500)),
        "qualified": (1, Decimal(1500)),
        "closed_lost": (2, Decimal(3000)),
        "closed_won": (3, Decimal(4500)),
    }
    Lead.objects.filter(status="new").delete()
    assert sum(LeadTally.objects.filter(status="new").values_list("leads", flat=True)) == 0
