"""What can be done on the page of a lead, with and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.assistant.choices import Trigger
from apps.assistant.models import Run
from apps.assistant.slots import names
from apps.crm.choices import LeadStatus
from apps.crm.models import Activity, LeadFile, LeadRun, Task
from apps.crm.services.moves import move_lead
from tests.conftest import Cast
from tests.crm.pages import JSON, action_url, form_data, note_file
from tests.factories.crm import (
    ActivityFactory,
    LeadFactory,
    TaskFactory,
)

pytestmark = pytest.mark.django_db

Enter = Callable[[User], Client]


def test_a_call_is_written_down_and_comes_back_on_top(cast: Cast, browser_client: Enter) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    ActivityFactory(lead=lead, occurred_at=timezone.now() - timedelta(days=1))
    url = action_url(lead, "log", kind="call")
    answer = browser_client(cast.owner).post(url, {"note": "They like it."}, **JSON).json()
    made = Activity.objects.get(note="They like it.")
    assert (made.kind, made.by) == ("call", cast.owner)
    lead.refresh_from_db()
    assert lead.status == LeadStatus.CONTACTED
    assert set(answer["regions"]) == {"headline", "side", "tasks", "timeline"}
    timeline = answer["regions"]["timeline"]
    assert timeline.index(f"activity-{made.pk}") < timeline.rindex("data-entry=")
    assert 'data-status="contacted" aria-current="step"' in answer["regions"]["headline"]


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("note", {"note": "Prefers mornings"}),
        ("call", {}),
        ("email", {"subject_line": "Our offer", "note": "Sent the price list"}),
        ("meeting", {"note": "Tasting", "at": "2026-01-05T14:30"}),
    ],
)
def test_without_scripts_each_form_still_works(
    cast: Cast, browser_client: Enter, kind: str, fields: dict[str, str]
) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    answer = browser_client(cast.owner).post(action_url(lead, "log", kind=kind), fields)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(lead.admin_url)
    assert [str(message) for message in get_messages(answer.wsgi_request)] == ["Written down."]
    made = Activity.objects.get()
    assert made.kind == kind
    assert made.note == fields.get("note", "")
    assert made.subject_line == fields.get("subject_line", "")


def test_times_are_those_of_the_persons_own_clock(cast: Cast, browser_client: Enter) -> None:
    User.objects.filter(pk=cast.owner.pk).update(timezone="America/New_York")
    cast.owner.refresh_from_db()
    lead = LeadFactory(assigned_to=cast.owner)
    browser_client(cast.owner).post(action_url(lead, "log", kind="call"), {"at": "2026-01-05T14:30"})
    assert Activity.objects.get().occurred_at.isoformat() == "2026-01-05T19:30:00+00:00"


@pytest.mark.parametrize(
    ("kind", "fields", "field", "sentence"),
    [
        ("note", {"note": " "}, "note", "This field is required."),
        ("email", {}, "subject_line", "This field is required."),
        ("call", {"at": "yesterday"}, "at", "Enter a valid date/time."),
        ("call", {"at": "2999-01-01T00:00"}, "at", "in the future"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_the_field(
    cast: Cast, browser_client: Enter, kind: str, fields: dict[str, str], field: str, sentence: str
) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    answer = browser_client(cast.owner).post(action_url(lead, "log", kind=kind), fields, **JSON)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert sentence in answer.json()["errors"][field][0]
    assert not Activity.objects.exists()


def test_a_task_is_planned_ticked_and_opened_again(cast: Cast, browser_client: Enter) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    client = browser_client(cast.owner)
    fields = {
        "title": "Send the menu",
        "due_at": "2030-01-02T09:00",
        "remind_at": "2030-01-02T08:00",
        "assigned_to": str(cast.manager.pk),
    }
    answer = client.post(action_url(lead, "task"), fields, **JSON).json()
    task = Task.objects.get()
    assert (task.title, task.lead, task.assigned_to, task.created_by) == (
        "Send the menu",
        lead,
        cast.manager,
        cast.owner,
    )
    assert "Send the menu" in answer["regions"]["tasks"]
    assert "Send the menu" in answer["regions"]["headline"]
    ticked = client.post(action_url(lead, "task_done", task=task.pk, what="done"), **JSON).json()
    task.refresh_from_db()
    assert task.done_by == cast.owner
    assert 'aria-checked="true"' in ticked["regions"]["tasks"]
    client.post(action_url(lead, "task_done", task=task.pk, what="open"))
    task.refresh_from_db()
    assert task.done_at is None


def test_a_task_is_for_somebody_who_sees_the_lead(cast: Cast, browser_client: Enter) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    fields = {"title": "Peek", "due_at": "2030-01-02T09:00", "assigned_to": str(cast.colleague.pk)}
    answer = browser_client(cast.owner).post(action_url(lead, "task"), fields, **JSON)
    assert answer.status_code == 400
    assert not Task.objects.exists()


def test_only_tasks_of_the_page_are_ticked_there(cast: Cast, browser_client: Enter) -> None:
    lead, other = LeadFactory.create_batch(2, assigned_to=cast.owner)
    task = TaskFactory(lead=other)
    url = action_url(lead, "task_done", task=task.pk, what="done")
    assert browser_client(cast.owner).post(url, **JSON).status_code == 404


def test_a_file_is_put_to_the_lead(cast: Cast, browser_client: Enter) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    answer = browser_client(cast.owner).post(action_url(lead, "file"), {"file": note_file()}, **JSON)
    link = LeadFile.objects.get()
    assert (link.lead, link.by, link.artifact.name, link.artifact.origin) == (
        lead,
        cast.owner,
        "menu.txt",
        "uploaded",
    )
    assert link.artifact.download_url in answer.json()["regions"]["timeline"]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("virus.exe", b"MZ", "Files of type “.exe” cannot be put here."),
        ("empty.txt", b"", "The file is empty."),
        ("large.txt", b"x" * 2_000_000, "The file is larger than 1 MB."),
    ],
)
def test_a_file_that_does_not_fit_is_refused_with_the_reason(
    cast: Cast, browser_client: Enter, settings: Any, name: str, content: bytes, sentence: str
) -> None:
    settings.ARTIFACT_MAX_BYTES = 1024 * 1024
    lead = LeadFactory(assigned_to=cast.owner)
    url = action_url(lead, "file")
    answer = browser_client(cast.owner).post(url, {"file": note_file(name, content)}, **JSON)
    assert answer.status_code == 400
    assert sentence in answer.json()["errors"]["file"][0]
    assert not Artifact.objects.exists()


def test_no_file_at_all_is_said_too(cast: Cast, browser_client: Enter) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    answer = browser_client(cast.owner).post(action_url(lead, "file"), **JSON)
    assert answer.json()["errors"]["file"] == ["Choose a file first."]


def test_a_lead_is_moved_by_the_stages_above(cast: Cast, browser_client: Enter) -> None:
    lead = LeadFactory(assigned_to=cast.owner, status=LeadStatus.CONTACTED)
    client = browser_client(cast.owner)
    version = client.get(lead.admin_url).context["version"]
    answer = client.post(action_url(lead, "move"), {"to": "qualified", "version": version}, **JSON)
    assert answer.json()["message"] == "The lead is now in the stage “Qualified”."
    lead.refresh_from_db()
    assert lead.status == LeadStatus.QUALIFIED


def test_two_who_move_at_once_one_wins_and_the_other_is_told(cast: Cast, browser_client: Enter) -> None:
    lead = LeadFactory(assigned_to=cast.owner, status=LeadStatus.CONTACTED)
    client = browser_client(cast.owner)
    version = client.get(lead.admin_url).context["version"]
    move_lead(actor=cast.manager, lead=lead, to="qualified")
    answer = client.post(action_url(lead, "move"), {"to": "new", "version": version}, **JSON)
    assert (answer.status_code, answer.json()["code"]) == (409, "stale")
    lead.refresh_from_db()
    assert lead.status == LeadStatus.QUALIFIED


def test_losing_a_lead_asks_why(cast: Cast, browser_client: Enter) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    client = browser_client(cast.owner)
    assert "<dialog" in client.get(lead.admin_url, {"act": "lost"}).content.decode()
    url = action_url(lead, "move")
    refused = client.post(url, {"to": "closed_lost"}, **JSON)
    assert refused.json()["code"] == "lost_reason_required"
    client.post(url, {"to": "closed_lost", "lost_reason": "price", "lost_note": "Too dear"})
    lead.refresh_from_db()
    assert (lead.status, lead.lost_reason, lead.lost_note) == (LeadStatus.CLOSED_LOST, "price", "Too dear")
    assert "Too dear" in client.get(lead.admin_url).content.decode()


def test_asking_the_agent_starts_a_run_about_the_lead_and_opens_its_chat(
    cast: Cast, browser_client: Enter
) -> None:
    lead = LeadFactory(assigned_to=cast.owner, company_name="Golden Dragon, Bar in Ipoh")
    answer = browser_client(cast.owner).post(action_url(lead, "ask"), {"question": "What should I do next?"})
    run = Run.objects.get()
    assert answer.headers["Location"] == f"/?session={run.conversation_id}"
    assert (run.trigger, run.user) == (Trigger.ADMIN, cast.owner)
    assert "What should I do next?" in run.message.body
    assert names.company(run.message.body, cast.owner) == "Golden Dragon, Bar in Ipoh"
    assert str(lead.pk) in run.message.body
    assert LeadRun.objects.get().lead == lead


@pytest.mark.parametrize(
    ("name", "path", "typed", "form_id", "sentence"),
    [
        (
            "log",
            {"kind": "call"},
            {"note": "They like it.", "at": "2999-01-01T00:00"},
            "log-call",
            "choose a time that is not in the future",
        ),
        ("log", {"kind": "email"}, {"note": "Sent it."}, "log-email", "This field is required."),
        ("task", {}, {"title": "Send the menu", "due_at": "soon"}, "new-task", "Enter a valid date/time."),
        ("move", {}, {"to": "closed_lost", "lost_note": "Too dear"}, "lose", "Say why the lead was lost."),
        ("file", {}, {}, "put-file", "Choose a file first."),
        ("ask", {}, {"question": "x" * 2_001}, "ask", "at most 2000 characters"),
    ],
)
def test_without_scripts_a_refused_form_comes_back_as_it_was_typed(
    cast: Cast,
    browser_client: Enter,
    name: str,
    path: dict[str, str],
    typed: dict[str, str],
    form_id: str,
    sentence: str,
) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    answer = browser_client(cast.owner).post(action_url(lead, name, **path), typed)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert sentence in page.split(f'id="{form_id}"')[1].split("</form>")[0]
    sent = form_data(page, form_id)
    assert {field: sent.get(field) for field in typed} == typed
    assert [model.objects.count() for model in (Activity, Task, Run)] == [0, 0, 0]


def test_the_page_of_a_refused_form_leads_back_to_the_lead(cast: Cast, browser_client: Enter) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    answer = browser_client(cast.owner).post(action_url(lead, "task"), {"title": "Send the menu"})
    assert answer.context["opened"] == "tasks"
    page = answer.content.decode()
    assert f'href="{lead.admin_url}?tab=files#files"' in page
    assert 'href="?' not in page.split("data-subject-page")[1], "an address of its own, not of the page"


def test_a_refused_loss_can_be_sent_again_after_somebody_else_changed_the_lead(
    cast: Cast, browser_client: Enter
) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    client = browser_client(cast.owner)
    typed = form_data(client.get(lead.admin_url).content.decode(), "lose")
    typed |= {"lost_reason": "price", "lost_note": "Too dear"}
    move_lead(actor=cast.manager, lead=lead, to="contacted")
    warned = client.post(action_url(lead, "move"), typed)
    assert warned.status_code == 409
    again = form_data(warned.content.decode(), "lose")
    assert (again["lost_reason"], again["lost_note"]) == ("price", "Too dear")
    assert client.post(action_url(lead, "move"), again).status_code == 302
    lead.refresh_from_db()
    assert (lead.status, lead.lost_note) == (LeadStatus.CLOSED_LOST, "Too dear")
