"""Writing down what happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.assistant.services import start_run
from apps.audit.models import AuditEvent
from apps.core.errors import Forbidden, Invalid, NotFound
from apps.core.versions import Stale, version_of
from apps.crm.choices import CONTACTS, ActivityKind, LeadStatus
from apps.crm.models import Activity, Lead, LeadRun, StageChange
from apps.crm.services.activities import edit_note, log_activity
from tests.conftest import Cast
from tests.crm.pages import JSON, action_url
from tests.factories.accounts import UserFactory
from tests.factories.crm import ActivityFactory, CompanyFactory, ContactFactory, LeadFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ActivityKind)
def test_a_contact_moves_a_new_lead_on_and_a_note_does_not(cast: Cast, kind: ActivityKind) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    above = LeadFactory(assigned_to=cast.owner, status=LeadStatus.CONTACTED)
    log_activity(actor=cast.owner, subject=lead, kind=kind, note="Hello")
    lead.refresh_from_db()
    spoke = kind in CONTACTS
    assert lead.status == (LeadStatus.CONTACTED if spoke else LeadStatus.NEW)
    assert (lead.last_contacted is not None) == spoke
    assert StageChange.objects.filter(lead=lead, to_status="contacted", by=cast.owner).exists() == spoke
    if spoke:
        assert lead.position > above.position, "it comes to the top of its new column"


def test_the_latest_contact_counts_and_later_stages_stay(cast: Cast) -> None:
    lead = LeadFactory(assigned_to=cast.owner, status=LeadStatus.PROPOSAL)
    now = timezone.now()
    for days in (1, 9):
        log_activity(
            actor=cast.owner,
            subject=lead,
            kind=ActivityKind.CALL,
            at=now - timedelta(days=days),
            note="Called",
        )
    lead.refresh_from_db()
    assert (lead.status, lead.last_contacted) == (LeadStatus.PROPOSAL, now - timedelta(days=1))
    assert Activity.objects.filter(kind=ActivityKind.CALL, by=cast.owner).count() == 2


def test_what_was_logged_is_kept_as_said(cast: Cast) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    log_activity(
        actor=cast.manager, subject=lead, kind=ActivityKind.MEETING, note=" Liked it ", subject_line="Demo"
    )
    kept = Activity.objects.get()
    assert (kept.lead, kept.company, kept.contact, kept.by) == (lead, None, None, cast.manager)
    assert (kept.note, kept.subject_line) == ("Liked it", "Demo")
    event = AuditEvent.objects.get(action="crm.lead.contacted")
    assert (event.actor, event.object_id, event.details["kind"]) == (cast.manager, str(lead.pk), "meeting")


def test_companies_and_contacts_have_activities_too(cast: Cast) -> None:
    support = UserFactory(roles=["support_agent"])
    company, contact = CompanyFactory(), ContactFactory()
    about_company = log_activity(actor=support, subject=company, kind=ActivityKind.CALL)
    about_contact = log_activity(actor=support, subject=contact, kind=ActivityKind.NOTE, note="Vegetarian")
    assert (about_company.subject, about_contact.subject) == (company, contact)
    assert set(Activity.objects.visible_to(support)) == {about_company, about_contact}
    assert AuditEvent.objects.filter(action="crm.contact.noted").exists()


def test_a_run_that_logs_is_linked_and_one_that_is_not_kept_does_no_harm(cast: Cast) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    run = start_run(user=cast.owner, body="I called them", ring=False)
    for run_id in (run.pk, run.pk, uuid4(), None):
        log_activity(actor=cast.owner, subject=lead, kind=ActivityKind.CALL, run_id=run_id)
    assert LeadRun.objects.get().run == run
    assert Activity.objects.filter(run_id=run.pk).count() == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": ActivityKind.CALL, "at": timezone.now() + timedelta(days=400)},
        {"kind": "telepathy"},
        {"kind": ActivityKind.NOTE, "note": "  "},
        {"kind": ActivityKind.NOTE, "note": "x" * 20_001},
    ],
)
def test_what_cannot_have_happened_is_refused(cast: Cast, wrong: dict[str, object]) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    with pytest.raises(Invalid):
        log_activity(actor=cast.owner, subject=lead, **wrong)  # type: ignore[arg-type]
    assert not Activity.objects.exists()
    assert Lead.objects.get().last_contacted is None


@pytest.mark.parametrize("kind", [ActivityKind.CALL, ActivityKind.NOTE])
@pytest.mark.parametrize(
    ("who", "error"), [("colleague", NotFound), ("outsider", Forbidden), ("executive", Forbidden)]
)
def test_nobody_writes_into_the_story_of_a_lead_that_is_not_theirs(
    cast: Cast, kind: ActivityKind, who: str, error: type[Exception]
) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    with pytest.raises(error):
        log_activity(actor=getattr(cast, who), subject=lead, kind=kind, note="Mine now")
    assert not Activity.objects.exists()
    assert Lead.objects.get().status == LeadStatus.NEW


def test_a_note_is_corrected_by_whoever_wrote_it(cast: Cast) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    activity = ActivityFactory(lead=lead, by=cast.owner, note="Kols back")
    edit_note(actor=cast.owner, activity=activity, note="Calls back")
    activity.refresh_from_db()
    assert activity.note == "Calls back"
    event = AuditEvent.objects.get(action="crm.activity.corrected")
    assert event.details == {"note": ["Kols back", "Calls back"]}
    with pytest.raises(Forbidden):
        edit_note(actor=cast.manager, activity=activity, note="Does not")
    with pytest.raises(NotFound):
        edit_note(actor=cast.colleague, activity=activity, note="Mine")


def test_two_corrections_of_one_note_do_not_overwrite_each_other(cast: Cast) -> None:
    activity = ActivityFactory(lead=LeadFactory(assigned_to=cast.owner), by=cast.owner, note="One")
    seen = version_of(activity)
    edit_note(actor=cast.owner, activity=activity, note="Two", version=seen)
    with pytest.raises(Stale):
        edit_note(actor=cast.owner, activity=activity, note="Three", version=seen)
    activity.refresh_from_db()
    assert activity.note == "Two"


@pytest.mark.parametrize("year", [1, 1999, 9999])
def test_a_time_that_no_page_could_show_is_refused(cast: Cast, year: int) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    with pytest.raises(Invalid) as caught:
        log_activity(
            actor=cast.owner, subject=lead, kind=ActivityKind.CALL, at=datetime(year, 1, 1, tzinfo=UTC)
        )
    assert list(caught.value.errors) == ["at"]
    assert not Activity.objects.exists()
    assert Lead.objects.get().last_contacted is None


@pytest.mark.parametrize("kind", ["call", "meeting"])
@pytest.mark.parametrize("typed", ["0001-01-01T00:00", "9999-12-31T23:59"])
def test_the_form_of_the_page_says_that_the_time_is_wrong(
    cast: Cast, browser_client: Callable[[User], Client], kind: str, typed: str
) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    client, url = browser_client(cast.owner), action_url(lead, "log", kind=kind)
    fields = {"at": typed, "note": "They called"}
    answer = client.post(url, fields, **JSON)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["at"])
    assert client.post(url, fields).status_code == 400
    assert not Activity.objects.exists()
    assert client.get(lead.admin_url).status_code == 200


def test_an_old_entry_from_before_the_years_that_are_kept_can_still_be_corrected(cast: Cast) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    old = ActivityFactory(lead=lead, by=cast.owner, occurred_at=datetime(1998, 5, 1, tzinfo=UTC))
    assert edit_note(actor=cast.owner, activity=old, note="Met at the fair").note == "Met at the fair"
