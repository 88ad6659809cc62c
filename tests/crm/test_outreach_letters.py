"""What a letter to a lead says: by how long ago and how somebody last spoke to them, in their language."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from apps.brand.services import lint_text
from apps.crm import outreach
from apps.crm.choices import ActivityKind, LeadStatus, LostReason
from apps.crm.models import Lead
from apps.crm.outreach.speech import words
from apps.crm.services.activities import log_activity
from apps.knowledge import selectors as knowledge
from tests.conftest import Cast
from tests.factories.crm import LeadFactory

pytestmark = pytest.mark.django_db

#: A Friday.
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@pytest.fixture
def lead(cast: Cast) -> Lead:
    """A restaurant that wants guests in its quiet hours."""
    return LeadFactory(
        company_name="Golden Dragon Kitchen", contact_name="Mei Tan", contact_email="mei@dragon.test",
        industry="Chinese restaurant", location="Tiong Bahru, Singapore", assigned_to=cast.owner,
        notes="Cheapskate. Wants coupons for quiet hours.", status=LeadStatus.CONTACTED, last_contacted=None,
        follow_up_date=None,
    )  # fmt: skip


def spoken(cast: Cast, lead: Lead, kind: str, days: int, note: str = "") -> None:
    log_activity(actor=cast.owner, subject=lead, kind=kind, at=NOW - timedelta(days=days), note=note)
    lead.refresh_from_db()


def draft(cast: Cast, lead: Lead, **options: Any) -> outreach.Draft:
    return outreach.draft(lead=lead, user=cast.owner, now=NOW, **options)


def test_somebody_nobody_ever_wrote_to_is_introduced_to_us(cast: Cast, lead: Lead) -> None:
    made = draft(cast, lead)
    assert made.aim == "introduce"
    assert f"I am {cast.owner.name} from Mezzofy." in made.body
    assert "for restaurants such as Golden Dragon Kitchen in Tiong Bahru" in made.body
    assert "fill quiet hours with coupons that only work on the days and times you choose." in made.body
    assert "last" not in made.body
    assert made.because == "no contact with them is recorded yet"


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("call", "Thank you for our call on 10 November."),
        ("meeting", "Thank you for our meeting on 10 November."),
        ("contact", "Thank you for our conversation on 10 November."),
        ("email", "I wrote to you on 10 November"),
        ("message", "I sent you a message on 10 November"),
    ],
)
def test_a_contact_of_these_days_is_referred_to_by_what_it_was(
    cast: Cast, lead: Lead, kind: str, words: str
) -> None:
    spoken(cast, lead, kind, 10)
    assert words in draft(cast, lead).body


def test_nobody_is_thanked_for_a_call_that_nobody_took(cast: Cast, lead: Lead) -> None:
    spoken(cast, lead, "call", 2, "Nobody answered, SECRET")
    body = draft(cast, lead).body
    assert "I tried to reach you by phone on 18 November." in body
    assert "Thank you" not in body
    assert "SECRET" not in body


@pytest.mark.parametrize(
    ("kind", "days", "words"),
    [
        ("call", 31, "We last spoke in October"),
        ("call", 648, "We last spoke in February 2025"),
        ("email", 90, "We last wrote to you in August"),
    ],
)
def test_after_a_month_the_conversation_is_opened_again_with_a_reason(
    cast: Cast, lead: Lead, kind: str, days: int, words: str
) -> None:
    spoken(cast, lead, kind, days)
    made = draft(cast, lead)
    assert made.aim == "reopen"
    assert words in made.body
    assert "I write again to show you what is possible today: fill quiet hours with coupons" in made.body
    assert "Thank you" not in made.body


def test_a_lead_that_was_lost_on_time_is_reminded_of_it_without_its_inner_words(
    cast: Cast, lead: Lead
) -> None:
    spoken(cast, lead, "call", 200)
    Lead.objects.filter(pk=lead.pk).update(
        status=LeadStatus.CLOSED_LOST, lost_reason=LostReason.TIMING, lost_note="SECRET"
    )
    lead.refresh_from_db()
    body = draft(cast, lead).body
    assert "At that time it did not fit your plans." in body
    assert "SECRET" not in body


def test_a_customer_is_asked_how_it_goes_and_sold_nothing(cast: Cast, lead: Lead) -> None:
    lead.status = LeadStatus.CLOSED_WON
    body = draft(cast, lead).body
    assert "Thank you for working with us." in body
    assert not any(product.name in body for product in knowledge.products())


def test_a_proposal_is_sent_to_who_waits_for_it_and_never_after_a_year_of_silence(
    cast: Cast, lead: Lead
) -> None:
    lead.status = LeadStatus.PROPOSAL
    assert draft(cast, lead).aim == "propose"
    spoken(cast, lead, "call", 648)
    assert draft(cast, lead).aim == "reopen"
    asked_for = draft(cast, lead, letter="proposal").body
    assert "We last spoke in February 2025; the prices below are those of today." in asked_for
    assert "Thank you" not in asked_for


@pytest.mark.parametrize(
    ("planned", "proposed"),
    [
        (None, "Monday, 23 November"),
        (date(2026, 11, 20), "Monday, 23 November"),
        (date(2026, 1, 5), "Monday, 23 November"),
        (date(2026, 11, 26), "Thursday, 26 November"),
        (date(2026, 11, 28), "Monday, 30 November"),
        (date(2027, 6, 1), "Monday, 23 November"),
    ],
)
def test_the_day_that_is_proposed_lies_ahead_soon_and_on_a_working_day(
    cast: Cast, lead: Lead, planned: date | None, proposed: str
) -> None:
    spoken(cast, lead, "call", 3)
    lead.follow_up_date = planned
    made = draft(cast, lead)
    assert f"**Next step, {proposed}:**" in made.body
    assert made.follow_up > NOW.date() + timedelta(days=4)
    assert made.follow_up.weekday() < 5


SITUATIONS = [None, ("call", 5, ""), ("call", 5, "no answer"), ("email", 9, ""), ("meeting", 400, "")]


@pytest.mark.parametrize("language", ["en", "zh", "ms"])
@pytest.mark.parametrize("last", SITUATIONS)
def test_each_letter_is_short_asks_one_question_and_is_signed(
    cast: Cast, lead: Lead, language: Any, last: tuple[str, int, str] | None
) -> None:
    if last:
        spoken(cast, lead, *last)
    made = draft(cast, lead, language=language)
    assert len(re.findall(r"\w+|[\u4e00-\u9fff]", made.body)) < (250 if language == "zh" else 150)
    assert len(re.findall("[?？]", made.body)) == 1
    assert f"**{cast.owner.name}**" in made.body
    assert made.body.count("Golden Dragon Kitchen") >= 1
    assert "{" not in made.body + made.subject
    assert "Cheapskate" not in made.body
    assert lint_text(f"{made.subject}\n\n{made.body}", kind="mail") == []


def test_names_in_chinese_get_a_chinese_letter_and_words_for_a_language_win(cast: Cast, lead: Lead) -> None:
    assert draft(cast, lead).language == "en"
    lead.contact_name = "陈美玲"
    made = draft(cast, lead)
    assert made.language == "zh"
    assert made.body.startswith("陈美玲您好：")
    assert draft(cast, lead, language="en").body.startswith("Hello 陈美玲,")
    assert draft(cast, lead, language="ms").body.startswith("Salam 陈美玲,")
    assert "Chinese restaurant" not in made.body


def test_prices_are_in_the_words_of_the_price_book_whatever_the_language(cast: Cast, lead: Lead) -> None:
    made = draft(cast, lead, language="zh", letter="proposal")
    assert made.language == "en"
    assert knowledge.pricing().tax_note in made.body


def test_every_product_has_a_sentence_in_every_language() -> None:
    products = {product.id for product in knowledge.products()}
    assert set(words("zh")["benefits"]) == set(words("ms")["benefits"]) == products
    assert set(words("zh")["questions"]) == set(words("ms")["questions"]) == set(words("en")["questions"])
    kinds = {ActivityKind.CALL, ActivityKind.MEETING, ActivityKind.CONTACT}
    assert all(set(words(language)["last_contact"]) == kinds for language in ("en", "zh", "ms"))
