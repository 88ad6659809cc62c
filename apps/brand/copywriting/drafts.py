"""Drafts of each kind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from apps.brand.copywriting.length import Length, fitted
from apps.brand.copywriting.material import Material, material_of
from apps.brand.copywriting.words import Language, Tone, words_of
from apps.core.languages import asked_language
from apps.core.sentences import sentence
from apps.knowledge.catalogue import Product

ContentKind = Literal["post", "newsletter", "blog_outline", "campaign"]
VARIANTS = 3
_MALAY = re.compile(
    r"\b(?:tulis|hantaran|untuk|tentang|dalam bahasa|buat(?:kan)?|baucar|kupon|perenggan|laman|idea kempen"
    r"|sediakan)\b",
    re.IGNORECASE,
)
_CHINESE_LETTER = re.compile(r"[\u4e00-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-z][\w'’-]*")
#: The languages that we have words for, by what people call them.
LANGUAGES: dict[str, Language] = {
    "English": "en",
    "Chinese": "zh",
    "Traditional Chinese": "zh",
    "Malay": "ms",
}


@dataclass(frozen=True)
class Brief:
    """What is wanted: of which product, in which voice and language, and how long a short text is."""

    kind: ContentKind
    product: Product
    tone: Tone = "plain"
    language: Language = "en"
    length: Length | None = None


@dataclass(frozen=True)
class Draft:
    """One version: a heading for its editor, and the text that would leave the house, as Markdown."""

    title: str
    text: str


def language_of(message: str) -> Language:
    """The language that a wish asks for, else the one it is written in: a name in Chinese makes no Chinese
    wish.
    """
    if (asked := asked_language(message)) in LANGUAGES:
        return LANGUAGES[asked]
    text = sentence(message)
    letters = len(_CHINESE_LETTER.findall(text))
    if letters and letters >= len(_LATIN_WORD.findall(text)):
        return "zh"
    return "ms" if _MALAY.search(text) else "en"


def write(brief: Brief) -> list[Draft]:
    """Several versions of a short text; one of a long one."""
    material = material_of(brief.product, brief.language)
    if brief.kind == "blog_outline":
        return [_outline(brief, material)]
    if brief.kind == "campaign":
        return [_campaign(brief, material)]
    texts = _posts(brief, material) if brief.kind == "post" else _paragraphs(brief, material)
    label = words_of(brief.language).labels["variant"]
    return [Draft(f"{label} {number}", text) for number, text in enumerate(texts, start=1)]


def _posts(brief: Brief, material: Material) -> list[str]:
    """Situation first, voice first, fact first: short enough to be read between two services."""
    calls, facts = words_of(brief.language).calls, material.facts
    opening, joined = _opening(brief, material), _joint(brief.language)
    tags = words_of(brief.language).tags
    versions = [
        [material.situation, facts[0], calls[0], tags],
        [opening, joined.join([facts[1], material.price]), calls[1], tags],
        [facts[-1], _sentence(material, brief.language), calls[2], tags],
    ]
    return ["\n\n".join(_fitted(brief, material, parts, ends=2)) for parts in versions]


def _paragraphs(brief: Brief, material: Material) -> list[str]:
    calls, facts = words_of(brief.language).calls, material.facts
    versions = [
        [material.situation, facts[0], facts[1], calls[0]],
        [_opening(brief, material), facts[0], material.price, calls[1]],
        [_sentence(material, brief.language), facts[-1], calls[2]],
    ]
    joined = _joint(brief.language)
    return [joined.join(_fitted(brief, material, parts, ends=1)) for parts in versions]


def _fitted(brief: Brief, material: Material, parts: list[str], *, ends: int) -> list[str]:
    """As long as was asked for, by what else is true of the product."""
    said = " ".join(parts)
    more = [material.product.summary] if brief.language == "en" else []
    more += [*material.facts, material.price]
    return fitted(parts, [text for text in more if text not in said], brief.length, ends=ends)


def _outline(brief: Brief, material: Material) -> Draft:
    labels = words_of(brief.language).labels
    chapters = [named(chapter, material) for chapter in words_of(brief.language).outline]
    notes = [
        material.situation,
        _joint(brief.language).join([material.facts[0], material.facts[-1]]),
        material.price,
        labels["estimate"],
        words_of(brief.language).calls[1],
    ]
    points = "\n".join(
        f"{number}. **{chapter}**\n   - {note}"
        for number, (chapter, note) in enumerate(zip(chapters, notes, strict=True), start=1)
    )
    head = f"**{labels['working']}:** {material.situation}\n**{labels['reader']}:** {material.fits}"
    return Draft(material.name, f"{head}\n\n{points}")


def _campaign(brief: Brief, material: Material) -> Draft:
    labels = words_of(brief.language).labels
    said = words_of(brief.language).campaign
    lines = {
        "audience": material.fits,
        **{key: named(text, material) for key, text in said.items()},
    }
    order = ("goal", "audience", "offer", "channel", "measure", "steps")
    body = "\n".join(f"- **{labels[key]}:** {lines[key]}" for key in order)
    return Draft(material.name, f"**{material.situation}**\n\n{body}")


def _opening(brief: Brief, material: Material) -> str:
    return named(words_of(brief.language).openings[brief.tone], material)


def named(text: str, material: Material) -> str:
    """A text of ours with the product and whom it suits; `{Name}` begins a sentence."""
    name = material.name
    return text.format(name=name, Name=name[0].upper() + name[1:], fits=material.fits)


def _joint(language: Language) -> str:
    """What stands between sentences."""
    return "" if language == "zh" else " "


def _sentence(material: Material, language: Language) -> str:
    """The product in its own words."""
    if language == "en":
        return f"{material.name}: {material.product.tagline[0].lower()}{material.product.tagline[1:]}."
    return named("{Name}：" if language == "zh" else "{Name}: ", material) + material.facts[0]
