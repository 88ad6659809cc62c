"""Search by words and by meaning, fused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries

from apps.knowledge.models import Passage
from apps.knowledge.retrieval.fusion import fuse
from apps.knowledge.retrieval.words import matches, understand
from apps.knowledge.selectors import search
from apps.knowledge.services import index_knowledge
from apps.llm.embeddings import embed
from tests.knowledge.conftest import Encoder, reader


@pytest.mark.usefixtures("knowledge_base")
def test_the_nearest_passage_comes_first() -> None:
    vector = embed(["What happens to an expired voucher?"])[0]
    ranked = list(Passage.objects.nearest(vector).values_list("heading", "distance")[:20])
    distances = [distance for _, distance in ranked]
    assert ranked[0][0] == "What happens to an expired voucher?"
    assert distances == sorted(distances)
    assert distances[0] < 0.3 < distances[-1]


@pytest.mark.usefixtures("knowledge_base")
def test_a_hit_says_how_near_and_how_good_it_is() -> None:
    hits = search("what happens when a voucher has expired?", user=reader())
    assert hits[0].passage.heading == "What happens to an expired voucher?"
    assert hits[0].similarity is not None
    assert 0.6 < hits[0].similarity <= 1
    assert 0 < hits[0].coverage <= 1
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_fusion_prefers_what_both_rankings_found() -> None:
    fused = fuse(["only words", "both"], ["both", "only meaning"])
    assert list(fused) == ["both", "only words", "only meaning"]
    assert fused["both"] == pytest.approx(1 / 62 + 1 / 61)


@pytest.mark.usefixtures("knowledge_base")
def test_other_words_with_the_same_meaning_are_found() -> None:
    hits = search("do customers have to download an app", user=reader())
    assert hits[0].passage.heading == "Do guests need to install an app?"


THE_DIFFERENCE = "What is the difference between a coupon and a voucher?"


@pytest.mark.usefixtures("knowledge_base")
def test_terms_of_others_are_understood_in_words_of_the_house() -> None:
    answers = {
        "Which POS systems do you integrate with?": "Which tills do you work with?",
        "is there SSO?": "Do you support single sign-on and two-step log-in?",
        "优惠券和礼券有什么区别？": THE_DIFFERENCE,
        "優惠券和禮券有什麼區別": THE_DIFFERENCE,
        "Bagaimana untuk batalkan kontrak?": "How do I cancel?",
    }
    for question, heading in answers.items():
        assert heading in [hit.passage.heading for hit in search(question, limit=3, user=reader())], question


@pytest.mark.usefixtures("knowledge_base")
def test_what_cannot_be_read_finds_nothing_and_breaks_nothing() -> None:
    other_scripts = ["今天天气怎么样", "明日は何をしますか", "오늘 날씨 어때"]
    signs = ["", "   ", "\x00", "?!", "the of and", "' OR 1=1 --", "a & | ! <-> :* \\ '", '"unclosed', "-"]
    for query in [*other_scripts, *signs, "😀" * 50, "\ud800"]:
        assert search(query, user=reader()) == [], query


@pytest.mark.usefixtures("knowledge_base")
def test_a_very_long_question_is_cut_and_answered() -> None:
    question = "What happens to an expired voucher? " * 1000
    assert search(question, user=reader())[0].passage.heading == "What happens to an expired voucher?"


@pytest.mark.usefixtures("knowledge_base")
def test_no_more_hits_than_asked_for() -> None:
    assert [len(search("voucher refund", limit=limit, user=reader())) for limit in (-1, 0, 1, 2)] == [
        0,
        0,
        1,
        2,
    ]


@pytest.mark.usefixtures("knowledge_base")
def test_words_in_quotation_marks_are_a_phrase_and_a_minus_excludes() -> None:
    printed = "Add-on: 1,000 printed gift cards with sleeves"
    passages = Passage.objects.visible_to(reader())
    found = matches(understand('"gift cards"', passages), 50, passages)
    without = matches(understand('"gift cards" -printed', passages), 50, passages)
    headings = {passage.pk: passage.heading for passage in Passage.objects.all()}
    assert printed in [headings[key] for key in found]
    assert set(without) < set(found)
    assert printed not in [headings[key] for key in without]


@pytest.mark.usefixtures("knowledge_base")
def test_a_search_takes_a_fixed_number_of_queries(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    person = reader()
    with django_assert_max_num_queries(11):
        hits = search("voucher refund fee", limit=20, user=person)
        assert all(hit.passage.document.title for hit in hits)


@pytest.mark.django_db
def test_without_an_encoder_words_alone_decide(encoder: Encoder) -> None:
    encoder.is_installed = False
    index_knowledge()
    hits = search("voucher refund", user=reader())
    assert hits
    assert all(hit.similarity is None for hit in hits)
    assert "refund" in f"{hits[0].passage.heading} {hits[0].passage.text}"
    assert search("how do I cook chicken rice?", user=reader()) == []
    assert search("quantum chromodynamics", user=reader()) == []


@pytest.mark.django_db
def test_an_empty_knowledge_base_finds_nothing() -> None:
    assert search("voucher refund", user=reader()) == []


@pytest.mark.django_db
def test_the_heading_counts_more_than_the_text(write: Callable[[str, str], None], encoder: Encoder) -> None:
    encoder.is_installed = False
    write("playbooks/a.md", "# Animals\n\n## Dogs\n\nThey bark at the penguin.\n\n## Penguin\n\nIt swims.\n")
    index_knowledge()
    assert [hit.passage.heading for hit in search("penguin", user=reader())] == ["Penguin", "Dogs"]
