"""Models, prices and budgets in the back office: who sees what, and that changes leave a trail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.llm.models import Budget, BudgetPeriod, ModelPrice, ModelRun
from tests.conftest import Cast

SignIn = Callable[[User], Client]


@pytest.fixture
def run(cast: Cast) -> ModelRun:
    """A request on behalf of the owner."""
    return ModelRun.objects.create(
        provider="claude",
        model="claude-sonnet-5-5",
        purpose="chat",
        user=cast.owner,
        started_at=timezone.now(),
        input_tokens=1200,
        output_tokens=34,
    )


def test_people_see_their_own_requests_and_auditors_all(cast: Cast, run: ModelRun) -> None:
    seen = {
        name: run in ModelRun.objects.visible_to(getattr(cast, name))
        for name in ("owner", "colleague", "outsider", "executive", "admin")
    }
    assert seen == {"owner": True, "colleague": False, "outsider": False, "executive": True, "admin": True}


def test_people_see_the_budgets_that_bind_them(cast: Cast) -> None:
    mine = Budget.objects.create(scope="user", user=cast.owner, limit_tokens=1)
    ours = Budget.objects.create(scope="department", department=cast.owner.department, limit_tokens=1)
    assert set(Budget.objects.visible_to(cast.owner)) == {mine, ours}
    assert set(Budget.objects.visible_to(cast.colleague)) == {ours}
    assert not Budget.objects.visible_to(cast.outsider).exists()
    assert set(Budget.objects.visible_to(cast.executive)) == {mine, ours}


def test_requests_are_listed_and_cannot_be_changed(cast: Cast, run: ModelRun, browser_client: SignIn) -> None:
    client = browser_client(cast.admin)
    page = client.get(reverse("admin:llm_modelrun_changelist"))
    assert "1,200 → 34" in page.content.decode()
    url = reverse("admin:llm_modelrun_change", args=[run.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"model": "other"}).status_code == 403


def test_an_outsider_does_not_get_in(cast: Cast, run: ModelRun, browser_client: SignIn) -> None:
    client = browser_client(cast.outsider)
    for name in ("modelrun", "modelprice", "budget"):
        assert client.get(reverse(f"admin:llm_{name}_changelist")).status_code == 403


def test_a_new_price_is_in_the_audit_trail(cast: Cast, browser_client: SignIn) -> None:
    form = {
        "provider": "claude",
        "model": "acme-1",
        "from_prompt_tokens": 0,
        "valid_from": "2026-12-01",
        "input_usd": "1.5",
        "output_usd": "7.5",
        "cache_read_usd": "0.15",
        "cache_write_usd": "1.9",
    }
    answer = browser_client(cast.admin).post(reverse("admin:llm_modelprice_add"), form)
    assert answer.status_code == 302
    price = ModelPrice.objects.get(model="acme-1")
    assert (price.input_usd, price.valid_from) == (Decimal("1.5"), date(2026, 12, 1))
    event = AuditEvent.objects.get(action="llm.modelprice.created")
    assert (event.actor, event.details["input_usd"]) == (cast.admin, "1.5")


@pytest.mark.parametrize(
    "wrong",
    [
        {"scope": "user", "limit_tokens": 5},
        {"scope": "department", "department": "sales"},
        {"scope": "department", "department": "sales", "user": "owner", "limit_tokens": 5},
    ],
)
def test_a_budget_without_owner_or_limit_is_explained(
    cast: Cast, browser_client: SignIn, wrong: dict[str, object]
) -> None:
    form = {**wrong, **({"user": cast.owner.pk} if "user" in wrong else {}), "is_active": "on"}
    inline = {"periods-TOTAL_FORMS": 0, "periods-INITIAL_FORMS": 0}
    page = browser_client(cast.admin).post(reverse("admin:llm_budget_add"), form | inline)
    assert page.status_code == 200
    assert (
        "exactly one person or one department" in page.content.decode()
        or "Set a limit" in page.content.decode()
    )
    assert not Budget.objects.exists()


def test_the_list_of_budgets_shows_what_is_used(cast: Cast, browser_client: SignIn) -> None:
    budget = Budget.objects.create(scope="user", user=cast.owner, limit_tokens=1000)
    BudgetPeriod.objects.create(budget=budget, month=timezone.localdate().replace(day=1), used_tokens=250)
    page = browser_client(cast.admin).get(reverse("admin:llm_budget_changelist"))
    assert "25%" in page.content.decode()
