"""Two rows become one: what is chosen, what moves, who may, and what happens when two people try."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from apps.audit.models import AuditEvent, EmailLog
from apps.contacts.models import Company, Contact
from apps.conversations.models import Message
from apps.core.errors import DomainError, Forbidden, Invalid, NotFound
from apps.core.versions import Stale, version_of
from apps.crm.choices import LeadStatus
from apps.crm.merged import former_reach, merged_into
from apps.crm.models import Activity, Customer, Lead, LeadFile, LeadRun, Merge, StageChange, Task
from apps.crm.services import merging
from apps.crm.services.leads import create_lead, update_lead
from apps.crm.services.merging.fields import SEPARATOR
from apps.crm.services.merging.moving import pointers
from apps.crm.timeline import timeline
from tests.conftest import Cast
from tests.crm.at_once import at_once
from tests.factories.crm import TaskFactory
from tests.factories.pairs import SEEDS, Pairs, everything, lead_of, merged

pytestmark = pytest.mark.django_db


def differences(cast: Cast, kept: Lead, other: Lead) -> dict[str, tuple[str, str, str]]:
    """Field → (value of the kept one, of the other, suggestion)."""
    found = merging.merge_fields(user=cast.manager, kept=kept, other=other)
    return {field.name: (field.kept, field.other, field.suggestion) for field in found}


def test_only_what_differs_is_asked_and_as_people_read_it(cast: Cast) -> None:
    kept = lead_of(cast, value=Decimal(1200), source="event", industry="Food", location="Bugis")
    other = lead_of(
        cast,
        contact_email="mei@dragon.sg",
        assigned_to=cast.colleague,
        status=LeadStatus.CLOSED_LOST,
        lost_reason="price",
        follow_up_date=datetime(2026, 3, 4, tzinfo=UTC).date(),
        source="website",
        location="Bugis",
        industry="Dining",
        notes="Likes tea",
    )
    assert differences(cast, kept, other) == {
        "contact_email": ("", "mei@dragon.sg", "other"),
        "status": ("New", "Lost · Price", "kept"),
        "assigned_to": (str(cast.owner), str(cast.colleague), "kept"),
        "value": ("SGD 1,200.00", "", "kept"),
        "follow_up_date": ("", "4 Mar 2026", "other"),
        "industry": ("Food", "Dining", "kept"),
        "source": ("Event", "Website", "kept"),
        "notes": ("", "Likes tea", "other"),
    }


def test_the_row_that_stays_and_the_furthest_stage_are_suggested(cast: Cast) -> None:
    kept = lead_of(cast, industry="Food", status="qualified", value=Decimal(18000))
    other = lead_of(cast, industry="Dining", value=Decimal(500), location="Yishun")
    for changed_last in (other, kept):
        changed_last.save()
        found = differences(cast, kept, other)
        assert {name: suggestion for name, (_kept, _other, suggestion) in found.items()} == {
            "status": "kept",
            "value": "kept",
            "industry": "kept",
            "location": "other",
        }
    assert {name: suggestion for name, (*_values, suggestion) in differences(cast, other, kept).items()} == {
        "status": "other",
        "value": "kept",
        "industry": "kept",
        "location": "kept",
    }


def test_of_companies_and_people_the_one_that_stays_is_suggested(cast: Cast) -> None:
    one, two = Company.objects.create(name="Dragon"), Company.objects.create(name="Golden", industry="Food")
    found = merging.merge_fields(user=cast.manager, kept=one, other=two)
    assert {field.name: field.suggestion for field in found} == {"name": "kept", "industry": "other"}


def test_choices_are_followed_and_the_rest_is_as_suggested(cast: Cast) -> None:
    kept = lead_of(cast, industry="Food", location="Bugis", notes="First", value=Decimal(10))
    other = lead_of(cast, industry="Dining", location="Yishun", notes="Second", contact_phone="91234567")
    done = merged(cast, kept, other, choices={"industry": "kept", "location": "other", "notes": "both"})
    assert (kept.industry, kept.location, kept.value) == ("Food", "Yishun", Decimal(10))
    assert kept.notes == f"First{SEPARATOR}Second"
    assert (kept.contact_phone, kept.phone_key) == ("91234567", "+6591234567")
    assert not Lead.objects.filter(pk=other.pk).exists()
    assert done.choices == {
        "contact_phone": "other",
        "industry": "kept",
        "location": "other",
        "notes": "both",
        "value": "kept",
    }


def test_a_status_goes_with_all_that_belongs_to_it(cast: Cast) -> None:
    since = timezone.now()
    lost = {"lost_reason": "other", "lost_note": "Moved away", "closed_at": since, "stage_since": since}
    kept, other = lead_of(cast, status="proposal"), lead_of(cast, status="closed_lost", **lost)
    merged(cast, kept, other, choices={"status": "other"})
    assert {name: getattr(kept, name) for name in lost} == lost


def test_a_won_lead_stays_won_whichever_is_kept(cast: Cast) -> None:
    kept, other = lead_of(cast, status="proposal"), lead_of(cast, status="closed_won")
    with pytest.raises(Invalid, match="stays won"):
        merged(cast, kept, other, choices={"status": "kept"})
    merged(cast, kept, other)
    assert kept.status == LeadStatus.CLOSED_WON


def test_the_later_contact_the_right_person_and_other_columns_need_no_choice(cast: Cast) -> None:
    early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    mei, tan = Contact.objects.create(email="mei@d.sg"), Contact.objects.create(email="tan@d.sg")
    kept = lead_of(cast, last_contacted=early, contact_email=mei.email, contact=mei, extra={"a": 1, "b": 2})
    other = lead_of(cast, last_contacted=late, contact_email=tan.email, contact=tan, extra={"b": 3, "c": 4})
    merged(cast, kept, other, choices={"contact_email": "other"})
    assert (kept.last_contacted, kept.contact, kept.extra) == (late, tan, {"a": 1, "b": 2, "c": 4})


@pytest.mark.parametrize("choices", [{"search": "other"}, {"location": "both"}, {"industry": "mine"}])
def test_a_choice_that_is_not_offered_is_refused(cast: Cast, choices: dict[str, str]) -> None:
    kept, other = lead_of(cast, industry="a", location="b"), lead_of(cast, industry="c", location="d")
    with pytest.raises(Invalid):
        merged(cast, kept, other, choices=choices)
    assert Lead.objects.count() == 2


@pytest.mark.parametrize("seed", SEEDS)
def test_merging_leads_loses_nothing(cast: Cast, seed: int) -> None:
    kept, other = Pairs(seed, cast.owner, cast.colleague).leads()
    files = set(LeadFile.objects.values_list("artifact", flat=True))
    runs = set(LeadRun.objects.values_list("run", flat=True))
    models = (Activity, Task, StageChange, Customer)
    before = {model: set(model.objects.values_list("pk", flat=True)) for model in models}
    merged(cast, kept, other)
    for model, keys in before.items():
        assert set(model.objects.values_list("pk", flat=True)) == keys
    for model in (Activity, Task, StageChange):
        assert set(model.objects.values_list("lead", flat=True)) <= {kept.pk}
    assert set(kept.files.values_list("artifact", flat=True)) == files
    assert set(kept.runs.values_list("run", flat=True)) == runs
    assert LeadFile.objects.count() == len(files)


@pytest.mark.parametrize("seed", SEEDS)
def test_merging_people_and_companies_loses_nothing(cast: Cast, seed: int) -> None:
    pairs = Pairs(seed, cast.owner, cast.colleague)
    for kept, other in (pairs.companies(), pairs.contacts()):
        models = {field.model: field.name for field in pointers(type(kept))}
        once = {"Customer", "Participant"}  # what both had is there once
        before = {model: model._base_manager.count() for model in models}
        held = {
            model: set(model._base_manager.filter(**{f"{name}__in": [kept.pk, other.pk]}).values_list("pk"))
            for model, name in models.items()
        }
        merged(cast, kept, other)
        for model, name in models.items():
            now = set(model._base_manager.filter(**{name: kept.pk}).values_list("pk"))
            if model.__name__ in once:
                assert now <= held[model]
                assert bool(now) == bool(held[model])
            else:
                assert now == held[model]
                assert model._base_manager.count() == before[model]


def test_every_message_of_two_people_is_of_the_kept_one(cast: Cast) -> None:
    kept, other = Pairs(3, cast.owner, cast.colleague).contacts()
    bodies = set(Message.objects.filter(sender_contact__isnull=False).values_list("body", flat=True))
    assert bodies
    merged(cast, kept, other)
    assert set(Message.objects.filter(sender_contact=kept.pk).values_list("body", flat=True)) == bodies


def test_every_foreign_key_is_walked_also_nameless_ones() -> None:
    names = {f"{field.model.__name__}.{field.name}" for field in pointers(Contact)}
    assert {"Participant.contact", "Message.sender_contact", "Activity.contact", "Lead.contact"} <= names
    assert {"LeadFile.lead", "LeadRun.lead", "StageChange.lead", "Customer.lead", "Task.lead"} <= {
        f"{field.model.__name__}.{field.name}" for field in pointers(Lead)
    }


@pytest.mark.parametrize("elder", ["kept", "other"])
def test_of_two_customers_the_one_for_longer_stays(cast: Cast, elder: str) -> None:
    pair = {"kept": Company.objects.create(name="A"), "other": Company.objects.create(name="B")}
    since = {name: datetime(2026, 1 if name == elder else 2, 1, tzinfo=UTC) for name in pair}
    made = {name: Customer.objects.create(company=pair[name], since=since[name]) for name in pair}
    merged(cast, pair["kept"], pair["other"])
    only = Customer.objects.get()
    assert (only.pk, only.company_id) == (made[elder].pk, pair["kept"].pk)


def test_a_change_of_a_lead_does_not_part_it_from_the_company_and_person_it_was_merged_to(cast: Cast) -> None:
    lead = create_lead(
        actor=cast.owner, company_name="Dragon", contact_email="mei@d.sg", contact_phone="6222 3333"
    )
    company, person = Company.objects.create(name="Golden Dragon"), Contact.objects.create(email="mei@gd.sg")
    merged(cast, company, lead.company)
    merged(cast, person, lead.contact, choices={"email": "kept"})
    update_lead(actor=cast.owner, lead=lead, contact_phone="6222 4444", contact_name="Mei")
    lead.refresh_from_db()
    assert (lead.company, lead.contact) == (company, person)
    assert (Company.objects.get(), Contact.objects.get().name) == (company, "Mei")
    update_lead(actor=cast.owner, lead=lead, company_name="Silver Tiger", contact_email="tan@st.sg")
    lead.refresh_from_db()
    assert lead.company == Company.objects.get(name="Silver Tiger")
    assert lead.contact == Contact.objects.get(email="tan@st.sg")


def test_open_tasks_go_to_the_owner_of_the_lead_that_stays_and_back_again(cast: Cast) -> None:
    kept, other = lead_of(cast), lead_of(cast, assigned_to=cast.colleague)
    theirs = TaskFactory(lead=other, assigned_to=cast.colleague)
    done = TaskFactory(lead=other, assigned_to=cast.colleague, done_at=timezone.now())
    managers = TaskFactory(lead=other, assigned_to=cast.manager)
    record = merged(cast, kept, other, choices={"assigned_to": "kept"})
    owners = dict(Task.objects.values_list("pk", "assigned_to"))
    assert owners == {theirs.pk: cast.owner.pk, done.pk: cast.colleague.pk, managers.pk: cast.manager.pk}
    assert merging.moved_counts(record) == {"crm.task": 3}
    merging.undo_merge(actor=cast.manager, merge=record)
    theirs.refresh_from_db()
    assert (theirs.lead_id, theirs.assigned_to) == (other.pk, cast.colleague)


def test_unique_values_of_the_other_may_be_taken_over(cast: Cast) -> None:
    one, two = Company.objects.create(name="Dragon"), Company.objects.create(name="Golden Dragon")
    merged(cast, one, two, choices={"name": "other"})
    assert (one.name, one.name_key) == ("Golden Dragon", "golden dragon")
    mei, tan = Contact.objects.create(email="mei@d.sg"), Contact.objects.create(email="tan@d.sg")
    merged(cast, mei, tan, choices={"email": "other"})
    assert mei.email == "tan@d.sg"


def test_the_record_and_the_trail_tell_what_was_done(cast: Cast) -> None:
    kept, other = lead_of(cast, industry="Food"), lead_of(cast, company_name="Dragon", industry="Dining")
    Activity.objects.create(lead=other, kind="note", occurred_at=timezone.now(), by=cast.owner)
    done = merged(cast, kept, other, choices={"industry": "other", "company_name": "kept"})
    assert (done.by, done.model, done.kept_id) == (cast.manager, "crm.lead", kept.pk)
    assert (done.kept_label, done.merged_label) == ("Golden Dragon", "Dragon")
    assert done.after == {"industry": "Dining"}
    assert merging.moved_counts(done) == {"crm.activity": 1}
    event = AuditEvent.objects.get(action="crm.lead.merged")
    assert (event.actor, event.object_id) == (cast.manager, str(kept.pk))
    assert event.details["merged_id"] == str(done.merged_id)


def test_old_keys_lead_to_the_kept_row_over_several_merges(cast: Cast) -> None:
    first, second, third = (lead_of(cast) for _ in range(3))
    keys = first.pk, second.pk
    merged(cast, second, first)
    merged(cast, third, second)
    assert [merged_into(Lead, pk) for pk in (*keys, third.pk)] == [third.pk, third.pk, None]
    third.delete()
    assert merged_into(Lead, keys[0]) is None


def test_messages_of_both_people_still_belong_to_the_lead(cast: Cast) -> None:
    """The contact that was not chosen wrote, too: the timeline asks for everybody the lead was ever about."""
    people = [Contact.objects.create(email=f"p{number}@d.sg") for number in range(3)]
    leads = [lead_of(cast, contact=person, contact_email=person.email) for person in people]
    first, second = leads[0].pk, leads[1].pk
    assert former_reach(first) == former_reach(leads[2].pk)
    merged(cast, leads[1], leads[0])
    done = merged(cast, leads[2], leads[1])
    assert former_reach(leads[2].pk).contacts == {person.pk for person in people}
    assert former_reach(leads[2].pk).addresses == {person.email for person in people}
    merging.undo_merge(actor=cast.manager, merge=done)
    assert former_reach(leads[2].pk).contacts == frozenset()
    assert former_reach(second).contacts == {people[0].pk, people[1].pk}


def test_a_mail_to_the_address_that_was_not_kept_stays_on_the_timeline(cast: Cast) -> None:
    kept, other = lead_of(cast, contact_email="mei@d.sg"), lead_of(cast, contact_email="tan@d.sg")
    EmailLog.objects.create(
        sender=cast.owner.email,
        recipients=["tan@d.sg"],
        subject="Our offer",
        user=cast.owner,
        purpose="outreach",
    )
    assert "Our offer" not in {entry.title for entry in timeline(subject=kept, user=cast.owner).entries}
    merged(cast, kept, other, choices={"contact_email": "kept"})
    shown = timeline(subject=kept, user=cast.owner).entries
    assert any("Our offer" in entry.title + entry.body for entry in shown)


@pytest.mark.parametrize(
    ("who", "error"), [("outsider", Forbidden), ("executive", Forbidden), ("colleague", NotFound)]
)
def test_only_who_sees_and_may_change_both_merges_them(
    cast: Cast, who: str, error: type[DomainError]
) -> None:
    kept, other = lead_of(cast), lead_of(cast, assigned_to=cast.colleague)
    before = everything(Lead)
    for call in (merging.merge, lambda **pair: merging.merge_fields(user=pair.pop("actor"), **pair)):
        with pytest.raises(error):
            call(actor=getattr(cast, who), kept=kept, other=other)
    assert everything(Lead) == before


def test_a_rep_merges_own_leads_but_no_companies(cast: Cast) -> None:
    merging.merge(actor=cast.owner, kept=lead_of(cast), other=lead_of(cast))
    one, two = Company.objects.create(name="A"), Company.objects.create(name="B")
    with pytest.raises(Forbidden, match="companies"):
        merging.merge(actor=cast.owner, kept=one, other=two)


def test_a_row_is_not_merged_with_itself_or_another_kind(cast: Cast) -> None:
    lead = lead_of(cast)
    for other in (lead, Company.objects.create(name="A")):
        with pytest.raises(Invalid):
            merging.merge(actor=cast.manager, kept=lead, other=other)


@pytest.mark.parametrize("side", ["kept", "other"])
def test_a_merge_of_what_was_changed_since_is_refused(cast: Cast, side: str) -> None:
    pair = {"kept": lead_of(cast), "other": lead_of(cast)}
    versions = {name: version_of(lead) for name, lead in pair.items()}
    pair[side].save()
    with pytest.raises(Stale):
        merging.merge(actor=cast.manager, **pair, versions=versions)
    assert Lead.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_people_merge_the_same_pair_at_once_and_one_is_told(cast: Cast) -> None:
    """Whichever way round: nobody waits for ever, nothing is merged twice."""
    pair = lead_of(cast), lead_of(cast)
    for lead in pair:
        Activity.objects.create(lead=lead, kind="note", occurred_at=timezone.now())
    ways = [pair, pair[::-1]] * 2
    results = at_once(
        *(
            lambda kept=kept, other=other: merging.merge(actor=cast.manager, kept=kept, other=other)
            for kept, other in ways
        )
    )
    assert [type(result) for result in results].count(Merge) == 1
    told = {getattr(result, "code", "") for result in results if not isinstance(result, Merge)}
    assert told <= {"already_merged", "not_found"}
    assert (Lead.objects.count(), Activity.objects.count(), Merge.objects.count()) == (1, 2, 1)
