"""The running totals of leads are what counting would say."""

from __future__ import annotations

import random
import threading
from collections import defaultdict
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from apps.accounts.models import User
from apps.core.ids import uuid7
from apps.crm.choices import LeadSource, LeadStatus, LostReason
from apps.crm.importing.writing import copy_rows
from apps.crm.models import Lead, LeadTally
from apps.crm.services.tally import compact_tally
from tests.conftest import Cast
from tests.factories.crm import LeadFactory

pytestmark = pytest.mark.django_db

Group = tuple[str, str, UUID | None, str]
GROUP = "status, source, assigned_to_id, currency"


def counted() -> dict[Group, tuple[int, Decimal]]:
    """By SQL over the leads themselves."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {GROUP}, count(*), coalesce(sum(value), 0) FROM crm_lead GROUP BY {GROUP}")
        return {tuple(row[:4]): (row[4], row[5]) for row in cursor.fetchall()}


def kept() -> dict[Group, tuple[int, Decimal]]:
    """The sums of the tally's rows; groups that became empty left out."""
    sums: dict[Group, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for row in LeadTally.objects.all():
        group = sums[row.status, row.source, row.assigned_to_id, row.currency]
        group[0] += row.leads
        group[1] += row.value
    return {key: (int(leads), value) for key, (leads, value) in sums.items() if leads or value}


def rows_per_group() -> int:
    """The most rows that one group has."""
    groups: dict[Group, int] = defaultdict(int)
    for row in LeadTally.objects.values_list("status", "source", "assigned_to_id", "currency"):
        groups[row] += 1
    return max(groups.values(), default=0)


class Traffic:
    """Random changes of leads by every way there is."""

    def __init__(self, dice: random.Random, people: list[User | None]) -> None:
        self.dice = dice
        self.people = people

    def facts(self) -> dict[str, object]:
        status = self.dice.choice(LeadStatus.values)
        return {
            "status": status,
            "lost_reason": LostReason.PRICE if status == LeadStatus.CLOSED_LOST else "",
            "source": self.dice.choice(LeadSource.values),
            "assigned_to": self.dice.choice(self.people),
            "currency": self.dice.choice(["SGD", "MYR"]),
            "value": self.dice.choice([None, Decimal(self.dice.randrange(10_000)) / 100]),
        }

    def add(self) -> None:
        LeadFactory(**self.facts())

    def change(self) -> None:
        lead = self.any()
        if lead:
            for name, value in self.facts().items():
                setattr(lead, name, value)
            lead.save()

    def reassign(self) -> None:
        Lead.objects.filter(assigned_to=self.dice.choice(self.people)).update(
            assigned_to=self.dice.choice(self.people)
        )

    def remove(self) -> None:
        lead = self.any()
        if lead and self.dice.random() < 0.5:
            lead.delete()

    def touch(self) -> None:
        Lead.objects.update(notes="nothing that counts")

    def copy(self) -> None:
        now = timezone.now()
        rows = [self.facts() for _ in range(self.dice.randrange(1, 30))]
        first = {
            "contact_name": "",
            "contact_phone": "",
            "contact_email": "",
            "phone_key": "",
            "industry": "",
        }
        fixed = {
            **first,
            "company_name": "ABC",
            "company_key": "abc",
            "location": "",
            "notes": "",
            "lost_note": "",
        }
        more = {
            **fixed,
            "created_at": now,
            "updated_at": now,
            "stage_since": now,
            "position": 1,
            "extra": "{}",
        }
        complete = [
            {
                **more,
                **{name: value for name, value in row.items() if name != "assigned_to"},
                "id": uuid7(),
                "assigned_to_id": getattr(row["assigned_to"], "pk", None),
            }
            for row in rows
        ]
        names = tuple(complete[0])
        copy_rows(Lead, names, ([row[name] for name in names] for row in complete))

    def any(self) -> Lead | None:
        return Lead.objects.order_by("?").first()

    def run(self, steps: int) -> None:
        acts = [
            self.add,
            self.add,
            self.change,
            self.change,
            self.reassign,
            self.remove,
            self.touch,
            self.copy,
        ]
        for _ in range(steps):
            self.dice.choice(acts)()


@pytest.mark.parametrize("seed", range(6))
def test_totals_equal_counting_before_and_after_folding(cast: Cast, seed: int) -> None:
    traffic = Traffic(random.Random(seed), [cast.owner, cast.colleague, cast.manager, None])
    for _ in range(3):
        traffic.run(25)
        assert kept() == counted()
        compact_tally()
        assert kept() == counted()
        assert rows_per_group() <= 1
        assert all(row.leads or row.value for row in LeadTally.objects.all())


def test_folding_says_what_it_saved_and_leaves_single_rows_alone(cast: Cast) -> None:
    LeadFactory.create_batch(5, assigned_to=cast.owner)
    alone = LeadFactory(assigned_to=cast.colleague)
    single = LeadTally.objects.get(assigned_to_id=cast.colleague.pk)
    assert compact_tally() == 4
    assert compact_tally() == 0
    assert LeadTally.objects.get(assigned_to_id=cast.colleague.pk) == single
    alone.delete()
    assert compact_tally() == 2, "a group that became empty needs no row"


def test_what_counts_nothing_leaves_no_row(cast: Cast) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    rows = LeadTally.objects.count()
    Lead.objects.filter(pk=lead.pk).update(notes="new", industry="F&B")
    assert LeadTally.objects.count() == rows


@pytest.mark.parametrize(
    ("who", "leads"),
    [("owner", 2), ("colleague", 1), ("manager", 4), ("executive", 4), ("admin", 4), ("outsider", 0)],
)
def test_totals_are_of_what_a_person_may_know(cast: Cast, who: str, leads: int) -> None:
    LeadFactory.create_batch(2, assigned_to=cast.owner)
    LeadFactory(assigned_to=cast.colleague)
    LeadFactory(assigned_to=None)
    visible = LeadTally.objects.visible_to(getattr(cast, who))
    assert sum(row.leads for row in visible) == leads


@pytest.mark.django_db(transaction=True)
def test_folding_beside_writers_loses_nothing(cast: Cast) -> None:
    start, failures = threading.Barrier(5), []

    def guarded(work: object) -> None:
        try:
            start.wait(timeout=20)
            work()  # type: ignore[operator]
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    def write(seed: int) -> None:
        dice = random.Random(seed)
        for _ in range(25):
            lead = LeadFactory(assigned_to=cast.owner, value=Decimal(dice.randrange(100)))
            Lead.objects.filter(pk=lead.pk).update(status=dice.choice(["contacted", "qualified"]))
            if dice.random() < 0.3:
                lead.delete()

    def fold() -> None:
        for _ in range(40):
            compact_tally()

    works = [lambda: write(1), lambda: write(2), lambda: write(3), fold, fold]
    threads = [threading.Thread(target=guarded, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=90)
    assert failures == []
    assert kept() == counted()
    compact_tally()
    assert kept() == counted()
    assert rows_per_group() <= 1
