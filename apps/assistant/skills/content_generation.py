"""Marketing content about a product, from its data and in the brand's voice."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pydantic import BaseModel

from apps.assistant.skillkit import Citation, SkillContext, SkillResult, skill
from apps.assistant.slots import ChoiceSlot
from apps.assistant.tools.documents import BrandCheck, MadeDocument, check_brand, create_document
from apps.assistant.tools.product import ProductReading, list_products
from apps.brand.copywriting import Brief, Draft, write
from apps.brand.copywriting.drafts import LANGUAGES, language_of
from apps.brand.copywriting.length import Length, length_of, wanted_length
from apps.brand.copywriting.material import product_in
from apps.brand.copywriting.pages import playbook
from apps.brand.copywriting.words import Language
from apps.core.languages import asked_language
from apps.core.markdown import escape
from apps.knowledge.catalogue import Product

_KIND: Any = ChoiceSlot(
    "What should I write?",
    post=("social post", "linkedin", "facebook", "instagram", "帖子", "hantaran", "xiaohongshu"),
    newsletter=("newsletter", "mailing", "电子报", "surat berita"),
    website_copy=("website", "web page", "landing page", "网页", "网站", "laman web"),
    blog_outline=("blog", "article", "outline", "博客", "文章", "artikel"),
    playbook=("playbook", "guide for", "手册", "指南", "buku panduan", "panduan untuk"),
    campaign=("campaign idea", "campaign for", "marketing campaign", "活动方案", "kempen"),
)
_TONE: Any = ChoiceSlot(
    "In which tone?",
    warm=("friendly", "亲切", "mesra"),
    plain=("simple", "简单", "ringkas"),
    exact=("factual", "precise", "准确", "tepat"),
    festive=("christmas", "chinese new year", "hari raya", "deepavali", "节日", "perayaan"),
)
_SPOKEN: dict[Language, str] = {"en": "English", "zh": "Chinese", "ms": "Malay"}
#: Kinds that come in versions of a few sentences.
_SHORT = {"post", "newsletter"}
_CHECKED_AS = {"post": "post", "newsletter": "mail", "blog_outline": "document", "campaign": "document"}


class Slots(BaseModel):
    """What, and how; the product is found in the message."""

    kind: _KIND = "post"
    tone: _TONE = "plain"


@skill("content_generation", slots=Slots)
def content_generation(ctx: SkillContext, slots: Slots) -> SkillResult:
    """Write the drafts, check them, and say where the facts come from."""
    product = product_in(ctx.message)
    if product is None:
        return SkillResult(text=_which(ctx.call(list_products)))
    source = _source(ctx.call(list_products, query=product.name), product)
    language = language_of(ctx.message)
    length = wanted_length(ctx.message) if slots.kind in _SHORT else None
    if not_done := _not_done(ctx.message, slots.kind, language):
        ctx.say(f"{not_done}\n\n")
    if slots.kind == "website_copy":
        made = ctx.call(create_document, kind="website_copy", product=product.id, language=language)
        return _file(made, product, source, "The website copy, with title, description and button")
    if slots.kind == "playbook":
        made = ctx.call(create_document, kind="playbook", **playbook(product, language))
        return _file(made, product, source, "The playbook, four weeks in chapters")
    kind, tone = slots.kind, slots.tone
    drafts = write(Brief(kind, product, tone, language, length))
    check = ctx.call(check_brand, text="\n\n".join(draft.text for draft in drafts), kind=_CHECKED_AS[kind])
    return SkillResult(
        text=_answer(product, drafts, check, source, length),
        citations=[source] if source else [],
        data=_for_model(product, slots, language, drafts, check),
    )


def _not_done(message: str, kind: str, language: Language) -> str:
    """What was asked for and is not in the text that follows; "" for nothing."""
    asked = asked_language(message)
    said = []
    if asked and asked not in LANGUAGES:
        spoken = _SPOKEN[language]
        said.append(f"I write English, Simplified Chinese and Malay, but no {asked}: this is in {spoken}.")
    elif asked == "Traditional Chinese":
        said.append(
            "I have no Traditional Chinese yet: this is Simplified, to be converted before it leaves."
        )
    if kind not in _SHORT and (length := wanted_length(message)):
        said.append(
            f"I cannot write this kind of text to a length, so it is not cut to {length.count} words."
        )
    return " ".join(said)


def _lengths(drafts: list[Draft], wanted: Length) -> str:
    """Whether they are as long as was asked for, and how long they are if not."""
    limit = "at most " if wanted.is_limit else ""
    counts = [length_of(draft.text) for draft in drafts]
    if all(wanted.fits(draft.text) for draft in drafts):
        return f"You asked for {limit}{wanted.count} words: they have {_listed(counts)}."
    return (
        f"**You asked for {limit}{wanted.count} words; these have {_listed(counts)}.** Our product data has "
        "no more, or no shorter, sentences that are true."
    )


def _listed(counts: list[int]) -> str:
    return f"{', '.join(map(str, counts[:-1]))} and {counts[-1]}"


def _answer(
    product: Product,
    drafts: list[Draft],
    check: BrandCheck,
    source: Citation | None,
    length: Length | None,
) -> str:
    cited = " [1]" if source else ""
    head = f"Drafts about **{escape(product.name)}**, from our product data{cited}:"
    if length:
        head = f"{_lengths(drafts, length)}\n\n{head}"
    shown = "\n\n".join(f"### {escape(draft.title)}\n\n{draft.text}" for draft in drafts)
    return f"{head}\n\n{shown}\n\n---\n\n{_findings(check)}"


def _findings(check: BrandCheck) -> str:
    if not check.findings:
        return "Brand rules: nothing to mend."
    lines = "\n".join(f"- {escape(str(finding), 300)}" for finding in check.findings)
    return f"Brand rules, please look at:\n\n{lines}"


def _file(made: MadeDocument, product: Product, source: Citation | None, what: str) -> SkillResult:
    cited = " [1]" if source else ""
    hints = "\n".join(f"- {escape(str(finding), 300)}" for finding in made.findings)
    text = (
        f"{what}, for **{escape(product.name)}** is attached as “{escape(made.file_name)}”, from our product "
        f"data and price book{cited}."
    )
    closing = f"Brand rules, please look at:\n\n{hints}" if hints else "Brand rules: nothing to mend."
    citations = [source] if source else []
    return SkillResult(text=f"{text}\n\n{closing}", citations=citations, data=made.model_dump(mode="json"))


def _which(products: list[ProductReading]) -> str:
    names = "\n".join(f"- {escape(product.name)}: {escape(product.tagline)}" for product in products)
    return f"Which product is it about? Please say it with your wish. There are:\n\n{names}"


def _source(found: list[ProductReading], product: Product) -> Citation | None:
    return next((item.citation for item in found if item.id == product.id), None)


def _for_model(
    product: Product, slots: Slots, language: str, drafts: list[Draft], check: BrandCheck
) -> dict[str, Any]:
    """What a model needs to write better within the same rules."""
    return {
        "product": product.model_dump(mode="json"),
        "kind": slots.kind,
        "tone": slots.tone,
        "language": language,
        "drafts": [asdict(draft) for draft in drafts],
        "findings": [finding.model_dump() for finding in check.findings],
        "rules": (
            "Improve the drafts or write your own from the product's facts only. No promises, no "
            "superlatives, prices only as given, one next step. Check what you write with check_brand before "
            "you answer, and mend what it finds."
        ),
    }
