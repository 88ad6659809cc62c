"""The timeline of a lead, a company and a contact."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import Model
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.assistant.models import Run
from apps.assistant.services import start_run
from apps.audit.models import EmailLog
from apps.contacts.models import Company, Contact
from apps.conversations.models import Message
from apps.core.errors import Invalid, NotFound
from apps.crm.admin.lead_actions import ask
from apps.crm.choices import ActivityKind, LeadStatus, LostReason
from apps.crm.models import Activity, Lead, LeadFile, LeadRun, StageChange, Task
from apps.crm.services.activities import log_activity
from apps.crm.services.moves import move_lead
from apps.crm.services.tasks import complete_task
from apps.crm.subjects import Subject
from apps.crm.timeline import Entry, timeline
from tests.conftest import Cast
from tests.factories.crm import (
    ActivityFactory,
    CompanyFactory,
    ContactFactory,
    LeadFactory,
    LeadFileFactory,
    StageChangeFactory,
    TaskFactory,
)
from tests.factories.outside import ConversationFactory, EmailLogFactory, MessageFactory

pytestmark = pytest.mark.django_db

#: A few moments only, so that many entries share one.
MOMENTS = [timezone.now() - timedelta(hours=hours) for hours in range(6)]
STAMPS = {
    Activity: "occurred_at",
    StageChange: "at",
    Task: "created_at",
    EmailLog: "created_at",
    Message: "created_at",
    LeadFile: "created_at",
    LeadRun: "created_at",
}
PEOPLE = ("owner", "colleague", "manager", "admin", "executive", "outsider")


def everything(subject: Subject, user: User, limit: int = 3, **more: Any) -> list[Entry]:
    """All entries, page by page."""
    found: list[Entry] = []
    before = ""
    while True:
        page = timeline(subject=subject, user=user, limit=limit, before=before, **more)
        assert len(page.entries) == limit or not page.next
        found += page.entries
        if not page.next:
            return found
        before = page.next


def a_run(user: User) -> Run:
    return start_run(user=user, body="Tell me about this lead", ring=False)


def scatter(dice: random.Random, cast: Cast, lead: Lead, company: Company, contact: Contact) -> None:
    """Rows of every source, by different people, at few different moments."""
    house = [cast.owner, cast.colleague, cast.manager]

    def at_random(row: Model) -> None:
        moment: dict[str, datetime] = {STAMPS[type(row)]: dice.choice(MOMENTS)}
        type(row)._default_manager.filter(pk=row.pk).update(**moment)

    for _ in range(4):
        who = dice.choice(house)
        about = dice.choice(
            [{"lead": lead}, {"lead": None, "company": company}, {"lead": None, "contact": contact}]
        )
        done = {"done_at": dice.choice(MOMENTS), "done_by": who} if dice.random() < 0.5 else {}
        conversation = ConversationFactory(contact=contact, owner=who)
        rows = [
            ActivityFactory(**about, by=who),
            StageChangeFactory(lead=lead, by=who),
            TaskFactory(**about, assigned_to=who, **done),
            EmailLogFactory(recipients=["x@elsewhere.test", contact.email], user=who),
            MessageFactory(conversation=conversation),
            LeadFileFactory(lead=lead, by=who),
            LeadRun.objects.create(lead=lead, run=a_run(who)),
        ]
        for row in rows:
            at_random(row)


def expected(
    user: User, leads: list[Lead], companies: list[Company], contacts: list[Contact]
) -> list[tuple[Any, Any]]:
    """Without the sources: (time, key) of what belongs there and `visible_to` grants, newest first."""
    of_lead = {lead.pk for lead in leads}
    subjects = of_lead | {row.pk for row in (*companies, *contacts)}
    # On the page of a lead stands also what people wrote down about its company.
    around = set() if companies or contacts else {lead.company_id for lead in leads} - {None}
    people = [*contacts, *(lead.contact for lead in leads if lead.contact)]
    addresses, talkers = {person.email for person in people}, {person.pk for person in people}
    found: list[tuple[Any, Any]] = []
    for model, stamp in STAMPS.items():
        rows = model._default_manager.visible_to(user)  # type: ignore[attr-defined]
        for row in rows.select_related("conversation") if model is Message else rows:
            if isinstance(row, EmailLog):
                belongs = bool(addresses & set(row.recipients))
            elif isinstance(row, Message):
                belongs = row.conversation.contact_id in talkers
            elif isinstance(row, (Activity, Task)):
                belongs = bool({row.lead_id, row.company_id, row.contact_id} & subjects)
                belongs |= isinstance(row, Activity) and row.company_id in around
            else:
                belongs = row.lead_id in of_lead
            if belongs:
                at = row.done_at if isinstance(row, Task) and row.done_at else getattr(row, stamp)
                found.append((at, row.pk))
    return sorted(found, reverse=True)


@pytest.mark.parametrize("seed", range(2))
def test_paging_shows_every_visible_entry_once_in_order_and_no_other(cast: Cast, seed: int) -> None:
    dice = random.Random(seed)
    company = CompanyFactory()
    contact, other = ContactFactory(company=company), ContactFactory(company=company)
    mine = LeadFactory(assigned_to=cast.owner, company=company, contact=contact)
    theirs = LeadFactory(assigned_to=cast.colleague, company=company, contact=other)
    scatter(dice, cast, mine, company, contact)
    scatter(dice, cast, theirs, company, other)
    scatter(dice, cast, LeadFactory(assigned_to=cast.owner), CompanyFactory(), ContactFactory())

    pages: list[tuple[Subject, list[Lead], list[Company], list[Contact]]] = [
        (mine, [mine], [], []),
        (theirs, [theirs], [], []),
        (company, [mine, theirs], [company], [contact, other]),
        (contact, [mine], [], [contact]),
    ]
    for subject, leads, companies, contacts in pages:
        for who in PEOPLE:
            user = getattr(cast, who)
            if not type(subject).objects.visible_to(user).filter(pk=subject.pk).exists():
                with pytest.raises(NotFound):
                    timeline(subject=subject, user=user)
                continue
            shown = [
                (entry.at, entry.key) for entry in everything(subject, user, limit=dice.randrange(5, 14))
            ]
            assert shown == expected(user, leads, companies, contacts), (who, subject)
            assert shown, "each of them sees something, or this proves little"


def test_a_colleague_learns_nothing_of_somebody_elses_lead_from_the_company(cast: Cast) -> None:
    company = CompanyFactory()
    lead = LeadFactory(assigned_to=cast.owner, company=company)
    ActivityFactory(lead=lead, note="secret")
    shared = ActivityFactory(lead=None, company=company, note="shared")
    assert [entry.key for entry in everything(company, cast.colleague)] == [shared.pk]
    assert len(everything(company, cast.manager)) == 2
    for stranger in (cast.colleague, cast.outsider, cast.executive):
        with pytest.raises(NotFound):
            timeline(subject=lead, user=stranger)


def test_a_page_costs_the_same_however_much_there_is(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    company = CompanyFactory()
    contact = ContactFactory(company=company)
    lead = LeadFactory(assigned_to=cast.owner, company=company, contact=contact)
    for _ in range(2):
        scatter(random.Random(1), cast, lead, company, contact)
    for user in (cast.owner, cast.manager):
        user.has_perm("crm.view_lead")  # what a request asks once
        for subject in (lead, company, contact):
            with django_assert_max_num_queries(9):
                page = timeline(subject=subject, user=user, limit=50)
            with django_assert_max_num_queries(9):
                timeline(subject=subject, user=user, limit=50, before=page.next)


def test_a_story_reads_as_it_happened(cast: Cast) -> None:
    lead = LeadFactory(assigned_to=cast.owner, stage_since=timezone.now() - timedelta(days=3))
    log_activity(
        actor=cast.owner, subject=lead, kind=ActivityKind.CALL, note="Wants a demo", subject_line="Intro"
    )
    task = TaskFactory(lead=lead, title="Send the offer", created_by=cast.owner)
    open_task = TaskFactory(lead=lead, title="Late", due_at=timezone.now() - timedelta(days=1))
    complete_task(actor=cast.owner, task=task)
    move_lead(actor=cast.manager, lead=lead, to=LeadStatus.CLOSED_LOST, lost_reason=LostReason.PRICE)
    told = [(entry.kind, entry.title, entry.actor, entry.tone) for entry in everything(lead, cast.owner)]
    assert told == [
        ("stage", "Contacted → Lost", "Mona Manager", "bad"),
        ("task", "Send the offer", "Olive Owner", "good"),
        ("task", open_task.title, "", "warn"),
        ("call", "Intro", "Olive Owner", "info"),
        ("stage", "New → Contacted", "Olive Owner", "info"),
    ]
    lost, _done, late, call, contacted = everything(lead, cast.owner)
    assert lost.body.endswith("Reason: Price")
    assert contacted.body.replace("\xa0", " ") == "After 3 days"
    assert (call.body, call.url, call.about) == ("Wants a demo", "", "")
    assert late.body.startswith("For Olive Owner, due ")


def test_what_an_agent_was_asked_and_answered_reads_without_marks(cast: Cast) -> None:
    lead = LeadFactory(company_name="ABC", assigned_to=cast.owner)
    run = ask(user=cast.owner, lead=lead, question="Where does\nthis stand?")
    answer = "**ABC** [1] is at the stage **Contacted**.\n\n- Contact: John \\[VIP\\]\n- Phone: 6123"
    Run.objects.filter(pk=run.pk).update(text=answer)
    [entry] = everything(lead, cast.owner, kinds=["run"])
    assert entry.title.split() == ["Where", "does", "this", "stand?"]
    assert entry.body == "ABC is at the stage Contacted. Contact: John [VIP] · Phone: 6123"
    Run.objects.filter(pk=run.pk).update(text="", error_detail="The model [x] did *not* answer.")
    [entry] = everything(lead, cast.owner, kinds=["run"])
    assert entry.body == "The model [x] did *not* answer."


def test_what_happened_elsewhere_says_where(cast: Cast) -> None:
    company = CompanyFactory()
    lead = LeadFactory(assigned_to=cast.owner, company=company)
    ActivityFactory(lead=lead)
    ActivityFactory(lead=None, company=company)
    own, of_lead = everything(company, cast.owner)
    assert (own.url, own.about) == ("", "")
    assert (of_lead.url, of_lead.about) == (lead.admin_url, str(lead))


def test_mails_are_found_by_the_address_of_the_lead_and_of_its_contact(cast: Cast) -> None:
    contact = ContactFactory(email="mei@abc.sg")
    lead = LeadFactory(assigned_to=cast.owner, contact=contact, contact_email="office@abc.sg")
    wanted = {
        EmailLogFactory(recipients=[address, "boss@mezzofy.test"], user=cast.owner).pk
        for address in ("mei@abc.sg", "office@abc.sg")
    }
    EmailLogFactory(recipients=["mei@abc.sg"], user=cast.colleague)
    EmailLogFactory(recipients=["somebody@else.sg"], user=cast.owner)
    assert {entry.key for entry in everything(lead, cast.owner)} == wanted


def test_only_the_wanted_kinds_are_shown_and_asked_for(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    for kind in ActivityKind:
        ActivityFactory(lead=lead, kind=kind)
    TaskFactory(lead=lead)
    StageChangeFactory(lead=lead)
    assert {entry.kind for entry in everything(lead, cast.owner, kinds=["call", "task"])} == {"call", "task"}
    with django_assert_max_num_queries(3):
        assert {entry.kind for entry in timeline(subject=lead, user=cast.owner, kinds=["note"]).entries} == {
            "note"
        }
    assert timeline(subject=lead, user=cast.owner, kinds=["nonsense"]).entries == []


@pytest.mark.parametrize("token", ["x", "%%%", "AAAA", "MjAyNi0wMS0wMVQwMDowMDowMCBhYmM", "é" * 9])
def test_a_place_that_is_not_one_is_refused(cast: Cast, token: str) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    with pytest.raises(Invalid) as caught:
        timeline(subject=lead, user=cast.owner, before=token)
    assert caught.value.code == "bad_cursor"


def test_what_comes_in_while_somebody_pages_shifts_nothing(cast: Cast) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    known = [ActivityFactory(lead=lead, occurred_at=moment) for moment in MOMENTS]
    first = timeline(subject=lead, user=cast.owner, limit=3)
    ActivityFactory(lead=lead)
    second = timeline(subject=lead, user=cast.owner, limit=3, before=first.next)
    assert [entry.key for entry in (*first.entries, *second.entries)] == [row.pk for row in known]
    assert second.next == ""
