"""Looking a text over before it goes out, asked for in the chat."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from apps.artifacts import services as artifacts
from apps.assistant.rehearsing.playing import Played
from apps.assistant.skills.brand_check import text_in
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

Rehearse = Callable[..., Played]
ASK = "check this text against our brand rules"


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (f"{ASK}: We are the best", "We are the best"),
        (f"{ASK}\n\nWe are the best", "We are the best"),
        ('is this ok to publish? "Cheapest coupons in town"', "Cheapest coupons in town"),
        (f"{ASK}：我们最好", "我们最好"),
        (ASK, ""),
    ],
)
def test_what_follows_the_wish_is_the_text(message: str, text: str) -> None:
    assert text_in(message) == text


def test_objections_are_listed_and_a_wrong_price_is_named(cast: Cast, rehearse: Rehearse) -> None:
    played = rehearse(cast.owner, f"{ASK}: The Growth plan costs only SGD 10 a month!!!")
    assert played.skill == "brand_check"
    assert "SGD 10" in played.answer
    assert "249" in played.answer


def test_a_good_text_is_said_to_be_good(cast: Cast, rehearse: Rehearse) -> None:
    played = rehearse(cast.owner, f"{ASK}: Guests come back when a coupon is easy to redeem.")
    assert "nothing against it" in played.answer


def test_a_file_is_looked_over(cast: Cast, rehearse: Rehearse) -> None:
    flyer = artifacts.store(owner=cast.owner, name="flyer.txt", content=b"Growth: SGD 10 a month!!!")
    played = rehearse(cast.owner, "check the attached file against the brand rules", attachments=[flyer])
    assert played.answer.startswith("**flyer.txt**: it may")


def test_without_a_text_it_is_asked_for(cast: Cast, rehearse: Rehearse) -> None:
    played = rehearse(cast.owner, ASK)
    assert "paste the text" in played.answer
