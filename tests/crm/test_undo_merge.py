"""A merge is taken back: exactly as it was, or with a sentence why not."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.contacts.models import Company, Contact
from apps.core.errors import Conflict, NotFound
from apps.crm.choices import LeadStatus
from apps.crm.models import Activity, Lead, LeadFile, Merge
from apps.crm.services import merging
from tests.conftest import Cast
from tests.crm.at_once import at_once
from tests.factories.chat import stored
from tests.factories.pairs import SEEDS, Pairs, everything, lead_of, merged

pytestmark = pytest.mark.django_db


def undone(cast: Cast, merge: Merge) -> merging.Undone:
    return merging.undo_merge(actor=cast.manager, merge=merge)


@pytest.mark.parametrize("kind", ["leads", "companies", "contacts"])
@pytest.mark.parametrize("seed", SEEDS)
def test_merging_and_undoing_is_exactly_the_state_before(cast: Cast, kind: str, seed: int) -> None:
    kept, other = getattr(Pairs(seed, cast.owner, cast.colleague), kind)()
    before = everything(Lead, Company, Contact)
    done = merged(cast, kept, other)
    assert everything(Lead, Company, Contact) != before
    answer = undone(cast, done)
    after = everything(Lead, Company, Contact)
    # Only the version of the kept row is new: whoever read it during the merge must not overwrite it.
    label = type(kept)._meta.label
    was, now = before[label][str(kept.pk)], after[label][str(kept.pk)]
    assert now["updated_at"] > was["updated_at"]
    now["updated_at"] = was["updated_at"]
    assert after == before
    assert (answer.edited, answer.stayed) == ((), 0)


def test_what_somebody_wrote_since_stays_and_is_named(cast: Cast) -> None:
    kept = lead_of(cast, industry="Food", location="Bugis", status="new")
    other = lead_of(cast, industry="Dining", location="Yishun", status="closed_lost", lost_reason="price")
    done = merged(cast, kept, other, choices={"industry": "other", "location": "other", "status": "other"})
    kept.industry, kept.lost_note = "Hotels", "Rang again"
    kept.save()
    answer = undone(cast, done)
    kept.refresh_from_db()
    assert (kept.industry, kept.location) == ("Hotels", "Bugis")
    # Status and reason belong together: with one edited, none is taken back.
    assert (kept.status, kept.lost_reason) == (LeadStatus.CLOSED_LOST, "price")
    assert set(answer.edited) == {"Industry", "Status"}
    event = AuditEvent.objects.get(action="crm.lead.merge_undone")
    assert set(event.details["edited"]) == {"Industry", "Status"}


def test_rows_that_came_or_went_since_stay_where_they_are(cast: Cast) -> None:
    kept, other, third = lead_of(cast), lead_of(cast), lead_of(cast)
    make = {"kind": "note", "occurred_at": timezone.now()}
    gone, moved, back = (Activity.objects.create(lead=other, **make) for _ in range(3))
    done = merged(cast, kept, other)
    new = Activity.objects.create(lead=kept, **make)
    gone.delete()
    Activity.objects.filter(pk=moved.pk).update(lead=third)
    assert undone(cast, done).stayed == 2
    assert dict(Activity.objects.values_list("pk", "lead")) == {
        moved.pk: third.pk,
        back.pk: done.merged_id,
        new.pk: kept.pk,
    }


def test_a_file_of_both_that_was_deleted_since_does_not_come_back(cast: Cast) -> None:
    kept, other = lead_of(cast), lead_of(cast)
    artifact = stored(cast.owner)
    for lead in (kept, other):
        LeadFile.objects.create(lead=lead, artifact=artifact)
    done = merged(cast, kept, other)
    assert LeadFile.objects.count() == 1
    artifact.delete()
    assert undone(cast, done).stayed == 1
    assert (Lead.objects.count(), LeadFile.objects.count()) == (2, 0)


def test_a_second_undo_is_refused(cast: Cast) -> None:
    done = merged(cast, lead_of(cast), lead_of(cast))
    undone(cast, done)
    with pytest.raises(Conflict, match="undone already") as caught:
        undone(cast, done)
    assert caught.value.code == "already_undone"
    done.refresh_from_db()
    assert (done.undone_by, Lead.objects.count()) == (cast.manager, 2)


def test_without_the_kept_row_there_is_no_undo(cast: Cast) -> None:
    kept, other, third = lead_of(cast), lead_of(cast), lead_of(cast)
    done = merged(cast, kept, other)
    again = merged(cast, third, kept)
    with pytest.raises(Conflict, match="Undo that merge first"):
        undone(cast, done)
    undone(cast, again)
    undone(cast, done)
    assert Lead.objects.count() == 3
    more = merged(cast, third, Lead.objects.get(pk=done.merged_id))
    third.delete()
    with pytest.raises(Conflict, match="is gone"):
        undone(cast, more)


@pytest.mark.parametrize("name", ["Golden Dragon", "GOLDEN DRAGON Pte Ltd"])
def test_a_name_that_was_given_again_since_is_not_taken_away(cast: Cast, name: str) -> None:
    one, two = Company.objects.create(name="Dragon"), Company.objects.create(name="Golden Dragon")
    done = merged(cast, one, two, choices={"name": "kept"})
    Company.objects.create(name=name)
    with pytest.raises(Conflict) as caught:
        undone(cast, done)
    assert caught.value.code == "taken"
    done.refresh_from_db()
    assert done.undone_at is None
    assert not Company.objects.filter(pk=done.merged_id).exists()


def test_a_lead_whose_company_was_merged_since_comes_back_to_the_kept_company(cast: Cast) -> None:
    one, two = Company.objects.create(name="A"), Company.objects.create(name="B")
    kept, other = lead_of(cast, company=one), lead_of(cast, company=two)
    done = merged(cast, kept, other)
    merged(cast, one, two)
    undone(cast, done)
    assert Lead.objects.get(pk=done.merged_id).company == one


def test_the_kept_row_gets_back_what_became_of_the_company_that_it_had(cast: Cast) -> None:
    one, two = Company.objects.create(name="A"), Company.objects.create(name="B")
    kept, other = (
        lead_of(cast, company=one, company_name="A"),
        lead_of(cast, company=two, company_name="B"),
    )
    done = merged(cast, kept, other, choices={"company_name": "other"})
    merged(cast, two, one)
    undone(cast, done)
    kept.refresh_from_db()
    assert (kept.company_name, kept.company) == ("A", two)


@pytest.mark.parametrize("who", ["colleague", "outsider", "executive"])
def test_nobody_else_undoes_a_merge(cast: Cast, who: str) -> None:
    done = merging.merge(actor=cast.owner, kept=lead_of(cast), other=lead_of(cast))
    with pytest.raises(NotFound):
        merging.undo_merge(actor=getattr(cast, who), merge=done)
    assert merging.undo_merge(actor=cast.owner, merge=done).merge.undone_by == cast.owner


def test_who_lost_the_lead_does_not_undo_its_merge(cast: Cast) -> None:
    kept: Any = lead_of(cast)
    done = merging.merge(actor=cast.owner, kept=kept, other=lead_of(cast))
    Lead.objects.filter(pk=kept.pk).update(assigned_to=cast.colleague)
    with pytest.raises(NotFound):
        merging.undo_merge(actor=cast.owner, merge=done)


@pytest.mark.django_db(transaction=True)
def test_two_people_undo_at_once_and_one_is_told(cast: Cast) -> None:
    done = merged(cast, lead_of(cast), lead_of(cast))
    results = at_once(*[lambda: undone(cast, done)] * 2)
    assert sorted(getattr(result, "code", "undone") for result in results) == ["already_undone", "undone"]
    assert Lead.objects.count() == 2
