"""The board's page in the back office."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.crm.board import looking
from apps.crm.choices import LeadStatus
from tests.conftest import Cast
from tests.factories.crm import LeadFactory, TaskFactory

pytestmark = pytest.mark.django_db

Enter = Callable[[User], Client]
PAGE = "/admin/crm/lead/board/"


def many_leads(user: User) -> None:
    for status in LeadStatus:
        reason = "price" if status == LeadStatus.CLOSED_LOST else ""
        for lead in LeadFactory.create_batch(4, status=status, lost_reason=reason, assigned_to=user):
            TaskFactory(lead=lead)


def test_the_page_takes_at_most_fifteen_queries(
    cast: Cast,
    browser_client: Enter,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(looking, "FEW", 1)
    many_leads(cast.owner)
    for who in (cast.owner, cast.manager, cast.executive):
        client = browser_client(who)
        for query in ("", "?search=restaurant", "?due=true"):
            with django_assert_max_num_queries(15, info=query):
                assert client.get(PAGE + query).status_code == 200


def test_the_page_is_for_people_of_sales_and_readers_of_sums(cast: Cast, browser_client: Enter) -> None:
    statuses = {
        name: browser_client(getattr(cast, name)).get(PAGE).status_code
        for name in ("owner", "manager", "executive", "admin", "outsider")
    }
    assert statuses == {"owner": 200, "manager": 200, "executive": 200, "admin": 200, "outsider": 403}
    assert Client().get(PAGE).status_code == 302


def test_an_executives_page_holds_no_name_of_a_lead(cast: Cast, browser_client: Enter) -> None:
    LeadFactory(company_name="Secret Sushi", assigned_to=cast.owner, value=Decimal(4200))
    page = browser_client(cast.executive).get(PAGE + "?search=secret").content.decode()
    assert "Sushi" not in page
    assert "You may narrow the sums by owner and source only." in page
    assert "4200" in page


def test_only_those_who_see_others_can_pick_an_owner(cast: Cast, browser_client: Enter) -> None:
    assert 'name="owner"' in browser_client(cast.manager).get(PAGE).content.decode()
    assert 'name="owner"' not in browser_client(cast.owner).get(PAGE).content.decode()


def test_a_broken_address_still_opens_the_board_and_says_so(cast: Cast, browser_client: Enter) -> None:
    LeadFactory(company_name="ABC Restaurant", assigned_to=cast.owner)
    page = browser_client(cast.owner).get(PAGE + "?owner=nonsense")
    assert page.status_code == 200
    assert "This filter is not valid: owner." in page.content.decode()
    assert "ABC Restaurant" in page.content.decode()


def test_a_name_that_looks_like_markup_stays_text(cast: Cast, browser_client: Enter) -> None:
    LeadFactory(company_name="</script><script>alert(1)</script>", assigned_to=cast.owner)
    assert "<script>alert(1)" not in browser_client(cast.owner).get(PAGE).content.decode()


def test_the_page_brings_words_for_one_day_and_for_where_a_lead_can_go(
    cast: Cast, browser_client: Enter
) -> None:
    page = browser_client(cast.owner).get(PAGE).content.decode()
    assert '"day_title": "{count} day in this stage"' in page
    assert '"day_old_title": "{count} day in this stage, longer than it should be"' in page
    assert '"allowed_next": "Next it can be: {stages}."' in page
