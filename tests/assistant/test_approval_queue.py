"""The queue in the back office: what would happen is said precisely, and answers are told one by one."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.assistant import services
from apps.assistant.approving.effects import why
from apps.assistant.approving.selectors import approval_card
from apps.assistant.choices import ApprovalStatus
from apps.assistant.models import Approval, Run
from apps.crm.choices import LeadStatus
from apps.crm.tools import delete_lead, move_lead_stage
from tests.assistant.approval_bench import PostOffice, calling, open_office, policy, waiting
from tests.conftest import Cast
from tests.factories.crm import ActivityFactory, LeadFactory

pytestmark = pytest.mark.django_db(transaction=True)

Declare = Callable[..., Any]
Turn = Callable[..., Run]
Browser = Callable[[User], Client]
QUEUE = "/admin/assistant/approval/queue/"


@pytest.fixture
def office(declare: Declare) -> PostOffice:
    return open_office(declare)


def page_of(client: Client, approval: Approval) -> str:
    return client.get(f"{QUEUE}{approval.pk}/").content.decode()


def test_it_is_said_where_something_goes_and_what_is_deleted_or_changed(
    cast: Cast, turn: Turn, office: PostOffice, pipeline: Declare, browser_client: Browser
) -> None:
    lead = LeadFactory(company_name="ABC", contact_name="", assigned_to=cast.manager, status="new")
    ActivityFactory.create_batch(2, lead=lead)
    pipeline(calling(office.post, to="ann@abc.example"))
    sending = waiting(turn(cast.manager, "post it"))
    pipeline(calling(delete_lead, lead_id=str(lead.pk), company="ABC"))
    deleting = waiting(turn(cast.manager, "delete it"))
    policy("crm.move_lead_stage")
    pipeline(calling(move_lead_stage, lead_id=str(lead.pk), status=LeadStatus.CONTACTED))
    moving = waiting(turn(cast.manager, "move it"))

    assert why(sending) == "Goes out to ann@abc.example."
    assert why(deleting).startswith("Deletes ")
    assert "2 activities" in why(deleting)
    assert "1 lead (ABC" in why(deleting)
    assert why(deleting).endswith(" for good.")
    assert why(moving).startswith("Changes 1 lead (ABC")
    assert why(moving).endswith("A policy wants a person to agree.")
    office_of = browser_client(cast.manager)
    for asked in (sending, deleting, moving):
        assert why(asked) in page_of(office_of, asked)


def test_a_row_is_named_once_and_its_name_leads_to_it(
    cast: Cast, turn: Turn, pipeline: Declare, browser_client: Browser
) -> None:
    lead = LeadFactory(company_name="ABC", contact_name="", assigned_to=cast.manager)
    pipeline(calling(delete_lead, lead_id=str(lead.pk), company="ABC"))
    page = page_of(browser_client(cast.manager), waiting(turn(cast.manager, "delete it")))
    assert page.count(">Lead ABC</a>") == 1
    assert f'href="/admin/crm/lead/{lead.pk}/change/">Lead ABC</a>' in page
    assert "About:" not in page


def test_an_edit_keeps_what_the_form_does_not_show(
    cast: Cast, turn: Turn, pipeline: Declare, browser_client: Browser
) -> None:
    lead = LeadFactory(company_name="ABC", contact_name="", assigned_to=cast.manager)
    pipeline(calling(delete_lead, lead_id=str(lead.pk), company="ABC"))
    asked = waiting(turn(cast.manager, "delete it"))
    office = browser_client(cast.manager)
    assert 'name="arg-lead_id"' not in page_of(office, asked)
    office.post(f"{QUEUE}{asked.pk}/decide/", {"decision": "approve", "arg-company": "abc"})
    asked.refresh_from_db()
    assert asked.status == ApprovalStatus.APPROVED
    assert asked.decided_arguments == {"lead_id": str(lead.pk), "company": "abc"}


def test_many_answers_are_counted_and_each_left_one_says_why(
    cast: Cast, turn: Turn, office: PostOffice, pipeline: Declare, browser_client: Browser
) -> None:
    pipeline(calling(office.post, to="Wok"))
    asked = [waiting(turn(cast.owner, "post it")) for _ in range(3)]
    services.decide(approval=asked[2], user=cast.owner, decision="reject")
    client = browser_client(cast.manager)

    def together(decision: str, *chosen: Approval) -> list[str]:
        body = {"chosen": [str(one.pk) for one in chosen], "decision": decision}
        answer = client.post(f"{QUEUE}together/", body, follow=True)
        return [str(message) for message in answer.context["messages"]]

    told = together("approve", asked[0], asked[2])
    assert told[0] == "1 approved, 1 skipped."
    assert told[1].startswith("Skipped: Posting to Wok. Olive Owner already rejected this on")
    assert together("reject", asked[1]) == ["1 rejected."]
    assert together("reject") == ["Nothing was chosen."]
    assert [Approval.objects.get(pk=one.pk).status for one in asked] == ["approved", "rejected", "rejected"]


def test_who_may_not_decide_is_told_who_may(
    cast: Cast, turn: Turn, office: PostOffice, pipeline: Declare, browser_client: Browser, api: Any
) -> None:
    policy("*.pay", four_eyes_above=10)
    pipeline(calling(office.pay, to="Wok", amount=Decimal(50)))
    asked = waiting(turn(cast.owner, "pay it"))
    answer = api(cast.owner).post(f"/api/approvals/{asked.pk}/decide", {"decision": "approve"})
    assert answer.status_code == 403
    assert "These people may decide it: Mona Manager." in answer.data["detail"]
    card = approval_card(asked)
    assert (card["deciders"], card["why"]) == (["Mona Manager"], "Goes out to Wok.")
    page = page_of(browser_client(cast.owner), asked)
    assert "These people may decide it: Mona Manager." in page


def test_the_queue_costs_a_fixed_number_of_queries(
    cast: Cast,
    turn: Turn,
    office: PostOffice,
    pipeline: Declare,
    browser_client: Browser,
    django_assert_max_num_queries: Any,
) -> None:
    pipeline(calling(office.post, to="Wok"))
    for _ in range(4):
        turn(cast.owner, "post it")
    client = browser_client(cast.manager)
    client.get(QUEUE)
    with django_assert_max_num_queries(15):
        assert "4 questions wait for you" in client.get(QUEUE).content.decode()
