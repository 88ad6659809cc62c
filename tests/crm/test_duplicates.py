"""The warning while somebody types: what it finds, in how many queries, and what it must not tell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.crm.duplicates import Duplicate, find_duplicates
from apps.crm.models import Lead
from apps.crm.word_counts import word_counts
from tests.conftest import Cast
from tests.factories.crm import LeadFactory

pytestmark = pytest.mark.django_db

Api = Callable[[User | None], APIClient]
URL = "/api/crm/duplicates"


@pytest.fixture
def dragon(cast: Cast) -> Lead:
    """The lead that everybody types again."""
    return LeadFactory(
        company_name="Golden Dragon Pte. Ltd.",
        contact_name="Mei Ling Tan",
        contact_email="mei@golden-dragon.sg",
        contact_phone="+65 9123 4567",
        assigned_to=cast.owner,
    )


def found_by(user: User, **typed: Any) -> list[Duplicate]:
    return find_duplicates(user=user, **typed)


@pytest.mark.parametrize(
    ("typed", "score", "reason"),
    [
        ({"email": " MEI@golden-dragon.sg"}, 100, "Same e-mail address"),
        ({"phone": "9123-4567"}, 85, "Same phone number"),
        ({"phone": "91234567", "company": "Golden Dragon"}, 95, "Same phone number"),
        ({"company": "golden dragon"}, 90, "Same company"),
        ({"company": "GOLDEN DRAGON PTE LTD"}, 90, "Same company"),
        ({"company": "Dragon Golden"}, 90, "Same company"),
        ({"email": "boss@golden-dragon.sg"}, 65, "Same e-mail domain"),
    ],
)
def test_the_same_lead_is_recognised_however_it_is_typed(
    cast: Cast, dragon: Lead, typed: dict[str, str], score: int, reason: str
) -> None:
    (known,) = found_by(cast.owner, **typed)
    assert (known.id, known.label, known.url) == (dragon.pk, str(dragon), dragon.admin_url)
    assert (known.score, known.reasons[0]) == (score, reason)


@pytest.mark.parametrize("company", ["Golden Dragn", "Golden Dragons", "Goldn Dragon", "Golden Dra", "Gold"])
def test_slips_and_half_typed_names_are_similar(cast: Cast, dragon: Lead, company: str) -> None:
    (known,) = found_by(cast.owner, company=company)
    assert known.id == dragon.pk
    assert known.reasons == ("Similar company",)
    assert 60 <= known.score < 90


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"company": "  "},
        {"company": "Silver Phoenix"},
        {"company": "Golden Lotus Restaurant Holdings"},
        {"email": "mei@elsewhere.sg"},
        {"email": "mei"},
        {"phone": "123"},
        {"contact": "Mei Ling Tan"},
        {"company": "|&!:*('\\"},
    ],
)
def test_another_lead_is_not_a_duplicate(cast: Cast, dragon: Lead, typed: dict[str, str]) -> None:
    assert found_by(cast.owner, **typed) == []


def test_a_free_mail_domain_says_nothing(cast: Cast) -> None:
    LeadFactory(contact_email="a@gmail.com", assigned_to=cast.owner)
    assert found_by(cast.owner, email="b@gmail.com") == []


def test_a_similar_contact_makes_it_likelier(cast: Cast, dragon: Lead) -> None:
    (without,) = found_by(cast.owner, company="Golden Dragon")
    (same,) = found_by(cast.owner, company="Golden Dragon", contact="Tan Mei Ling")
    assert same.score > without.score
    assert "Similar contact" in same.reasons


def test_the_likeliest_comes_first_and_the_edited_one_not_at_all(cast: Cast, dragon: Lead) -> None:
    near = LeadFactory(company_name="Golden Dragon East", assigned_to=cast.owner)
    ranked = found_by(cast.owner, company="Golden Dragon", email="mei@golden-dragon.sg")
    assert [known.id for known in ranked] == [dragon.pk, near.pk]
    rest = found_by(cast.owner, company="Golden Dragon", email="mei@golden-dragon.sg", exclude=dragon.pk)
    assert [known.id for known in rest] == [near.pk]
    assert found_by(cast.owner, company="Golden Dragon", limit=0) == []


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"email": "mei@golden-dragon.sg"}, ["A colleague's lead has the same e-mail address"]),
        (
            {"company": "Golden Dragon", "phone": "9123 4567"},
            ["A colleague's lead has the same company and phone number"],
        ),
        ({"company": "Golden Dragon"}, []),
        ({"company": "Golden Dragn", "contact": "Mei Ling Tan"}, []),
        ({"phone": "9123 4567"}, []),
        ({"company": "Another", "phone": "9123 4567"}, []),
        ({"email": "boss@golden-dragon.sg"}, []),
    ],
)
def test_of_a_colleagues_lead_only_what_adding_it_would_tell(
    cast: Cast, dragon: Lead, typed: dict[str, str], told: list[str]
) -> None:
    found = found_by(cast.colleague, **typed)
    assert [(known.id, known.label, known.url, list(known.reasons)) for known in found] == [
        (None, "", "", [reason]) for reason in told
    ]


def test_nothing_of_a_colleagues_lead_is_in_the_answer(cast: Cast, dragon: Lead, api: Api) -> None:
    """Whatever is asked, not a letter of the hidden row comes back that was not typed."""
    typed = {
        "company": "Golden Dragon",
        "contact": "Mei",
        "email": "mei@golden-dragon.sg",
        "phone": "91234567",
    }
    body = api(cast.colleague).get(URL, typed).content.decode()
    for secret in (str(dragon.pk), "Ling", "Pte", "/admin/", cast.owner.name, str(cast.owner.pk)):
        assert secret not in body
    assert "A colleague" in body
    # Excluding a row by its id must not change what is told: else the id could be confirmed by guessing.
    assert api(cast.colleague).get(URL, {**typed, "exclude": str(dragon.pk)}).content.decode() == body


@pytest.mark.parametrize("who", ["outsider", "executive"])
def test_people_without_leads_learn_nothing(cast: Cast, dragon: Lead, api: Api, who: str) -> None:
    user = getattr(cast, who)
    assert found_by(user, email="mei@golden-dragon.sg") == []
    assert api(user).get(URL, {"email": "mei@golden-dragon.sg"}).status_code == 403


def test_an_inactive_user_and_a_stranger_learn_nothing(cast: Cast, dragon: Lead, api: Api) -> None:
    cast.owner.is_active = False
    assert found_by(cast.owner, email="mei@golden-dragon.sg") == []
    assert api(None).get(URL, {"email": "mei@golden-dragon.sg"}).status_code == 401


def test_a_manager_sees_every_lead_by_name(cast: Cast, dragon: Lead) -> None:
    (known,) = found_by(cast.manager, email="mei@golden-dragon.sg")
    assert known.id == dragon.pk


@pytest.mark.parametrize("who", ["owner", "colleague", "manager"])
def test_three_queries_are_enough(
    cast: Cast, dragon: Lead, django_assert_max_num_queries: DjangoAssertNumQueries, who: str
) -> None:
    user = getattr(cast, who)
    LeadFactory.create_batch(20, company_name="Golden Dragon", assigned_to=cast.owner)
    assert user.has_perm("crm.view_lead")
    with django_assert_max_num_queries(3):
        find_duplicates(
            user=user,
            company="Golden Dragon",
            contact="Mei",
            email="mei@golden-dragon.sg",
            phone="91234567",
        )


def test_the_api_gives_the_same_and_says_what_it_cannot_read(cast: Cast, dragon: Lead, api: Api) -> None:
    client = api(cast.owner)
    answer = client.get(URL, {"company": "Golden Dragon", "exclude": ""})
    assert answer.json() == {
        "results": [
            {
                "id": str(dragon.pk),
                "label": "Golden Dragon Pte. Ltd. (Mei Ling Tan)",
                "url": dragon.admin_url,
                "score": 90,
                "reasons": ["Same company"],
            }
        ]
    }
    assert client.get(URL).json() == {"results": []}
    assert client.get(URL, {"company": "Golden Dragon", "exclude": str(dragon.pk)}).json() == {"results": []}
    wrong = client.get(URL, {"exclude": "nonsense"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "invalid")
    assert client.get(URL, {"company": "x" * 5000}).status_code == 400


def test_words_that_too_many_leads_share_are_known_from_the_statistics(cast: Cast, dragon: Lead) -> None:
    """Looking for them would read half of the index, and find the right lead by chance only."""
    LeadFactory.create_batch(30, company_name="Golden Lotus", assigned_to=cast.owner)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE crm_lead")
    counts = word_counts()
    assert counts.holding(["golden"]) == pytest.approx(31, abs=1)
    assert counts.beginning("gold") >= counts.holding(["golden"])
    assert counts.holding(["golden", "unheard"]) == counts.rare
    assert counts.rare < counts.holding(["golden"])
    (known,) = found_by(cast.owner, company="Dragon Golden")
    assert known.id == dragon.pk
