"""Two people at once, each with a connection of their own: nobody's change gets lost unnoticed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.utils import timezone
from django.utils.module_loading import import_string

from apps.contacts.models import Company, Contact
from apps.core.errors import NotFound
from apps.core.versions import Stale, version_of
from apps.crm.choices import ActivityKind, LeadStatus, LostReason
from apps.crm.models import Activity, Customer, Lead, StageChange, Task
from apps.crm.services import merging
from apps.crm.services.activities import log_activity
from apps.crm.services.leads import update_lead
from apps.crm.services.moves import move_lead
from apps.crm.services.tasks import add_task
from tests.conftest import Cast
from tests.crm.at_once import at_once
from tests.factories.crm import LeadFactory, TaskFactory

pytestmark = pytest.mark.django_db(transaction=True)


def stale(results: list[object]) -> list[object]:
    """Those who were told that somebody was faster; any other failure fails the test."""
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, Stale):
            raise result
    return [result for result in results if isinstance(result, Stale)]


def meeting(monkeypatch: pytest.MonkeyPatch, *places: str) -> None:
    """The first calls of these functions wait for each other, each with the locks it has by then."""
    barrier = threading.Barrier(len(places))

    def waiting(function: Callable[..., object]) -> Callable[..., object]:
        first = [True]

        def wait(*args: object, **options: object) -> object:
            if first:
                first.clear()
                barrier.wait(timeout=20)
            return function(*args, **options)

        return wait

    for place in places:
        monkeypatch.setattr(place, waiting(import_string(place)))


def test_of_two_who_move_the_same_card_one_wins_and_the_other_is_told(cast: Cast) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    seen = version_of(lead)
    results = at_once(
        lambda: move_lead(actor=cast.owner, lead=lead, to=LeadStatus.CONTACTED, version=seen),
        lambda: move_lead(
            actor=cast.manager,
            lead=lead,
            to=LeadStatus.CLOSED_LOST,
            version=seen,
            lost_reason=LostReason.PRICE,
        ),
    )
    assert len(stale(results)) == 1
    (winner,) = (result for result in results if isinstance(result, Lead))
    assert Lead.objects.get().status == winner.status == StageChange.objects.get().to_status


def test_changes_of_different_fields_both_survive(cast: Cast) -> None:
    for number in range(5):
        lead = LeadFactory(assigned_to=cast.owner)
        results = at_once(
            lambda lead=lead, number=number: update_lead(actor=cast.owner, lead=lead, notes=f"n{number}"),
            lambda lead=lead: update_lead(actor=cast.manager, lead=lead, value=Decimal(5)),
            lambda lead=lead: log_activity(actor=cast.owner, subject=lead, kind=ActivityKind.CALL),
        )
        assert stale(results) == []
        lead.refresh_from_db()
        assert (lead.notes, lead.value, lead.status) == (f"n{number}", Decimal(5), LeadStatus.CONTACTED)


def test_of_two_changes_of_one_field_with_the_same_version_the_second_is_refused(cast: Cast) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    seen = version_of(lead)
    results = at_once(
        lambda: update_lead(actor=cast.owner, lead=lead, version=seen, notes="mine"),
        lambda: update_lead(actor=cast.manager, lead=lead, version=seen, notes="mine too"),
    )
    assert len(stale(results)) == 1
    (winner,) = (result for result in results if isinstance(result, Lead))
    assert Lead.objects.get().notes == winner.notes


def test_a_move_and_a_change_of_a_field_both_survive(cast: Cast) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    results = at_once(
        lambda: move_lead(actor=cast.owner, lead=lead, to=LeadStatus.CONTACTED),
        lambda: update_lead(actor=cast.manager, lead=lead, notes="kept"),
    )
    assert stale(results) == []
    lead.refresh_from_db()
    assert (lead.status, lead.notes) == (LeadStatus.CONTACTED, "kept")


def test_two_leads_of_one_company_won_at_once_make_one_customer(cast: Cast) -> None:
    company = Company.objects.create(name="ABC")
    pair = [
        LeadFactory(assigned_to=cast.owner, company=company, status=LeadStatus.PROPOSAL) for _ in range(2)
    ]
    results = at_once(
        *(lambda lead=lead: move_lead(actor=cast.owner, lead=lead, to=LeadStatus.CLOSED_WON) for lead in pair)
    )
    assert stale(results) == []
    assert Customer.objects.get().lead in pair


def test_many_hands_in_one_gap_neither_wait_in_a_ring_nor_lose_a_card(cast: Cast) -> None:
    """All cards have the same place at first, so that every move has to make room."""
    cards = [LeadFactory(assigned_to=cast.owner, position=Decimal(3)) for _ in range(12)]
    order = list(Lead.objects.order_by("-position", "-pk"))
    above, below = order[0], order[1]
    movers = [card for card in cards if card not in (above, below)][:6]
    results = at_once(
        *(
            lambda card=card: move_lead(
                actor=cast.owner, lead=card, to=LeadStatus.NEW, above=above, below=below
            )
            for card in movers
        )
    )
    assert stale(results) == []
    column = list(Lead.objects.order_by("-position", "-pk"))
    assert len(column) == 12
    assert column[0] == above
    assert set(column[1:7]) == set(movers)


def test_a_task_added_while_its_lead_is_given_away_ends_with_somebody_who_sees_it(cast: Cast) -> None:
    for _ in range(5):
        lead = LeadFactory(assigned_to=cast.owner)
        TaskFactory(lead=lead)
        at_once(
            lambda lead=lead: add_task(actor=cast.owner, subject=lead, title="Call", due_at=timezone.now()),
            lambda lead=lead: update_lead(actor=cast.manager, lead=lead, assigned_to=cast.colleague),
        )
        assert set(Task.objects.filter(lead=lead).values_list("assigned_to", flat=True)) == {
            cast.colleague.pk
        }


MERGE = "apps.crm.services.merging.moving.absorb"


@pytest.mark.parametrize(
    ("place", "change"),
    [
        (
            "apps.crm.services.leads.resolve_contact",
            lambda cast, lead: update_lead(actor=cast.owner, lead=lead, contact_phone="+65 6222 3333"),
        ),
        (
            "apps.crm.services.customers.welcome",
            lambda cast, lead: move_lead(actor=cast.owner, lead=lead, to=LeadStatus.CLOSED_WON),
        ),
    ],
)
def test_a_merge_of_companies_and_a_change_of_their_lead_both_survive(
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    change: Callable[[Cast, Lead], Lead],
) -> None:
    """The merge holds the companies and wants the lead, the change holds the lead and wants its company."""
    kept, other = Company.objects.create(name="Golden Dragon"), Company.objects.create(name="Dragon")
    lead = LeadFactory(
        assigned_to=cast.owner,
        company=other,
        company_name="Dragon",
        industry="Food",
        status=LeadStatus.PROPOSAL,
    )
    meeting(monkeypatch, place, MERGE)
    results = at_once(
        lambda: merging.merge(actor=cast.manager, kept=kept, other=other), lambda: change(cast, lead)
    )
    assert stale(results) == []
    lead.refresh_from_db()
    if lead.status == LeadStatus.CLOSED_WON:
        assert Customer.objects.get().company == lead.company == Company.objects.get() == kept
    else:
        assert (lead.contact_phone, lead.company) == ("+65 6222 3333", kept)
        assert Contact.objects.get().company == kept


def test_a_merge_of_people_and_a_change_of_their_lead_both_survive(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = Company.objects.create(name="Dragon")
    kept = Contact.objects.create(name="Mei", email="mei@dragon.sg", company=company)
    other = Contact.objects.create(email="mei2@dragon.sg")
    lead = LeadFactory(
        assigned_to=cast.owner, company=company, contact=other, contact_email=other.email, contact_name="Mei"
    )
    meeting(monkeypatch, "apps.crm.services.leads.complete_contact", MERGE)
    results = at_once(
        lambda: merging.merge(actor=cast.manager, kept=kept, other=other, choices={"email": "kept"}),
        lambda: update_lead(actor=cast.owner, lead=lead, contact_phone="+65 6222 3333"),
    )
    assert stale(results) == []
    lead.refresh_from_db()
    assert (lead.contact_phone, lead.contact) == ("+65 6222 3333", kept)
    assert Contact.objects.get() == kept


def test_two_leads_that_get_the_same_new_person_at_once_share_one(cast: Cast) -> None:
    pair = [LeadFactory(assigned_to=cast.owner, company_name="Dragon") for _ in range(2)]
    results = at_once(
        *(
            lambda lead=lead: update_lead(actor=cast.owner, lead=lead, contact_email="mei@d.sg")
            for lead in pair
        )
    )
    assert stale(results) == []
    assert set(Lead.objects.values_list("contact", flat=True)) == {Contact.objects.get().pk}


def test_what_is_written_down_about_a_company_that_is_merged_meanwhile_is_told_so(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The writer has seen the company; before the writing is kept, the merge is done."""
    kept, other = Company.objects.create(name="Golden Dragon"), Company.objects.create(name="Dragon")
    seen = import_string("apps.crm.services.activities.require_sight")

    def see_then_merge(actor: object, subject: Company) -> None:
        seen(actor, subject)
        merging.merge(actor=cast.manager, kept=kept, other=other)

    started: list[bool] = []

    def once(actor: object, subject: Company) -> None:
        if started:
            return seen(actor, subject)
        started.append(True)
        (result,) = at_once(lambda: see_then_merge(actor, subject))
        assert not isinstance(result, Exception)
        return None

    monkeypatch.setattr("apps.crm.services.activities.require_sight", once)
    with pytest.raises(NotFound):
        log_activity(actor=cast.owner, subject=other, kind=ActivityKind.CALL)
    assert not Activity.objects.exists()
