"""Time at work and time of waiting for a person are told apart, and values are told as people say them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.assistant.choices import RunStatus
from apps.assistant.models import Approval, Run
from apps.assistant.rehearsing.reading import Change, Reader
from apps.assistant.rehearsing.steps import steps_of
from apps.assistant.rehearsing.values import label_of_field, text_of
from apps.assistant.timing import clock_of
from tests.conftest import Cast
from tests.factories.chat import tool_step
from tests.factories.chat import turn as turn_of
from tests.factories.crm import LeadFactory

START = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    """So many minutes after the run began."""
    return START + timedelta(minutes=minutes)


def asked(begin: float, end: float | None) -> Approval:
    """A question that was open between those minutes."""
    return Approval(created_at=at(begin), decided_at=None if end is None else at(end))


@pytest.mark.parametrize(
    ("approvals", "waited"),
    [
        ([], 0),
        ([asked(2, 62)], 60),
        # Two questions at once are waited for once, and one within the other adds nothing.
        ([asked(2, 62), asked(32, 92), asked(40, 50)], 90),
        ([asked(2, 12), asked(22, 32)], 20),
        # One that nobody answered lasts as long as the run.
        ([asked(110, None)], 10),
        ([asked(130, 140)], 0),
    ],
)
def test_waiting_is_not_work(approvals: list[Approval], waited: int) -> None:
    clock = clock_of(Run(started_at=START, finished_at=at(120)), approvals)
    assert (clock.waited / 60, clock.worked / 60) == (waited, 120 - waited)


def test_a_step_that_waited_worked_only_before_and_after() -> None:
    clock = clock_of(Run(started_at=START, finished_at=at(120)), [asked(2, 62)])
    assert clock.between(at(1), at(63)) == 120
    assert clock.between(at(10), at(20)) == 0


@pytest.mark.django_db
def test_pages_of_a_run_tell_both(
    cast: Cast, browser_client: Callable[[User], Client], django_assert_max_num_queries: Any
) -> None:
    run = turn_of(cast.owner)
    step = tool_step(run, key="1")
    type(step).objects.filter(pk=step.pk).update(started_at=at(1), finished_at=at(63))
    Run.objects.filter(pk=run.pk).update(
        status=RunStatus.COMPLETED, started_at=START, finished_at=at(70), agent="sales", skill="lead_lookup"
    )
    approval = Approval.objects.create(
        run=run, step_key="1", tool="send_mail", summary="Send", expires_at=at(99), decided_at=at(62)
    )
    Approval.objects.filter(pk=approval.pk).update(created_at=at(2))
    client = browser_client(cast.owner)
    shown = client.get(reverse("admin:assistant_run_change", args=[run.pk])).content.decode()
    for words in (
        "Worked</dt><dd>10 min",
        "Waited for a person</dt><dd>60 min",
        "Look up a lead or customer",
    ):
        assert words in shown
    with django_assert_max_num_queries(15):
        listed = client.get(reverse("admin:assistant_run_changelist")).content.decode()
    assert "10 min / 60 min" in listed
    assert "lead_lookup" not in listed.partition("result_list")[2].partition("</table>")[0]
    run.refresh_from_db()
    assert [kept["seconds"] for kept in steps_of(run)] == [120]


@pytest.mark.parametrize(
    ("model", "name", "value", "currency", "text"),
    [
        ("crm.stagechange", "seconds", 43164979, "", "499.6 days"),
        ("crm.stagechange", "value", "7100.00", "SGD", "SGD 7,100"),
        ("crm.lead", "value", "7100.50", "MYR", "MYR 7,100.50"),
        ("crm.lead", "status", "closed_won", "", "Won"),
        ("crm.lead", "follow_up_date", "2026-11-03", "", "3 Nov 2026"),
        ("crm.lead", "extra", {"halal": "yes", "seats": [1, 2], "no": ""}, "", "Halal: yes; Seats: 1, 2"),
        ("assistant.run", "cost_usd", "0.500000", "", "USD 0.50"),
        ("assistant.run", "cancel_requested", True, "", "Yes"),
        ("artifacts.artifact", "size_bytes", 2048, "", "2.0\xa0KB"),
        ("crm.lead", "value", "no number", "SGD", "no number"),
    ],
)  # fmt: skip
def test_values_are_told_as_people_say_them(
    model: str, name: str, value: Any, currency: str, text: str
) -> None:
    field = apps.get_model(model)._meta.get_field(name)
    assert text_of(field, value, currency=currency) == text


@pytest.mark.parametrize(
    ("model", "name", "label"),
    [("crm.stagechange", "seconds", "Lasted"), ("artifacts.artifact", "size_bytes", "Size")],
)
def test_a_unit_stands_with_the_value_and_not_in_the_label(model: str, name: str, label: str) -> None:
    assert label_of_field(apps.get_model(model)._meta.get_field(name)) == label


@pytest.mark.django_db
def test_a_change_names_people_and_tells_the_currency_once(cast: Cast) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    after = {
        "id": "01a20000-0000-7000-8000-000000000000", "lead_id": str(lead.pk), "by_id": str(cast.owner.pk),
        "value": "7100.00", "currency": "SGD", "to_status": "proposal",
    }  # fmt: skip
    change = Change("crm_stagechange", after["id"], None, after)
    (row,) = Reader(cast.manager, [change], insiders=[cast.manager.pk]).read([change])
    shown = {field.label: field.after for field in row.fields}
    assert shown == {
        "Lead": str(lead), "By": str(cast.owner), "Value": "SGD 7,100", "To status": "Proposal",
    }  # fmt: skip
