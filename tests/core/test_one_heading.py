"""Each page says its name once."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.crm.subjects import subject_url
from tests.conftest import Cast
from tests.factories.crm import CompanyFactory, CustomerFactory, LeadFactory

pytestmark = pytest.mark.django_db

HEADING = re.compile(r"<h([1-6])[^>]*>(.*?)</h\1>", re.DOTALL)


def headings(client: Client, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.status_code == 200
    found = HEADING.findall(answer.content.decode())
    assert [level for level, _ in found].count("1") == 1
    return [re.sub(r"<[^>]*>", "", text).strip() for _, text in found]


def test_a_record_is_named_by_one_heading(cast: Cast, browser_client: Callable[[User], Client]) -> None:
    lead = LeadFactory(company_name="Acme Noodles", assigned_to=cast.owner)
    company = CustomerFactory(account_manager=cast.manager, company=CompanyFactory(name="Wok House")).company
    for subject, name in ((lead, "Acme Noodles"), (company, "Wok House")):
        assert (
            len(
                [
                    text
                    for text in headings(browser_client(cast.manager), subject_url(subject))
                    if name in text
                ]
            )
            == 1
        )


def test_an_agent_is_named_by_one_heading(cast: Cast, browser_client: Callable[[User], Client]) -> None:
    told = headings(browser_client(cast.admin), "/admin/assistant/agentversion/")
    assert told.count("Agents") == 1
