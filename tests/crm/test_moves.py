"""Moving leads between stages and on the board."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise, product

import pytest
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.contacts.models import Company
from apps.core.errors import Conflict, Forbidden, Invalid, NotFound
from apps.core.versions import Stale, version_of
from apps.crm.choices import LeadStatus, LostReason
from apps.crm.lifecycle import TRANSITIONS
from apps.crm.models import Customer, Lead, LeadTally, StageChange
from apps.crm.services.moves import move_lead
from tests.conftest import Cast
from tests.crm.conftest import Announced
from tests.factories.crm import LeadFactory

pytestmark = pytest.mark.django_db

NEW, CONTACTED, QUALIFIED, PROPOSAL, WON, LOST = LeadStatus


def in_stage(owner: User, stage: LeadStatus) -> Lead:
    return LeadFactory(assigned_to=owner, status=stage, lost_reason=LostReason.PRICE if stage == LOST else "")


def column(stage: LeadStatus = NEW) -> list[str]:
    """The names of the cards of a column, from the top."""
    cards = Lead.objects.filter(status=stage).order_by("-position", "-pk")
    return list(cards.values_list("company_name", flat=True))


def cards(owner: User, names: str, **fields: object) -> dict[str, Lead]:
    """A column of cards, the first name on top."""
    top = Decimal(1_000_000)
    return {
        name: LeadFactory(company_name=name, assigned_to=owner, **{"position": top - number, **fields})
        for number, name in enumerate(names)
    }


# --- stages


@pytest.mark.parametrize(("before", "after"), list(product(LeadStatus, LeadStatus)))
def test_exactly_the_declared_steps_are_possible(cast: Cast, before: LeadStatus, after: LeadStatus) -> None:
    lead = in_stage(cast.owner, before)
    if after == before or after in TRANSITIONS[before]:
        moved = move_lead(actor=cast.owner, lead=lead, to=after, lost_reason=LostReason.TIMING)
        assert moved.status == Lead.objects.get().status == after
        assert StageChange.objects.count() == (0 if after == before else 1)
        return
    with pytest.raises(Conflict) as caught:
        move_lead(actor=cast.owner, lead=lead, to=after, lost_reason=LostReason.TIMING)
    assert caught.value.code == "transition_not_allowed"
    assert caught.value.errors == {"allowed": [stage.value for stage in TRANSITIONS[before]]}
    assert Lead.objects.get().status == before
    assert not StageChange.objects.exists()


def test_a_step_keeps_from_to_by_when_how_long_and_how_much(cast: Cast) -> None:
    since = timezone.now() - timedelta(days=3)
    lead = LeadFactory(assigned_to=cast.owner, stage_since=since, value=Decimal(1200), currency="MYR")
    moved = move_lead(actor=cast.manager, lead=lead, to=CONTACTED)
    kept = StageChange.objects.get()
    assert (kept.lead, kept.from_status, kept.to_status, kept.by) == (lead, NEW, CONTACTED, cast.manager)
    assert (kept.value, kept.currency, kept.lost_reason) == (Decimal(1200), "MYR", "")
    assert kept.seconds == int((kept.at - since).total_seconds())
    assert moved.stage_since == kept.at
    event = AuditEvent.objects.get(action="crm.lead.moved")
    assert (event.actor, event.details) == (cast.manager, {"status": ["new", "contacted"]})


def test_losing_needs_a_reason_that_people_may_choose(cast: Cast) -> None:
    lead = in_stage(cast.owner, PROPOSAL)
    for reason in ("", LostReason.NOT_RECORDED, "bad luck"):
        with pytest.raises(Invalid) as caught:
            move_lead(actor=cast.owner, lead=lead, to=LOST, lost_reason=reason)
        assert caught.value.code == "lost_reason_required"
        assert LostReason.NOT_RECORDED not in caught.value.errors["lost_reason"]
    lost = move_lead(actor=cast.owner, lead=lead, to=LOST, lost_reason=LostReason.PRICE)
    assert (lost.lost_reason, lost.closed_at) == ("price", lost.stage_since)
    assert StageChange.objects.get().lost_reason == "price"


@pytest.mark.parametrize("note", ["", "   ", "x" * 501])
def test_another_reason_needs_words_that_fit(cast: Cast, note: str) -> None:
    lead = in_stage(cast.owner, NEW)
    with pytest.raises(Invalid) as caught:
        move_lead(actor=cast.owner, lead=lead, to=LOST, lost_reason=LostReason.OTHER, lost_note=note)
    assert "lost_note" in caught.value.errors
    assert move_lead(
        actor=cast.owner, lead=lead, to=LOST, lost_reason=LostReason.OTHER, lost_note="Moved away"
    ).lost_note


def test_coming_back_to_life_forgets_the_reason_but_history_does_not(cast: Cast) -> None:
    lead = in_stage(cast.owner, CONTACTED)
    move_lead(actor=cast.owner, lead=lead, to=LOST, lost_reason=LostReason.OTHER, lost_note="Moved away")
    again = move_lead(actor=cast.owner, lead=lead, to=CONTACTED, lost_reason=LostReason.PRICE)
    assert (again.lost_reason, again.lost_note, again.closed_at) == ("", "", None)
    assert [row.lost_reason for row in StageChange.objects.all()] == ["", "other"]


def test_a_stage_that_does_not_exist_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid) as caught:
        move_lead(actor=cast.owner, lead=in_stage(cast.owner, NEW), to="lukewarm")
    assert caught.value.code == "unknown_stage"


@pytest.mark.parametrize(
    ("who", "error"), [("colleague", NotFound), ("outsider", Forbidden), ("executive", Forbidden)]
)
def test_only_those_who_may_change_a_lead_move_it(cast: Cast, who: str, error: type[Exception]) -> None:
    lead = in_stage(cast.owner, NEW)
    with pytest.raises(error):
        move_lead(actor=getattr(cast, who), lead=lead, to=CONTACTED)
    assert Lead.objects.get().status == NEW
    assert move_lead(actor=cast.manager, lead=lead, to=CONTACTED).status == CONTACTED


def test_whoever_moves_an_old_card_is_told(cast: Cast) -> None:
    lead = in_stage(cast.owner, NEW)
    seen = version_of(lead)
    move_lead(actor=cast.owner, lead=lead, to=CONTACTED, version=seen)
    with pytest.raises(Stale):
        move_lead(actor=cast.manager, lead=lead, to=LOST, version=seen, lost_reason=LostReason.PRICE)
    assert Lead.objects.get().status == CONTACTED


def test_open_pages_are_told_of_a_move(cast: Cast, announced: list[Announced]) -> None:
    lead = in_stage(cast.owner, NEW)
    move_lead(actor=cast.manager, lead=lead, to=CONTACTED)
    assert announced == [("moved", lead.pk, {cast.owner.pk})]


def test_a_move_is_in_the_running_totals(cast: Cast) -> None:
    move_lead(actor=cast.owner, lead=in_stage(cast.owner, NEW), to=CONTACTED)
    totals: dict[str, int] = {}
    for row in LeadTally.objects.all():
        totals[row.status] = totals.get(row.status, 0) + row.leads
    assert totals == {"new": 0, "contacted": 1}


# --- customers


def test_winning_makes_a_customer(cast: Cast) -> None:
    company = Company.objects.create(name="ABC")
    lead = LeadFactory(assigned_to=cast.owner, status=PROPOSAL, company=company)
    won = move_lead(actor=cast.manager, lead=lead, to=WON)
    customer = Customer.objects.get()
    assert (customer.company, customer.lead, customer.account_manager) == (company, lead, cast.owner)
    assert customer.since == won.closed_at == won.stage_since


def test_a_second_win_keeps_the_first_day_and_brings_a_churned_customer_back(cast: Cast) -> None:
    company = Company.objects.create(name="ABC")
    first, second = (LeadFactory(assigned_to=cast.owner, status=PROPOSAL, company=company) for _ in range(2))
    move_lead(actor=cast.owner, lead=first, to=WON)
    since = Customer.objects.get().since
    Customer.objects.update(status="churned")
    move_lead(actor=cast.owner, lead=second, to=WON)
    customer = Customer.objects.get()
    assert (customer.since, customer.lead, customer.status) == (since, first, "active")


def test_a_lead_without_a_company_gets_one_when_it_is_won(cast: Cast) -> None:
    lead = LeadFactory(assigned_to=cast.owner, status=PROPOSAL, company_name="Kopi House", company=None)
    move_lead(actor=cast.owner, lead=lead, to=WON)
    lead.refresh_from_db()
    assert lead.company == Company.objects.get(name="Kopi House") == Customer.objects.get().company


# --- places on the board


@pytest.mark.parametrize(
    ("above", "below", "expected"),
    [
        ("A", "B", "AXBCD"),
        ("C", "D", "ABCXD"),
        (None, "A", "XABCD"),
        ("D", None, "ABCDX"),
        (None, None, "XABCD"),
        # Only one neighbour is shown: the card is next to it, whatever the page did not load.
        ("B", None, "ABXCD"),
        (None, "C", "ABXCD"),
        # The two have changed their order since: the upper one counts.
        ("C", "A", "ABCXD"),
        ("B", "B", "ABXCD"),
    ],
)
def test_a_card_goes_between_its_neighbours(
    cast: Cast, above: str | None, below: str | None, expected: str
) -> None:
    known = cards(cast.owner, "ABCD", status=CONTACTED)
    lead = LeadFactory(company_name="X", assigned_to=cast.owner)
    move_lead(
        actor=cast.owner,
        lead=lead,
        to=CONTACTED,
        above=known[above] if above else None,
        below=known[below] if below else None,
    )
    assert "".join(column(CONTACTED)) == expected


def test_inside_a_column_only_the_place_changes(cast: Cast) -> None:
    known = cards(cast.owner, "ABCD")
    moved = move_lead(actor=cast.owner, lead=known["D"], to=NEW, above=known["A"], below=known["B"])
    assert column() == ["A", "D", "B", "C"]
    assert moved.stage_since == known["D"].stage_since
    assert not StageChange.objects.exists()
    assert not AuditEvent.objects.filter(action__startswith="crm.").exists()
    assert version_of(moved) != version_of(known["D"])


def test_neighbours_that_went_elsewhere_count_no_more(cast: Cast) -> None:
    known = cards(cast.owner, "ABC")
    Lead.objects.filter(company_name="B").update(status=QUALIFIED)
    gone = LeadFactory(assigned_to=cast.owner)
    Lead.objects.filter(pk=gone.pk).delete()
    move_lead(actor=cast.owner, lead=known["C"], to=NEW, above=known["B"], below=gone)
    assert column() == ["C", "A"]
    move_lead(actor=cast.owner, lead=known["C"], to=NEW, above=known["A"], below=known["B"])
    assert column() == ["A", "C"]
    move_lead(actor=cast.owner, lead=known["C"], to=NEW, above=known["C"], below=known["A"])
    assert column() == ["C", "A"]


def test_the_gap_between_two_cards_is_never_used_up(cast: Cast) -> None:
    """Each goes between the same upper card and the one that went there last: the gap halves each time."""
    known = cards(cast.owner, "AZ")
    versions = {lead.pk: version_of(lead) for lead in known.values()}
    below = known["Z"]
    names = ["Z"]
    for number in range(70):
        card = LeadFactory(company_name=f"{number}", assigned_to=cast.owner)
        below = move_lead(actor=cast.owner, lead=card, to=NEW, above=known["A"], below=below)
        names.insert(0, str(number))
    assert column() == ["A", *names]
    positions = list(Lead.objects.order_by("-position").values_list("position", flat=True))
    assert all(upper > lower for upper, lower in pairwise(positions))
    for lead in known.values():
        lead.refresh_from_db()
        assert version_of(lead) == versions[lead.pk], "a card that only made room is no new version"


@pytest.mark.parametrize("count", [3, 40, 150])
def test_cards_in_one_place_are_told_apart_when_one_goes_between(cast: Cast, count: int) -> None:
    for number in range(count):
        LeadFactory(company_name=f"{number}", assigned_to=cast.owner, position=Decimal(7))
    before = column()
    middle = count // 2
    above, below = (Lead.objects.get(company_name=name) for name in before[middle - 1 : middle + 1])
    card = LeadFactory(company_name="X", assigned_to=cast.owner, status=CONTACTED)
    move_lead(actor=cast.owner, lead=card, to=NEW, above=above, below=below)
    assert column() == [*before[:middle], "X", *before[middle:]]


@pytest.mark.parametrize("seed", range(2))
def test_any_sequence_of_moves_gives_the_order_that_was_asked_for(cast: Cast, seed: int) -> None:
    dice = random.Random(seed)
    known = cards(cast.owner, "ABCDEFGH", position=Decimal(5))
    order = column()
    for _ in range(60):
        name = dice.choice(order)
        order.remove(name)
        place = dice.randrange(len(order) + 1)
        above = known[order[place - 1]] if place else None
        below = known[order[place]] if place < len(order) else None
        move_lead(actor=cast.owner, lead=known[name], to=NEW, above=above, below=below)
        order.insert(place, name)
        assert column() == order
