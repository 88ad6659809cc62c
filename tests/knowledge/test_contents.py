"""The typed contents of the data files."""

from __future__ import annotations

import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from apps.knowledge import selectors
from apps.knowledge.errors import MalformedKnowledge, UnknownEntry

REAL = Path(__file__).parents[2] / "knowledge"


def test_prices_are_exact() -> None:
    plan = selectors.pricing().plan("growth")
    assert plan.monthly == Decimal("249.00")
    assert isinstance(plan.monthly, Decimal)
    assert plan.transaction_fee_percent == Decimal("1.8")
    assert selectors.pricing().plan("enterprise").limits.outlets is None


def test_every_product_and_feature_belongs_together() -> None:
    ids = {product.id for product in selectors.products()}
    features = [feature for group in selectors.features().groups for feature in group.features]
    assert {feature.product for feature in features} <= ids
    assert {plan.id for plan in selectors.pricing().plans} == {"starter", "growth", "scale", "enterprise"}


def test_the_others_are_read_too() -> None:
    assert selectors.company().name == "Mezzofy"
    assert selectors.brand().core.coral == "#F2553D"
    assert selectors.roi_assumptions().industries


def test_what_does_not_exist_is_said_so() -> None:
    with pytest.raises(UnknownEntry, match="gold"):
        selectors.pricing().plan("gold")


def test_a_changed_file_is_read_again(folder: Path, write: Callable[[str, str], None]) -> None:
    original = (REAL / "brand" / "color_palette.yaml").read_text(encoding="utf-8")
    write("brand/color_palette.yaml", original)
    assert selectors.brand() is selectors.brand()
    write("brand/color_palette.yaml", original.replace("#F2553D", "#112233"))
    later = (folder / "brand" / "color_palette.yaml").stat().st_mtime_ns + 1_000_000
    os.utime(folder / "brand" / "color_palette.yaml", ns=(later, later))
    assert selectors.brand().core.coral == "#112233"


@pytest.mark.parametrize(
    ("text", "message"),
    [("core: {coral: red}", "core.coral"), ("surprise: 1", "color_palette"), ("a: [", "cannot be read")],
)
def test_a_file_of_another_shape_is_refused(
    write: Callable[[str, str], None], text: str, message: str
) -> None:
    write("brand/color_palette.yaml", text)
    with pytest.raises(MalformedKnowledge, match=message):
        selectors.brand()


def test_a_missing_file_is_named(folder: Path) -> None:
    with pytest.raises(MalformedKnowledge, match=r"product_data/pricing\.yaml"):
        selectors.pricing()
