"""Cost comes from the price that held on the day, to the millionth of a dollar."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from apps.accounts.models import User
from apps.core.figures import figures
from apps.core.periods import Period
from apps.llm import selectors
from apps.llm.choices import Pricing
from apps.llm.models import ModelPrice, ModelRun
from apps.llm.types import Usage
from tests.factories.accounts import UserFactory
from tests.llm.conftest import Ask
from tests.standins.messages_api import MessagesApi, Reply

pytestmark = pytest.mark.django_db
MILLION = Usage(input_tokens=1_000_000)


def price(model: str, dollars: str, start: date, end: date | None = None, **fields: object) -> ModelPrice:
    """A price of a model that the list that we ship does not know."""
    values = {"output_usd": 10, "cache_read_usd": 1, "cache_write_usd": 2, **fields}
    return ModelPrice.objects.create(
        provider="claude", model=model, input_usd=Decimal(dollars), valid_from=start, valid_to=end, **values
    )


def cost(model: str, day: date, usage: Usage = MILLION) -> Decimal | None:
    return selectors.quote(usage, provider="claude", model=model, day=day).cost


def test_a_price_holds_from_its_first_day_until_the_day_before_its_end() -> None:
    price("acme-1", "1", date(2026, 1, 1), date(2026, 2, 1))
    price("acme-1", "2", date(2026, 2, 1))
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1), date(2030, 1, 1)]
    assert [cost("acme-1", day) for day in days] == [None, 1, 1, 2, 2]


def test_of_two_prices_in_force_the_newer_counts() -> None:
    price("acme-1", "1", date(2026, 1, 1))
    price("acme-1", "2", date(2026, 3, 1))
    assert cost("acme-1", date(2026, 2, 28)) == 1
    assert cost("acme-1", date(2026, 3, 1)) == 2


def test_the_longest_matching_name_counts_and_a_part_of_a_name_is_an_estimate() -> None:
    price("acme", "1", date(2026, 1, 1))
    price("acme-large", "5", date(2026, 1, 1))
    day = date(2026, 5, 1)
    assert cost("acme-small", day) == 1
    assert cost("acme-large-20260401", day) == 5
    dated = selectors.quote(MILLION, provider="claude", model="acme-large-20260401", day=day)
    assert dated.pricing == Pricing.ESTIMATED
    assert selectors.quote(MILLION, provider="claude", model="acme-large", day=day).pricing == Pricing.EXACT


def test_an_exact_entry_matches_nothing_but_itself() -> None:
    price("acme-1", "1", date(2026, 1, 1), exact=True)
    assert cost("acme-1", date(2026, 5, 1)) == 1
    assert cost("acme-12", date(2026, 5, 1)) is None


def test_long_prompts_may_cost_more() -> None:
    price("acme-1", "1", date(2026, 1, 1))
    price("acme-1", "5", date(2026, 1, 1), from_prompt_tokens=100_001)
    day = date(2026, 5, 1)
    assert cost("acme-1", day, Usage(input_tokens=100_000)) == Decimal("0.1")
    assert cost("acme-1", day, Usage(input_tokens=1, cache_read_tokens=100_000)) == Decimal("0.100005")


def test_every_kind_of_token_has_its_price_and_the_sum_is_rounded_half_up() -> None:
    price("acme-1", "0.5", date(2026, 1, 1))
    usage = Usage(input_tokens=1, output_tokens=3, cache_read_tokens=5, cache_write_tokens=7)
    assert cost("acme-1", date(2026, 5, 1), usage) == Decimal("0.000050")  # 49.5 millionths
    assert cost("acme-1", date(2026, 5, 1), Usage(input_tokens=1)) == Decimal("0.000001")


def test_a_model_without_a_price_costs_an_unknown_sum() -> None:
    found = selectors.quote(MILLION, provider="claude", model="unheard-of", day=date(2026, 5, 1))
    assert (found.cost, found.pricing) == (None, Pricing.UNPRICED)


def test_the_default_models_have_a_price(list_prices: None) -> None:
    for provider, model in [("claude", "claude-sonnet-5-5"), ("kimi", "kimi-k2.6")]:
        found = selectors.quote(MILLION, provider=provider, model=model, day=date(2026, 11, 22))
        assert found.pricing == Pricing.EXACT


def test_a_price_cannot_end_before_it_begins() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        price("acme-1", "1", date(2026, 2, 1), date(2026, 2, 1))


def test_totals_count_what_the_asker_may_see(messages_api: MessagesApi, ask: Ask, asker: User) -> None:
    messages_api.reply(Reply(text="Yes.", input_tokens=1_000, output_tokens=100))
    ask()
    run = ModelRun.objects.get()
    period = Period.month_of(run.started_at.date())
    (found,) = selectors.totals([period], asker)
    assert (found.requests, found.tokens, found.cost_usd, found.unpriced) == (1, 1100, run.cost_usd, 0)
    outsider = UserFactory(name="Outsider")
    assert selectors.totals([period], outsider)[0].requests == 0
    shown = {key: figures.get(key).value(period, asker) for key in ("llm.requests", "llm.tokens", "llm.cost")}
    assert shown == {"llm.requests": 1, "llm.tokens": 1100, "llm.cost": run.cost_usd}
