"""Changing leads one at a time."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.contacts.models import Company, Contact
from apps.core.errors import Conflict, Forbidden, Invalid, NotFound
from apps.core.versions import Stale, version_of
from apps.crm.choices import ActivityKind, LeadStatus, LostReason
from apps.crm.models import Activity, Lead, LeadImport, StageChange, Task
from apps.crm.services import leads
from apps.crm.services.activities import log_activity
from apps.notifications.models import Notice
from tests.conftest import Cast
from tests.crm.conftest import Announced
from tests.factories.crm import LeadFactory, TaskFactory

pytestmark = pytest.mark.django_db


def test_a_new_lead_belongs_to_its_maker_and_knows_its_company_and_contact(cast: Cast) -> None:
    lead = leads.create_lead(
        actor=cast.owner,
        company_name="ABC Restaurant Group Pte Ltd",
        contact_name="John Tan",
        contact_email="John@ABC.sg",
        contact_phone="9123 4567",
    )
    lead.refresh_from_db()
    assert lead.assigned_to == cast.owner
    assert (lead.contact_email, lead.phone_key, lead.company_key) == (
        "john@abc.sg",
        "+6591234567",
        "abc restaurant group",
    )
    assert lead.company == Company.objects.get()
    assert lead.contact == Contact.objects.get()
    event = AuditEvent.objects.get(action="crm.lead.created")
    assert (event.actor, event.object_id) == (cast.owner, str(lead.pk))


@pytest.mark.parametrize(
    "repeated",
    [
        {"company_name": "Elsewhere", "contact_email": "JOHN@abc.sg"},
        {"company_name": "abc", "contact_phone": "+65 9123-4567"},
    ],
)
def test_a_second_lead_of_the_same_person_is_refused(cast: Cast, repeated: dict[str, str]) -> None:
    known = LeadFactory(
        company_name="ABC Pte Ltd",
        contact_email="john@abc.sg",
        contact_phone="91234567",
        assigned_to=cast.owner,
    )
    with pytest.raises(Conflict) as caught:
        leads.create_lead(actor=cast.owner, **repeated)  # type: ignore[arg-type]
    assert caught.value.errors == {"lead_id": str(known.pk)}
    with pytest.raises(Conflict) as hidden:
        leads.create_lead(actor=cast.colleague, **repeated)  # type: ignore[arg-type]
    assert hidden.value.errors == {}
    assert Lead.objects.count() == 1


def test_the_same_phone_at_another_company_is_another_lead(cast: Cast) -> None:
    LeadFactory(company_name="ABC", contact_phone="91234567")
    assert leads.create_lead(actor=cast.owner, company_name="DEF", contact_phone="91234567").pk


@pytest.mark.parametrize(
    "fields",
    [
        {"company_name": " "},
        {"company_name": "ABC", "contact_email": "nonsense"},
        {"company_name": "ABC", "status": "lukewarm"},
        {"company_name": "ABC", "source": "thin air"},
        {"company_name": "ABC", "value": Decimal(-1)},
        {"company_name": "x" * 300},
    ],
)
def test_values_that_do_not_fit_are_refused_and_leave_nothing(cast: Cast, fields: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        leads.create_lead(actor=cast.owner, **fields)  # type: ignore[arg-type]
    assert not Lead.objects.exists()
    assert not Company.objects.exists()


def test_only_those_who_may_give_leads_away_do(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        leads.create_lead(actor=cast.owner, company_name="ABC", assigned_to=cast.colleague)
    lead = leads.create_lead(actor=cast.manager, company_name="ABC", assigned_to=cast.colleague)
    with pytest.raises(Forbidden):
        leads.update_lead(actor=cast.colleague, lead=lead, assigned_to=cast.owner)
    assert leads.update_lead(actor=cast.manager, lead=lead, assigned_to=cast.owner).assigned_to == cast.owner


def test_a_change_is_audited_with_old_and_new_and_touches_nothing_else(cast: Cast) -> None:
    lead = LeadFactory(assigned_to=cast.owner, industry="F&B", notes="old")
    stale = Lead.objects.get(pk=lead.pk)
    leads.update_lead(actor=cast.owner, lead=lead, notes="new")
    leads.update_lead(actor=cast.owner, lead=stale, industry="Hotel")
    lead.refresh_from_db()
    assert (lead.notes, lead.industry) == ("new", "Hotel")
    details = [event.details for event in AuditEvent.objects.filter(action="crm.lead.updated").order_by("at")]
    assert details == [{"notes": ["old", "new"]}, {"industry": ["F&B", "Hotel"]}]


def test_a_change_that_changes_nothing_leaves_no_trace(cast: Cast) -> None:
    lead = LeadFactory(assigned_to=cast.owner, notes="same")
    leads.update_lead(actor=cast.owner, lead=lead, notes="same")
    assert not AuditEvent.objects.filter(action="crm.lead.updated").exists()


def test_a_new_lead_came_in_with_its_stage(cast: Cast) -> None:
    lead = leads.create_lead(actor=cast.owner, company_name="ABC", value=Decimal(90), status="qualified")
    kept = StageChange.objects.get()
    assert (kept.lead, kept.from_status, kept.to_status, kept.by) == (lead, "", "qualified", cast.owner)
    assert (kept.value, kept.currency, kept.seconds, kept.at) == (Decimal(90), "SGD", None, lead.created_at)


def test_only_a_file_brings_closed_leads(cast: Cast) -> None:
    with pytest.raises(Invalid):
        leads.create_lead(actor=cast.owner, company_name="ABC", status=LeadStatus.CLOSED_LOST)
    file = LeadImport.objects.create(user=cast.owner, file_name="leads.csv")
    lost = leads.create_lead(
        actor=cast.owner, company_name="ABC", status=LeadStatus.CLOSED_LOST, imported_by=file
    )
    assert (lost.lost_reason, lost.closed_at is not None) == (LostReason.NOT_RECORDED, True)
    assert StageChange.objects.get().lost_reason == LostReason.NOT_RECORDED


@pytest.mark.parametrize("field", ["status", "lost_reason", "position", "closed_at", "stage_since"])
def test_the_stage_is_not_a_field_to_edit(cast: Cast, field: str) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    with pytest.raises(Invalid) as caught:
        leads.update_lead(actor=cast.owner, lead=lead, **{field: "closed_won"})  # type: ignore[arg-type]
    assert list(caught.value.errors) == [field]
    assert Lead.objects.get().status == LeadStatus.NEW


@pytest.mark.parametrize(
    ("who", "error"), [("colleague", NotFound), ("outsider", Forbidden), ("executive", Forbidden)]
)
def test_the_services_themselves_ask_for_rights(cast: Cast, who: str, error: type[Exception]) -> None:
    lead = LeadFactory(assigned_to=cast.owner, notes="mine")
    actor = getattr(cast, who)
    with pytest.raises(error):
        leads.update_lead(actor=actor, lead=lead, notes="stolen")
    with pytest.raises(Forbidden):
        leads.delete_lead(actor=actor, lead=lead)
    assert Lead.objects.get().notes == "mine"


def test_without_the_right_nobody_adds_a_lead(cast: Cast) -> None:
    for actor in (cast.outsider, cast.executive):
        with pytest.raises(Forbidden):
            leads.create_lead(actor=actor, company_name="ABC")
    cast.owner.is_active = False
    with pytest.raises(Forbidden):
        leads.create_lead(actor=cast.owner, company_name="ABC")


def test_an_old_version_is_refused_and_a_current_one_is_not(cast: Cast) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    seen = version_of(lead)
    newer = leads.update_lead(actor=cast.owner, lead=lead, version=seen, notes="first")
    with pytest.raises(Stale):
        leads.update_lead(actor=cast.manager, lead=lead, version=seen, notes="second")
    leads.update_lead(actor=cast.manager, lead=lead, version=version_of(newer), notes="third")
    assert Lead.objects.get().notes == "third"


def test_a_lead_takes_its_open_tasks_to_the_new_owner_who_is_told(cast: Cast) -> None:
    lead = LeadFactory(assigned_to=cast.owner, company_name="ABC", contact_name="")
    task = TaskFactory(lead=lead)
    done = TaskFactory(lead=lead, done_at=timezone.now())
    managers = TaskFactory(lead=lead, assigned_to=cast.manager)
    elsewhere = TaskFactory(assigned_to=cast.owner)
    leads.update_lead(actor=cast.manager, lead=lead, assigned_to=cast.colleague)
    owners = dict(Task.objects.values_list("pk", "assigned_to"))
    assert owners == {
        task.pk: cast.colleague.pk,
        done.pk: cast.owner.pk,
        managers.pk: cast.manager.pk,
        elsewhere.pk: cast.owner.pk,
    }
    notice = Notice.objects.get()
    assert (notice.recipient, notice.kind, notice.url) == (cast.colleague, "assigned", lead.admin_url)
    assert notice.title == "Mona Manager gave you a lead: ABC"


def test_every_giving_is_told_and_taking_for_oneself_is_not(cast: Cast) -> None:
    lead = leads.create_lead(actor=cast.manager, company_name="ABC", assigned_to=cast.owner)
    leads.update_lead(actor=cast.manager, lead=lead, assigned_to=cast.manager)
    leads.update_lead(actor=cast.manager, lead=lead, assigned_to=cast.owner)
    assert [notice.recipient for notice in Notice.objects.all()] == [cast.owner, cast.owner]


def test_a_lead_is_not_given_to_somebody_who_cannot_see_leads(cast: Cast) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    for person in (cast.outsider, cast.executive):
        with pytest.raises(Invalid):
            leads.update_lead(actor=cast.manager, lead=lead, assigned_to=person)
        with pytest.raises(Invalid):
            leads.create_lead(actor=cast.manager, company_name="ABC", assigned_to=person)
    assert Lead.objects.get().assigned_to == cast.owner


def test_open_pages_are_told_of_each_change(cast: Cast, announced: list[Announced]) -> None:
    lead = leads.create_lead(actor=cast.manager, company_name="ABC", assigned_to=cast.owner)
    leads.update_lead(actor=cast.owner, lead=lead, notes="said hello")
    leads.update_lead(actor=cast.owner, lead=lead, notes="said hello")
    leads.update_lead(actor=cast.manager, lead=lead, assigned_to=cast.colleague)
    log_activity(actor=cast.colleague, subject=lead, kind=ActivityKind.CALL)
    leads.delete_lead(actor=cast.manager, lead=lead)
    assert announced == [
        ("created", lead.pk, {cast.owner.pk}),
        ("updated", lead.pk, {cast.owner.pk}),
        ("updated", lead.pk, {cast.owner.pk, cast.colleague.pk}),
        ("updated", lead.pk, {cast.colleague.pk}),
        ("deleted", lead.pk, {cast.colleague.pk}),
    ]


def test_deleting_takes_the_history_along_and_leaves_the_company(cast: Cast) -> None:
    lead = leads.create_lead(actor=cast.manager, company_name="ABC")
    log_activity(actor=cast.manager, subject=lead, kind=ActivityKind.CALL)
    with pytest.raises(Forbidden):
        leads.delete_lead(actor=cast.owner, lead=lead)
    pk = lead.pk
    leads.delete_lead(actor=cast.manager, lead=lead)
    assert lead.pk == pk
    assert not Lead.objects.exists()
    assert not Activity.objects.exists()
    assert not StageChange.objects.exists()
    assert Company.objects.count() == 1
    assert AuditEvent.objects.get(action="crm.lead.deleted").object_label.startswith("ABC")
