"""Tasks and their reminders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.core.errors import Forbidden, Invalid, NotFound
from apps.core.versions import Stale, version_of
from apps.crm import tasks as clock
from apps.crm.models import Task
from apps.crm.services.tasks import add_task, complete_task, remind_due, reopen_task, update_task
from apps.notifications.models import Notice
from mezzofy.celery import app
from tests.conftest import Cast
from tests.crm.at_once import at_once
from tests.crm.pages import JSON, action_url, form_data
from tests.factories.accounts import UserFactory
from tests.factories.crm import CompanyFactory, ContactFactory, LeadFactory, TaskFactory

pytestmark = pytest.mark.django_db

Enter = Callable[[User], Client]


@pytest.fixture
def tomorrow() -> datetime:
    return timezone.now() + timedelta(days=1)


def to_remind(**fields: Any) -> Task:
    """A task whose reminder came a minute ago."""
    return TaskFactory(remind_at=timezone.now() - timedelta(minutes=1), **fields)


def test_a_task_is_ones_own_unless_somebody_is_named(cast: Cast, tomorrow: datetime) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    own = add_task(actor=cast.owner, subject=lead, title=" Call back ", due_at=tomorrow)
    assert (own.title, own.assigned_to, own.created_by, own.lead) == (
        "Call back",
        cast.owner,
        cast.owner,
        lead,
    )
    assert not Notice.objects.exists()
    given = add_task(actor=cast.manager, subject=lead, title="Offer", due_at=tomorrow, assigned_to=cast.owner)
    notice = Notice.objects.get()
    assert (notice.recipient, notice.kind, notice.url) == (given.assigned_to, "assigned", lead.admin_url)
    assert notice.title == "Mona Manager gave you a task: Offer"
    assert AuditEvent.objects.filter(action="crm.task.added").count() == 2


def test_a_task_goes_only_to_those_who_may_see_what_it_is_about(cast: Cast, tomorrow: datetime) -> None:
    support = UserFactory(roles=["support_agent"])
    lead, company = LeadFactory(assigned_to=cast.owner), CompanyFactory()
    for person in (cast.colleague, cast.outsider, support):
        with pytest.raises(Invalid) as caught:
            add_task(actor=cast.manager, subject=lead, title="Call", due_at=tomorrow, assigned_to=person)
        assert list(caught.value.errors) == ["assigned_to"]
    task = add_task(actor=support, subject=company, title="Call", due_at=tomorrow, assigned_to=cast.owner)
    with pytest.raises(Invalid):
        update_task(actor=cast.owner, task=task, assigned_to=cast.outsider)
    assert update_task(actor=cast.owner, task=task, assigned_to=support).assigned_to == support
    assert Task.objects.count() == 1


@pytest.mark.parametrize(
    "wrong", [{"title": " "}, {"title": "x" * 201}, {"remind_at": timezone.now() + timedelta(days=500)}]
)
def test_a_task_that_makes_no_sense_is_refused(cast: Cast, tomorrow: datetime, wrong: dict[str, Any]) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    with pytest.raises(Invalid) as caught:
        add_task(**{"actor": cast.owner, "subject": lead, "title": "Call", "due_at": tomorrow, **wrong})
    assert list(caught.value.errors) == list(wrong)
    task = TaskFactory(lead=lead)
    with pytest.raises(Invalid):
        update_task(actor=cast.owner, task=task, **wrong)
    assert Task.objects.get().title == task.title


@pytest.mark.parametrize(
    ("who", "error"), [("colleague", NotFound), ("outsider", Forbidden), ("executive", Forbidden)]
)
def test_tasks_of_a_lead_are_for_those_who_see_it(
    cast: Cast, tomorrow: datetime, who: str, error: type[Exception]
) -> None:
    actor, lead = getattr(cast, who), LeadFactory(assigned_to=cast.owner)
    task = TaskFactory(lead=lead)
    with pytest.raises(error):
        add_task(actor=actor, subject=lead, title="Spy", due_at=tomorrow)
    for act in (complete_task, reopen_task, update_task):
        with pytest.raises(error):
            act(actor=actor, task=task)
    assert Task.objects.get().done_at is None


def test_done_is_done_once_and_can_be_taken_back(cast: Cast) -> None:
    task = TaskFactory(lead=LeadFactory(assigned_to=cast.owner))
    done = complete_task(actor=cast.manager, task=task)
    again = complete_task(actor=cast.owner, task=task)
    assert again.done_at == done.done_at is not None
    assert again.done_by == cast.manager
    assert AuditEvent.objects.filter(action="crm.task.completed").count() == 1
    back = reopen_task(actor=cast.owner, task=task)
    assert (back.done_at, back.done_by) == (None, None)


def test_a_change_of_a_task_is_kept_and_an_old_version_refused(cast: Cast, tomorrow: datetime) -> None:
    task = TaskFactory(lead=LeadFactory(assigned_to=cast.owner), title="Call")
    seen = version_of(task)
    update_task(actor=cast.owner, task=task, version=seen, title="Write", due_at=task.due_at)
    event = AuditEvent.objects.get(action="crm.task.updated")
    assert event.details == {"title": ["Call", "Write"]}
    with pytest.raises(Stale):
        update_task(actor=cast.manager, task=task, version=seen, title="Wait")
    assert Task.objects.get().title == "Write"


def test_a_reminder_comes_once_and_opens_what_it_is_about(cast: Cast) -> None:
    company, contact = CompanyFactory(), ContactFactory()
    lead = LeadFactory(assigned_to=cast.owner)
    of_lead = to_remind(lead=lead)
    of_company = to_remind(lead=None, company=company, assigned_to=cast.owner)
    of_contact = to_remind(lead=None, contact=contact, assigned_to=cast.owner)
    assert remind_due(now=timezone.now()) == 3
    assert remind_due(now=timezone.now()) == 0
    notices = {notice.title: notice for notice in Notice.objects.all()}
    assert {title: notice.url for title, notice in notices.items()} == {
        of_lead.title: lead.admin_url,
        of_company.title: f"/admin/contacts/company/{company.pk}/change/",
        of_contact.title: f"/admin/contacts/contact/{contact.pk}/change/",
    }
    assert {notice.recipient for notice in notices.values()} == {cast.owner}
    assert notices[of_lead.title].body == str(lead)


def test_only_open_tasks_whose_time_has_come_remind(cast: Cast) -> None:
    lead, now = LeadFactory(assigned_to=cast.owner), timezone.now()
    TaskFactory(lead=lead)
    TaskFactory(lead=lead, remind_at=now + timedelta(minutes=1))
    to_remind(lead=lead, done_at=now)
    to_remind(lead=lead, reminded_at=now)
    assert remind_due(now=now) == 0
    assert remind_due(now=now + timedelta(minutes=2)) == 1


def test_another_time_reminds_again(cast: Cast) -> None:
    task = to_remind(lead=LeadFactory(assigned_to=cast.owner))
    seen = version_of(task)
    remind_due(now=timezone.now())
    update_task(actor=cast.owner, task=task, version=seen, title="Call again")
    assert remind_due(now=timezone.now()) == 0
    update_task(actor=cast.owner, task=task, remind_at=timezone.now() - timedelta(seconds=1))
    assert remind_due(now=timezone.now()) == 1
    assert Notice.objects.count() == 2


def test_nobody_is_reminded_of_what_they_may_no_longer_see(cast: Cast) -> None:
    to_remind(lead=LeadFactory(assigned_to=cast.owner), assigned_to=cast.colleague)
    gone = UserFactory(roles=["sales_rep"], is_active=False)
    to_remind(lead=LeadFactory(assigned_to=gone))
    assert remind_due(now=timezone.now()) == 2
    assert not Notice.objects.exists()
    assert remind_due(now=timezone.now()) == 0


def test_more_reminders_than_one_batch_all_go_out(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.crm.services.tasks.BATCH", 3)
    lead = LeadFactory(assigned_to=cast.owner)
    for _ in range(7):
        to_remind(lead=lead)
    assert remind_due(now=timezone.now()) == 7
    assert Notice.objects.count() == 7


@pytest.mark.django_db(transaction=True)
def test_two_workers_remind_of_each_task_once(cast: Cast) -> None:
    lead, now = LeadFactory(assigned_to=cast.owner), timezone.now()
    for _ in range(40):
        to_remind(lead=lead)
    counts = at_once(*[lambda: remind_due(now=now)] * 4)
    assert sum(counts) == Notice.objects.count() == 40  # type: ignore[arg-type]
    assert not Task.objects.filter(reminded_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_a_worker_does_not_wait_for_a_task_that_another_holds(cast: Cast) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    held, free = to_remind(lead=lead), to_remind(lead=lead)
    with transaction.atomic():
        Task.objects.select_for_update().get(pk=held.pk)
        assert at_once(lambda: remind_due(now=timezone.now())) == [1]
    assert Notice.objects.get().title == free.title


def test_the_clock_reminds_and_folds(cast: Cast) -> None:
    to_remind(lead=LeadFactory(assigned_to=cast.owner))
    assert clock.remind() == 1
    assert clock.compact() >= 0
    app.loader.import_default_modules()  # as a worker does when it starts
    planned = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert {"crm.remind", "crm.compact_tally"} <= planned <= set(app.tasks)


#: The ends of the calendar, where a moment of one zone has no place in another.
OFF = [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)]


@pytest.mark.parametrize("moment", OFF)
@pytest.mark.parametrize("field", ["due_at", "remind_at"])
def test_a_time_that_no_page_could_show_is_refused(
    cast: Cast, tomorrow: datetime, field: str, moment: datetime
) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    with pytest.raises(Invalid) as caught:
        add_task(**{"actor": cast.owner, "subject": lead, "title": "Call", "due_at": tomorrow, field: moment})
    assert (caught.value.code, list(caught.value.errors)) == ("moment_out_of_range", [field])
    assert not Task.objects.exists()
    task = TaskFactory(lead=lead)
    with pytest.raises(Invalid) as caught:
        update_task(actor=cast.owner, task=task, **{field: moment})  # type: ignore[misc]
    assert (caught.value.code, list(caught.value.errors)) == ("moment_out_of_range", [field])
    kept = Task.objects.get()
    assert (kept.due_at, kept.remind_at) == (task.due_at, task.remind_at)


@pytest.mark.parametrize("typed", ["0001-01-01T00:00", "9999-12-31T23:59"])
def test_the_form_of_the_page_says_which_time_is_wrong(cast: Cast, browser_client: Enter, typed: str) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    client = browser_client(cast.owner)
    fields = {"title": "Call", "due_at": typed, "assigned_to": str(cast.owner.pk)}
    answer = client.post(action_url(lead, "task"), fields, **JSON)
    assert (answer.status_code, answer.json()["code"]) == (400, "moment_out_of_range")
    assert list(answer.json()["errors"]) == ["due_at"]
    page = client.post(action_url(lead, "task"), fields)
    assert page.status_code == 400
    assert "choose a date between the years 2000 and 2100." in page.content.decode()
    assert not Task.objects.exists()


@pytest.mark.parametrize("typed", ["0001-01-01T00:00", "9999-12-31T23:59"])
def test_the_page_of_a_task_refuses_it_too(cast: Cast, browser_client: Enter, typed: str) -> None:
    task = TaskFactory(lead=LeadFactory(assigned_to=cast.owner))
    client, url = browser_client(cast.manager), f"/admin/crm/task/{task.pk}/change/"
    form = form_data(client.get(url).content.decode(), "task_form")
    page = client.post(url, {**form, "due_at": typed})
    assert "choose a date between the years 2000 and 2100." in page.content.decode()
    assert Task.objects.get().due_at == task.due_at
