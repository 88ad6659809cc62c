"""Who reaches a lead by its page, its tabs and its forms."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.assistant.models import Run
from apps.crm.choices import LeadStatus
from apps.crm.models import Activity, LeadFile, Task
from tests.conftest import Cast
from tests.crm.pages import JSON, action_url, note_file
from tests.factories.crm import (
    ActivityFactory,
    LeadFactory,
    TaskFactory,
)

pytestmark = pytest.mark.django_db

Enter = Callable[[User], Client]


ACTIONS = (
    ("log", {"kind": "call"}, {"note": "mine now"}),
    ("task", {}, {"title": "mine now", "due_at": "2030-01-02T09:00"}),
    ("file", {}, {}),
    ("move", {}, {"to": "contacted"}),
    ("ask", {}, {"question": "Who is it?"}),
)


@pytest.mark.parametrize("who", ["colleague", "outsider", "executive"])
@pytest.mark.parametrize("headers", [{}, JSON])
def test_nobody_reaches_somebody_elses_lead_by_any_form(
    cast: Cast, browser_client: Enter, who: str, headers: dict[str, str]
) -> None:
    lead = LeadFactory(assigned_to=cast.owner, company_name="Secret Deal")
    task = TaskFactory(lead=lead, title="Hidden task")
    client = browser_client(getattr(cast, who))
    ticking = ("task_done", {"task": task.pk, "what": "done"}, {})
    for name, parts, fields in (*ACTIONS, ticking):
        data = {"file": note_file()} if name == "file" else fields
        answer = client.post(action_url(lead, name, **parts), data, **headers)
        assert answer.status_code in {302, 403, 404}, name
        assert b"Secret Deal" not in answer.content
        assert lead.admin_url not in answer.headers.get("Location", "")
    assert not Activity.objects.exists()
    assert not Artifact.objects.exists()
    assert not Run.objects.exists()
    assert not Task.objects.filter(done_at__isnull=False).exists()
    lead.refresh_from_db()
    assert lead.status == LeadStatus.NEW


@pytest.mark.parametrize("who", ["colleague", "outsider", "executive"])
def test_nobody_reads_somebody_elses_lead_by_any_tab(cast: Cast, browser_client: Enter, who: str) -> None:
    lead = LeadFactory(assigned_to=cast.owner, company_name="Secret Deal")
    ActivityFactory(lead=lead, note="Secret words")
    client = browser_client(getattr(cast, who))
    for tab in ("timeline", "tasks", "files", "runs", "related", "history", "edit"):
        for answer in (
            client.get(lead.admin_url, {"tab": tab}, follow=True),
            client.get(action_url(lead, "panel", name=tab), **JSON),
        ):
            assert b"Secret" not in answer.content
    assert client.get(action_url(lead, "panel", name="timeline"), **JSON).status_code == 404


def test_the_manager_does_everything_on_a_reps_lead(cast: Cast, browser_client: Enter) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    client = browser_client(cast.manager)
    for name, parts, fields in ACTIONS:
        mine = {"assigned_to": str(cast.manager.pk)} if name == "task" else {}
        data = {"file": note_file()} if name == "file" else {**fields, **mine}
        assert client.post(action_url(lead, name, **parts), data).status_code == 302, name
    assert Activity.objects.filter(by=cast.manager).exists()
    assert LeadFile.objects.count() == 1
    assert Task.objects.count() == 1
    assert Run.objects.get().user == cast.manager


def test_a_stranger_is_sent_to_the_log_in(client: Client, db: None) -> None:
    lead = LeadFactory()
    for name, parts, _fields in ACTIONS:
        answer = client.post(action_url(lead, name, **parts))
        assert answer.headers["Location"].startswith("/admin/login/")


def test_small_forms_take_nothing_by_get(cast: Cast, browser_client: Enter) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    for name, parts, _fields in ACTIONS:
        assert browser_client(cast.owner).get(action_url(lead, name, **parts)).status_code == 405


def test_a_form_from_another_site_is_refused(cast: Cast) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.owner, backend="apps.accounts.backends.RolesBackend")
    assert client.post(action_url(lead, "log", kind="call"), {"note": "x"}).status_code == 403


def test_texts_of_people_are_never_markup(cast: Cast, browser_client: Enter) -> None:
    lead = LeadFactory(assigned_to=cast.owner, company_name="<script>alert(1)</script>", notes="<b>bold</b>")
    ActivityFactory(lead=lead, note="<img src=x onerror=alert(2)>")
    page = browser_client(cast.owner).get(lead.admin_url).content.decode()
    assert "<script>alert(1)" not in page
    assert "<b>bold" not in page
    assert "<img src=x" not in page
