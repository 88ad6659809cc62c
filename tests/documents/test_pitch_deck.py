"""The pitch deck says what the data says, for the merchant it was made for."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from apps.documents.deck import Deck, render_deck
from apps.knowledge import selectors
from tests.documents.reading import boxes, charts, notes, opened, tables, texts

Pitch = Callable[..., Deck]


def words(deck: Deck) -> str:
    presentation = opened(render_deck(deck))
    said = [text for slide in presentation.slides for text in texts(slide)]
    said += [
        cell for slide in presentation.slides for table in tables(slide) for row in table for cell in row
    ]
    return "\n".join(said)


def test_it_has_the_twelve_slides_of_a_pitch(pitch: Pitch) -> None:
    presentation = opened(render_deck(pitch()))
    assert len(presentation.slides) == 12
    assert "ABC Restaurant Group" in presentation.slides[0].shapes.title.text_frame.text


def test_prices_are_those_of_the_price_book(pitch: Pitch) -> None:
    growth = selectors.pricing().plan("growth")
    said = words(pitch(outlets=8))
    assert "Growth (recommended)" in said
    assert f"SGD {growth.monthly:,.0f}" in said
    assert f"SGD {growth.annual:,.0f}" in said
    assert f"SGD {growth.setup_fee:,.0f}" in said


@pytest.mark.parametrize(
    ("outlets", "plan"), [(2, "Growth"), (10, "Growth"), (11, "Scale"), (41, "Enterprise")]
)
def test_the_recommended_plan_has_room_for_the_outlets(pitch: Pitch, outlets: int, plan: str) -> None:
    notes_of_lead = "wants a membership"
    assert f"We recommend {plan}" in words(pitch(outlets=outlets, notes=notes_of_lead))


def test_a_small_cafe_is_not_sold_more_than_it_needs(pitch: Pitch) -> None:
    said = words(pitch(name="Kopi Corner", industry="Beauty salon", outlets=1, notes="stamps"))
    assert "We recommend Starter" in said


def test_modules_follow_what_the_merchant_raised(pitch: Pitch) -> None:
    said = words(pitch(notes="Interested in gift cards for Christmas"))
    assert "Gift Cards" in said
    assert "You raised: gift, Christmas" in said


def test_notes_of_colleagues_never_leave_the_house(pitch: Pitch) -> None:
    secret = "Owner is difficult; offer 15 % if he asks for loyalty"
    deck = pitch(notes=secret)
    presentation = opened(render_deck(deck))
    spoken = "\n".join(notes(slide) for slide in presentation.slides)
    for text in (words(deck), spoken):
        assert "difficult" not in text
        assert "15 %" not in text


def test_unknown_outlets_are_stated_as_an_assumption(pitch: Pitch) -> None:
    said = words(pitch(outlets=None))
    assert f"We reckon with {selectors.roi_assumptions().default_outlets}" in said


def test_the_return_chart_is_editable_and_matches_its_slide(pitch: Pitch) -> None:
    presentation = opened(render_deck(pitch(outlets=8)))
    slide = next(slide for slide in presentation.slides if charts(slide))
    values = list(charts(slide)[0].plots[0].series[0].values)
    assert len(values) == selectors.roi_assumptions().months
    assert f"SGD {values[-1]:,.0f}" in "\n".join(texts(slide))


def test_the_estimate_can_be_worked_out_by_hand(pitch: Pitch) -> None:
    # 8 outlets × 3,600 guests × 18 % = 5,184 members; 45 % active; one visit more a year; SGD 42 × 33 %.
    visits = Decimal(5184) * Decimal("0.45") / 12
    month_two = -500 + visits * Decimal("13.86") * (Decimal(1) / 6 + Decimal(2) / 6) - 2 * 249
    slide = next(slide for slide in opened(render_deck(pitch(outlets=8))).slides if charts(slide))
    assert charts(slide)[0].plots[0].series[0].values[1] == float(round(month_two))


def test_a_plan_that_does_not_pay_back_is_said_to_be_so(pitch: Pitch) -> None:
    said = words(pitch(name="One Chair", industry="salon", outlets=1, notes="vip membership pos api"))
    assert "does not pay back within 12 months" in said


def test_every_slide_names_its_sources(pitch: Pitch) -> None:
    for slide in opened(render_deck(pitch())).slides:
        assert "Sources:\n- " in notes(slide)


@pytest.mark.parametrize(
    "name",
    [
        "The Extraordinarily Long-Named Heritage Dining and Catering Holdings (Singapore) Private Limited "
        * 3,
        "北京全聚德烤鸭餐饮文化发展集团有限公司新加坡及马来西亚联合分公司" * 4,
        "Café <Zürich> & \"Söhne\" 'x'",
    ],
)
def test_any_company_name_fits(pitch: Pitch, name: str) -> None:
    presentation = opened(render_deck(pitch(name=name, contact_name=name)))
    assert [box.place for box in boxes(presentation) if box.is_overfull] == []


def test_the_same_facts_give_the_same_deck(pitch: Pitch) -> None:
    assert pitch(outlets=5) == pitch(outlets=5)
