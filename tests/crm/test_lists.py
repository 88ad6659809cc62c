"""The lists around the pipeline: customers, activities, tasks, stages and changes of stage."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.core.errors import Conflict
from apps.crm.choices import LeadStatus
from apps.crm.models import Activity, Stage, StageChange, Task
from apps.crm.services.tasks import complete_task
from tests.conftest import Cast
from tests.factories.crm import (
    ActivityFactory,
    CompanyFactory,
    CustomerFactory,
    LeadFactory,
    StageChangeFactory,
    TaskFactory,
)

pytestmark = pytest.mark.django_db

Enter = Callable[[User], Client]
LISTS = ("activity", "task", "stagechange")


def listed(client: Client, name: str, **query: str) -> set[str]:
    """What the list shows, as texts."""
    return {str(row) for row in client.get(f"/admin/crm/{name}/", query).context["cl"].result_list}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_shows_what_belongs_to_leads_one_may_see(cast: Cast, browser_client: Enter, name: str) -> None:
    factory = {"activity": ActivityFactory, "task": TaskFactory, "stagechange": StageChangeFactory}[name]
    for owner in (cast.owner, cast.colleague):
        factory(lead=LeadFactory(assigned_to=owner))
    shown = {
        who: len(browser_client(getattr(cast, who)).get(f"/admin/crm/{name}/").context["cl"].result_list)
        for who in ("owner", "colleague", "manager")
    }
    assert shown == {"owner": 1, "colleague": 1, "manager": 2}
    for who in (cast.outsider, cast.executive):
        assert browser_client(who).get(f"/admin/crm/{name}/").status_code == 403


@pytest.mark.parametrize("name", [*LISTS, "customer", "stage"])
def test_a_list_costs_the_same_however_long_it_is(
    cast: Cast, browser_client: Enter, django_assert_max_num_queries: DjangoAssertNumQueries, name: str
) -> None:
    for _number in range(12):
        lead = LeadFactory()
        ActivityFactory(lead=lead)
        ActivityFactory(lead=None, company=CompanyFactory())
        TaskFactory(lead=lead)
        StageChangeFactory(lead=lead, by=lead.assigned_to)
        CustomerFactory(account_manager=lead.assigned_to)
    client = browser_client(cast.manager)
    client.get(f"/admin/crm/{name}/")
    with django_assert_max_num_queries(12):
        assert client.get(f"/admin/crm/{name}/").status_code == 200


@pytest.mark.parametrize("name", ["activity", "stagechange"])
def test_records_are_read_not_written(cast: Cast, browser_client: Enter, name: str) -> None:
    row = (ActivityFactory if name == "activity" else StageChangeFactory)()
    client = browser_client(cast.admin)
    url = f"/admin/crm/{name}/{row.pk}/change/"
    assert client.get(url).status_code == 200
    assert client.post(url, {"note": "changed"}).status_code == 403
    assert client.get(f"/admin/crm/{name}/add/").status_code == 403
    assert client.post(f"/admin/crm/{name}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Activity.objects.count() + StageChange.objects.count() == 1


@pytest.mark.parametrize(
    ("due", "shown"),
    [
        ("", {"late", "today", "soon", "far"}),
        ("overdue", {"late"}),
        ("today", {"today"}),
        ("week", {"today", "soon"}),
        ("done", {"done"}),
        ("all", {"late", "today", "soon", "far", "done"}),
    ],
)
def test_tasks_are_filtered_by_when_they_are_due(
    cast: Cast, browser_client: Enter, due: str, shown: set[str]
) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    now = timezone.now()
    with timezone.override(cast.owner.timezone):
        tonight = timezone.localtime(now).replace(hour=23, minute=59, second=59)
    for title, moment in (
        ("late", now - timedelta(days=3)),
        ("today", tonight),
        ("soon", tonight + timedelta(days=2)),
        ("far", tonight + timedelta(days=30)),
    ):
        TaskFactory(lead=lead, title=title, due_at=moment)
    TaskFactory(lead=lead, title="done", due_at=now - timedelta(days=9), done_at=now)
    query = {"due": due} if due else {}
    assert listed(browser_client(cast.owner), "task", **query) == shown


def test_one_sees_ones_own_tasks_alone(cast: Cast, browser_client: Enter) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    TaskFactory(lead=lead, title="mine", assigned_to=cast.owner)
    TaskFactory(lead=lead, title="hers", assigned_to=cast.manager)
    assert listed(browser_client(cast.owner), "task", whose="mine") == {"mine"}


def test_tasks_are_ticked_in_the_list(cast: Cast, browser_client: Enter) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    chosen = TaskFactory.create_batch(2, lead=lead)
    foreign = TaskFactory(lead=LeadFactory(assigned_to=cast.colleague))
    keys = [str(task.pk) for task in (*chosen, foreign)]
    browser_client(cast.owner).post("/admin/crm/task/", {"action": "mark_done", "_selected_action": keys})
    assert set(Task.objects.filter(done_at__isnull=False)) == set(chosen)
    assert AuditEvent.objects.filter(action="crm.task.completed").count() == 2


def test_one_task_that_is_refused_does_not_keep_the_others_from_being_done(
    cast: Cast, browser_client: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    gone, other = TaskFactory(lead=lead, title="Gone"), TaskFactory(lead=lead, title="Other")

    def complete(*, actor: User, task: Task) -> Task:
        if task == gone:
            raise Conflict("It was deleted in the meantime.")
        return complete_task(actor=actor, task=task)

    monkeypatch.setattr("apps.crm.admin.tasks.complete_task", complete)
    keys = [str(gone.pk), str(other.pk)]
    answer = browser_client(cast.owner).post(
        "/admin/crm/task/", {"action": "mark_done", "_selected_action": keys}, follow=True
    )
    told = [str(message) for message in get_messages(answer.wsgi_request)]
    assert told == ["Gone: It was deleted in the meantime.", "1 task is done."]
    assert list(Task.objects.filter(done_at__isnull=False)) == [other]


def test_a_task_is_changed_by_its_service(cast: Cast, browser_client: Enter) -> None:
    task = TaskFactory(lead=LeadFactory(assigned_to=cast.owner), title="Call")
    fields = {"title": "Write", "due_at": "2030-01-02T09:00", "assigned_to": str(cast.manager.pk), "note": ""}
    url = f"/admin/crm/task/{task.pk}/change/"
    browser_client(cast.owner).post(url, fields)
    task.refresh_from_db()
    assert (task.title, task.assigned_to) == ("Write", cast.manager)
    assert AuditEvent.objects.filter(action="crm.task.updated").exists()
    refused = browser_client(cast.owner).post(url, {**fields, "assigned_to": str(cast.colleague.pk)})
    assert "assigned_to" in refused.context["adminform"].form.errors
    browser_client(cast.colleague).post(url, {**fields, "title": "Stolen"})
    task.refresh_from_db()
    assert task.title == "Write"


def test_managers_set_how_likely_a_stage_is_and_that_is_kept(cast: Cast, browser_client: Enter) -> None:
    url = f"/admin/crm/stage/{LeadStatus.PROPOSAL}/change/"
    Stage.objects.update_or_create(pk=LeadStatus.PROPOSAL, defaults={"order": 4, "probability": 60})
    assert browser_client(cast.owner).post(url, {"probability": "99"}).status_code == 403
    browser_client(cast.manager).post(url, {"probability": "75", "ages_after": "10"})
    stage = Stage.objects.get(pk=LeadStatus.PROPOSAL)
    assert (stage.probability, stage.ages_after) == (75, 10)
    event = AuditEvent.objects.get(action="crm.stage.updated")
    assert event.details["probability"] == ["60", "75"]
    assert event.actor == cast.manager
    answer = browser_client(cast.manager).post(url, {"probability": "101", "ages_after": ""})
    assert "probability" in answer.context["adminform"].form.errors


def test_a_customer_is_kept_by_managers_and_seen_by_support(cast: Cast, browser_client: Enter) -> None:
    customer = CustomerFactory(lead=LeadFactory(won=True))
    url = f"/admin/crm/customer/{customer.pk}/change/"
    fields = {"status": "churned", "account_manager": str(cast.colleague.pk)}
    assert browser_client(cast.owner).post(url, fields).status_code == 403
    assert browser_client(cast.manager).post(url, fields).status_code == 302
    customer.refresh_from_db()
    assert (customer.status, customer.account_manager) == ("churned", cast.colleague)
    assert AuditEvent.objects.filter(action="crm.customer.updated").exists()
    for path in ("/admin/crm/customer/add/", f"/admin/crm/customer/{customer.pk}/delete/"):
        assert browser_client(cast.manager).get(path).status_code == 403
