"""Drafts: of every product, kind, tone and language, within the brand's rules."""

from __future__ import annotations

from typing import get_args

import pytest

from apps.brand.copywriting import Brief, write
from apps.brand.copywriting.drafts import ContentKind, language_of
from apps.brand.copywriting.length import Length, length_of, wanted_length
from apps.brand.copywriting.material import material_of, product_in
from apps.brand.copywriting.pages import playbook, website
from apps.brand.copywriting.words import Language, Tone
from apps.brand.recipes.arguments import DocumentArguments
from apps.brand.services import lint_text
from apps.knowledge import selectors

pytestmark = pytest.mark.django_db
CHECKED_AS = {"post": "post", "newsletter": "mail", "blog_outline": "document", "campaign": "document"}


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("kind", get_args(ContentKind))
def test_every_draft_keeps_the_rules(kind: ContentKind, language: Language) -> None:
    for product in selectors.products():
        for tone in get_args(Tone):
            for draft in write(Brief(kind, product, tone, language)):
                assert lint_text(draft.text, kind=CHECKED_AS[kind]) == [], draft.text  # type: ignore[arg-type]
                assert len(draft.text) > 30


@pytest.mark.parametrize("kind", ["post", "newsletter"])
def test_short_texts_come_in_versions_that_differ(kind: ContentKind) -> None:
    product = selectors.products()[3]
    texts = [draft.text for draft in write(Brief(kind, product))]
    assert len(set(texts)) == 3
    assert all(len(text) < 700 for text in texts)
    assert any(fact in texts[0] for fact in product.benefits)


def test_the_tone_changes_the_words() -> None:
    product = selectors.products()[0]
    assert write(Brief("post", product, "warm"))[1] != write(Brief("post", product, "festive"))[1]


@pytest.mark.parametrize(
    ("message", "product", "language"),
    [
        ("write a LinkedIn post about loyalty stamps", "loyalty", "en"),
        ("website copy for Digital Coupons", "coupons", "en"),
        ("newsletter paragraph about Campaign Studio", "campaigns", "en"),
        ("campaign idea for the redemption app", "redemption", "en"),
        ("写一篇关于优惠券的帖子", "coupons", "zh"),
        ("a post about gift cards in Chinese", "gift_cards", "zh"),
        ("tulis hantaran tentang e-baucar", "vouchers", "ms"),
        ("idea kempen untuk kad hadiah", "gift_cards", "ms"),
        ("write a post about voucher storefronts", "storefront", "en"),
    ],
)
def test_product_and_language_are_found_in_the_wish(message: str, product: str, language: str) -> None:
    found = product_in(message)
    assert found is not None
    assert (found.id, language_of(message)) == (product, language)


def test_a_wish_about_nothing_of_ours_names_no_product() -> None:
    assert product_in("write a poem about the sea") is None


@pytest.mark.parametrize("language", get_args(Language))
def test_pages_and_playbooks_of_every_product_keep_the_rules(language: Language) -> None:
    for product in selectors.products():
        for made in (website(product, language), playbook(product, language)):
            arguments = DocumentArguments.model_validate(
                {name: made[name] for name in ("title", "subtitle", "sections", "sources")}
            )
            text = "\n".join(
                part
                for section in arguments.sections
                for part in (section.title, *section.paragraphs, *section.points)
            )
            assert lint_text(f"{made['title']}\n{text}", kind="document") == []
            assert "SGD" in text


@pytest.mark.parametrize("language", ["zh", "ms"])
def test_no_english_audience_stands_in_another_language(language: Language) -> None:
    for product in selectors.products():
        material = material_of(product, language)
        assert material.fits != ", ".join(product.ideal_for[:3])
        [outline] = write(Brief("blog_outline", product, language=language))
        assert material.fits in outline.text


def test_a_sentence_begins_with_a_capital() -> None:
    text = write(Brief("post", selectors.products()[0], "festive", "ms"))[1].text
    assert ". Kupon digital membantu" in text


@pytest.mark.parametrize(
    ("message", "language"),
    [
        ("newsletter in English about vouchers for Chinese New Year", "en"),
        ("post about e-vouchers for Chinese New Year", "en"),
        ("newsletter about coupons for Chinese restaurants in Chinatown", "en"),
        ("Facebook post about gift cards for a Malay wedding", "en"),
        ("write a post about gift cards for 春节", "en"),
        ("Chinese newsletter about gift cards", "zh"),
        ("post about gift cards for Hari Raya in Malay", "ms"),
        ("Beitrag über gift cards auf Englisch", "en"),
        ("用英文写一篇关于春节礼品卡的帖子", "en"),
        ("tulis hantaran tentang baucar dalam bahasa Inggeris", "en"),
        ("tulis hantaran tentang baucar untuk Tahun Baru Cina", "ms"),
        ("写一篇关于 Campaign Studio 的帖子", "zh"),
        ("a post about gift cards in Traditional Chinese", "zh"),
    ],
)
def test_the_language_asked_for_wins_and_feasts_and_places_are_none(message: str, language: str) -> None:
    assert language_of(message) == language


@pytest.mark.parametrize(
    ("message", "count", "is_limit"),
    [
        ("newsletter about coupons, 120 words", 120, False),
        ("a 60-word post about coupons", 60, False),
        ("post about coupons with no more than 40 words", 40, True),
        ("写一段80字的优惠券文案", 80, False),
        ("不超过60字", 60, True),
        ("tulis hantaran 50 patah perkataan", 50, False),
    ],
)
def test_a_length_is_read(message: str, count: int, is_limit: bool) -> None:
    assert wanted_length(message) == Length(count, is_limit)


def test_years_amounts_and_other_numbers_are_no_length() -> None:
    for message in ("post for 2026", "SGD 1,200 words", "120 guests", "newsletter about coupons"):
        assert wanted_length(message) is None


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("kind", ["post", "newsletter"])
@pytest.mark.parametrize("wanted", [Length(60), Length(120), Length(45, is_limit=True)])
def test_texts_are_brought_as_near_to_a_length_as_the_facts_allow(
    kind: ContentKind, language: Language, wanted: Length
) -> None:
    for product in selectors.products():
        usual = write(Brief(kind, product, language=language))
        for made, before in zip(
            write(Brief(kind, product, language=language, length=wanted)), usual, strict=True
        ):
            far = abs(length_of(before.text) - wanted.count)
            is_near = abs(length_of(made.text) - wanted.count) <= far
            assert wanted.fits(made.text) or is_near
            assert lint_text(made.text, kind=CHECKED_AS[kind]) == []  # type: ignore[arg-type]
