"""Answers in the words of the knowledge base."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.knowledge.models import Passage
from apps.knowledge.services import answer_quotes
from tests.conftest import Cast
from tests.knowledge.calibration import evidence
from tests.knowledge.conftest import Encoder, reader

pytestmark = pytest.mark.usefixtures("knowledge_base")


def test_a_quote_is_word_for_word_what_the_passage_says() -> None:
    quotes = [quote for question in list(evidence())[::3] for quote in answer_quotes(question, user=reader())]
    texts = dict(Passage.objects.values_list("pk", "text"))
    by_key = {str(pk): text for pk, text in texts.items()}
    assert len(quotes) > 30
    for quote in quotes:
        assert quote.text.strip()
        assert quote.text in by_key[quote.citation["id"]]
        assert quote.citation["quote"] == quote.text


def test_a_price_is_answered_with_the_price() -> None:
    best = answer_quotes("How much does the Growth plan cost?", user=reader())[0]
    assert "SGD 249 a month" in best.text
    assert best.heading == "Growth plan"
    assert best.citation["label"] == "Pricing › Growth plan"
    assert best.citation["kind"] == "knowledge.passage"


def test_a_long_passage_is_cut_to_the_sentences_that_answer() -> None:
    best = answer_quotes("how many staff seats are in the Scale plan?", user=reader())[0]
    passage = Passage.objects.get(pk=best.citation["id"])
    assert "80 staff seats" in best.text
    assert len(best.text) < len(passage.text) / 2


def test_a_question_that_names_a_thing_gets_its_first_sentences() -> None:
    best = answer_quotes("what is Campaign Studio", user=reader())[0]
    assert best.text.startswith("Build a segment, attach an offer")


def test_only_quotes_near_the_best_are_given() -> None:
    quotes = answer_quotes(
        "Are the transaction fees returned when a voucher is refunded?", limit=10, user=reader()
    )
    assert 1 <= len(quotes) <= 4
    relevances = [quote.relevance for quote in quotes]
    assert relevances == sorted(relevances, reverse=True)
    assert relevances[0] - relevances[-1] <= 0.15
    assert len({quote.text for quote in quotes}) == len(quotes)


def test_a_limit_is_kept() -> None:
    assert len(answer_quotes("set-up fee", limit=1, user=reader())) == 1


def test_what_is_not_covered_gets_no_quote() -> None:
    assert answer_quotes("What's the weather in Singapore today?", user=reader()) == []
    assert answer_quotes("", user=reader()) == []


def test_without_an_encoder_quotes_are_still_found(encoder: Encoder) -> None:
    encoder.is_installed = False
    Passage.objects.update(embedding=None)
    best = answer_quotes("how many staff seats does Scale have", user=reader())[0]
    assert best.text in Passage.objects.get(pk=best.citation["id"]).text


def test_the_link_of_a_citation_opens_the_passage(
    cast: Cast, browser_client: Callable[[User], Client]
) -> None:
    best = answer_quotes("How do I cancel?", user=reader())[0]
    cast.admin.is_staff = True
    cast.admin.save()
    page = browser_client(cast.admin).get(best.citation["url"])
    assert page.status_code == 200
    assert "written notice" in page.content.decode()
