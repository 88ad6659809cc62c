"""Changing leads one at a time."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.contacts.models import Company, Contact
from apps.core.errors import Conflict, Forbidden, Invalid
from apps.crm.choices import ActivityKind, LeadStatus
from apps.crm.models import Lead, LeadActivity
from apps.crm.services import leads
from tests.conftest import Cast
from tests.factories.crm import LeadFactory

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


def test_a_change_of_status_is_kept_and_closing_has_its_time(cast: Cast) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    won = leads.update_lead(actor=cast.owner, lead=lead, status=LeadStatus.CLOSED_WON)
    assert won.closed_at is not None
    kept = LeadActivity.objects.get(kind=ActivityKind.STATUS)
    assert (kept.from_status, kept.to_status, kept.by) == ("new", "closed_won", cast.owner)
    reopened = leads.update_lead(actor=cast.owner, lead=lead, status=LeadStatus.PROPOSAL)
    assert reopened.closed_at is None


def test_a_contact_moves_a_new_lead_on_and_the_latest_counts(cast: Cast) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    now = timezone.now()
    leads.log_contact(actor=cast.owner, lead=lead, at=now - timedelta(days=1), note="Called")
    lead = leads.log_contact(actor=cast.owner, lead=lead, at=now - timedelta(days=9))
    assert lead.status == LeadStatus.CONTACTED
    assert lead.last_contacted == now - timedelta(days=1)
    assert LeadActivity.objects.filter(kind=ActivityKind.CONTACT).count() == 2
    assert LeadActivity.objects.filter(kind=ActivityKind.STATUS).count() == 1


def test_a_contact_does_not_lie_in_the_future(cast: Cast) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    with pytest.raises(Invalid):
        leads.log_contact(actor=cast.owner, lead=lead, at=timezone.now() + timedelta(hours=1))


def test_deleting_takes_the_history_along_and_leaves_the_company(cast: Cast) -> None:
    lead = leads.create_lead(actor=cast.manager, company_name="ABC")
    leads.log_contact(actor=cast.manager, lead=lead, at=timezone.now())
    with pytest.raises(Forbidden):
        leads.delete_lead(actor=cast.owner, lead=lead)
    leads.delete_lead(actor=cast.manager, lead=lead)
    assert not Lead.objects.exists()
    assert not LeadActivity.objects.exists()
    assert Company.objects.count() == 1
    assert AuditEvent.objects.get(action="crm.lead.deleted").object_label.startswith("ABC")
