"""Drafts: of every product, kind, tone and language, within the brand's rules."""

from __future__ import annotations

from typing import get_args

import pytest

from apps.brand.copywriting import Brief, write
from apps.brand.copywriting.drafts import ContentKind, language_of
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
