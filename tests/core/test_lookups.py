"""Conditions in addresses: what tells secrets, costs too much or breaks a page is not one of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from apps.accounts.models import User
from tests.conftest import Cast
from tests.factories.crm import LeadFactory, StageChangeFactory

pytestmark = pytest.mark.django_db

Enter = Callable[[User], Client]
LEADS = "/admin/crm/lead/"
STEPS = "/admin/crm/stagechange/"
EARLIEST, LATEST = "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"


@pytest.mark.parametrize(
    "lookup",
    [
        "lead__assigned_to__password__startswith",
        "lead__assigned_to__email__exact",
        "lead__assigned_to__department__users__password__regex",
        "lead__assigned_to__groups__permissions__group__user__outstandingtoken__token__regex",
        "lead__assigned_to__leads__notes__startswith",
        "lead__industry__regex",
        "lead__source__startswith",
        "by__password__gte",
    ],
)
def test_no_address_leads_from_a_step_to_what_others_may_not_know(
    lookup: str, cast: Cast, browser_client: Enter
) -> None:
    StageChangeFactory(lead=LeadFactory(assigned_to=cast.owner))
    assert browser_client(cast.owner).get(STEPS, {lookup: "x"}).status_code == 400


def test_links_of_reports_still_lead_to_steps(cast: Cast, browser_client: Enter) -> None:
    StageChangeFactory(lead=LeadFactory(assigned_to=cast.owner, industry="Cafe"))
    StageChangeFactory(lead=LeadFactory(assigned_to=cast.owner, industry="Bar"))
    for lookup, value in (
        ("lead__industry__exact", "Cafe"),
        ("lead__assigned_to__id__exact", str(cast.owner.pk)),
        ("lead__assigned_to__isnull", "False"),
    ):
        page = browser_client(cast.owner).get(STEPS, {lookup: value})
        assert page.status_code == 200
        assert len(page.context["cl"].result_list) == (1 if value == "Cafe" else 2)


@pytest.mark.parametrize(
    "lookup",
    [
        "notes__regex",
        "company_name__trigram_similar",
        "contact_name__unaccent",
        "created_at__year",
        "value__range",
        "assigned_to__password__startswith",
    ],
)
def test_patterns_and_parts_of_dates_are_no_conditions(
    lookup: str, cast: Cast, browser_client: Enter
) -> None:
    LeadFactory(assigned_to=cast.owner)
    assert browser_client(cast.owner).get(LEADS, {lookup: "("}).status_code == 400


@pytest.mark.parametrize(
    ("lookup", "value"),
    [
        ("status__exact", "\x00"),
        ("source__exact", "a\x00"),
        ("currency__exact", "\x00"),
        ("created_at__gte", "0001-01-01T00:00:00+14:00"),
        ("created_at__gte", "never"),
        ("assigned_to__id__exact", "x"),
        ("id__in", "x"),
        ("value__gte", "abc"),
    ],
)
def test_values_that_no_field_can_hold_lead_back_to_the_list(
    lookup: str, value: str, cast: Cast, browser_client: Enter
) -> None:
    LeadFactory(assigned_to=cast.owner)
    answer = browser_client(cast.owner).get(LEADS, {lookup: value}, follow=True)
    assert answer.status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_number_that_the_database_refuses_leads_back_to_the_list(cast: Cast, browser_client: Enter) -> None:
    LeadFactory(assigned_to=cast.owner)
    answer = browser_client(cast.owner).get(LEADS, {"value__gte": "1e400000"}, follow=True)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("reached", f"qualified..{EARLIEST}"),
        ("reached", f"new..{LATEST}"),
        ("contacted", f"{EARLIEST}..{LATEST}"),
        ("stale_at", "0001-01-01T00:00:00-14:00"),
        ("open_at", LATEST),
        ("quiet", "9999..9999"),
    ],
)
def test_moments_without_an_end_mean_nothing(
    name: str, value: str, cast: Cast, browser_client: Enter
) -> None:
    LeadFactory(assigned_to=cast.owner)
    assert browser_client(cast.owner).get(LEADS, {name: value}, follow=True).status_code == 200
