"""The catalogue as tools give it: exactly what the data files say, with the passage that says so."""

from __future__ import annotations

from decimal import Decimal

import pytest

from apps.assistant.toolkit import ToolError, tools
from apps.assistant.tools.product import (
    compare_plans,
    discount_rules,
    get_pricing,
    list_features,
    list_products,
)
from apps.knowledge import selectors as knowledge
from apps.knowledge.models import Passage
from tests.factories.accounts import UserFactory
from tests.knowledge.conftest import reader
from tests.tool_bench import BenchContext

pytestmark = pytest.mark.usefixtures("knowledge_base")
NAMES = {"list_products", "get_pricing", "list_features", "compare_plans", "discount_rules"}


@pytest.fixture
def ctx() -> BenchContext:
    return BenchContext(reader())


def test_prices_are_those_of_the_price_book(ctx: BenchContext) -> None:
    book = knowledge.pricing()
    found = {plan.id: plan for plan in get_pricing(ctx)}
    assert list(found) == [plan.id for plan in book.plans]
    for plan in book.plans:
        reading = found[plan.id]
        assert (reading.monthly, reading.annual) == (plan.monthly, plan.annual)
        assert reading.currency == book.currency
        assert reading.saved_by_annual == plan.monthly * 12 - plan.annual
        assert {add_on.id for add_on in reading.add_ons} == {
            add_on.id for add_on in book.add_ons if plan.id in add_on.available_on
        }


def test_one_plan_is_one_plan_and_its_passage_holds_its_price(ctx: BenchContext) -> None:
    [growth] = get_pricing(ctx, plan="growth")
    assert growth.citation is not None
    passage = Passage.objects.get(pk=growth.citation.id)
    assert str(int(growth.monthly)) in passage.text
    assert "Growth" in growth.citation.label


def test_products_are_found_by_all_words(ctx: BenchContext) -> None:
    assert [product.id for product in list_products(ctx)] == [product.id for product in knowledge.products()]
    first = knowledge.products()[0]
    assert first.id in {product.id for product in list_products(ctx, query=first.name.upper())}
    assert list_products(ctx, query="zeppelin") == []
    assert all(product.citation for product in list_products(ctx))


def test_features_say_for_each_plan_what_it_has(ctx: BenchContext) -> None:
    rows = {feature.name: feature for group in knowledge.features().groups for feature in group.features}
    for reading in list_features(ctx):
        source = rows[reading.name]
        for plan, said in reading.plans.items():
            value = source.on(plan)  # type: ignore[arg-type]
            assert said == (value if isinstance(value, str) else "yes" if value else "no")


def test_features_of_a_plan_leave_out_what_it_has_not(ctx: BenchContext) -> None:
    has = {
        feature.name
        for group in knowledge.features().groups
        for feature in group.features
        if feature.on("starter") is not False
    }
    assert {reading.name for reading in list_features(ctx, plan="starter")} == has
    assert has < {reading.name for reading in list_features(ctx)}


def test_a_comparison_shows_only_what_differs(ctx: BenchContext) -> None:
    found = compare_plans(ctx, plans=["starter", "scale", "starter"])
    assert [plan.id for plan in found.plans] == ["starter", "scale"]
    assert found.differences
    assert all(len(set(row.plans.values())) == 2 for row in found.differences)
    with pytest.raises(ToolError, match="two different plans"):
        compare_plans(ctx, plans=["growth", "growth"])


def test_discounts_come_with_who_may_grant_them(ctx: BenchContext) -> None:
    rules = discount_rules(ctx)
    assert rules.discounts == knowledge.pricing().discounts
    assert Decimal(0) < rules.sales_rep_max_percent < rules.sales_manager_max_percent
    assert rules.citation is not None


def test_without_an_index_the_figures_stay_and_the_source_is_missing(ctx: BenchContext) -> None:
    Passage.objects.all().delete()
    [plan] = get_pricing(ctx, plan="starter")
    assert plan.monthly == knowledge.pricing().plan("starter").monthly
    assert plan.citation is None


def test_product_tools_only_read_trusted_data_and_need_the_right() -> None:
    stranger = UserFactory(name="Stan Stranger")
    for name in NAMES:
        tool = tools.get(name)
        assert tool is not None
        assert tool.qualified_name == f"product.{name}"
        assert tool.read_only
        assert not tool.untrusted
        assert tool.allowed(reader())
        assert not tool.allowed(stranger)
