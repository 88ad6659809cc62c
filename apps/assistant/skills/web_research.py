"""Questions answered from web pages: quotes with their sources, and who to reach."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel, Field

from apps.assistant.skillkit import Citation, SkillContext, SkillResult, skill
from apps.assistant.skills.knowledge_answer import quoted
from apps.assistant.slots import AddressesSlot
from apps.assistant.toolkit import ToolError
from apps.assistant.tools.knowledge import search_knowledge
from apps.assistant.tools.web import crawl_site, extract_table, find_contacts, read_page, search_web
from apps.assistant.tools.web_answers import ContactsFound, FoundContact, PageQuote, Source, TablesFound
from apps.core.markdown import escape, table
from apps.core.sentences import sentence as as_sentence
from apps.perception.web import searching
from apps.perception.web.mentions import addresses_in, refusals_in, without_addresses
from apps.perception.web.pages import Dish, Section

MAX_PAGES = 5
SEARCHED = 3
SHOWN_QUOTES = 6
SHOWN_CONTACTS = 15
SHOWN_ROWS = 15
#: Below this a passage is merely the nearest one.
FITS = 0.25
KINDS = {"email": "E-mail", "phone": "Phone", "address": "Address", "social": "Profile", "hours": "Open"}
CONTACT = re.compile(
    r"contact|phone|e-?mail|telephone|address(?!ed)|reach (them|him|her)"
    r"|联系|聯絡|电话|電話|邮箱|地址|hubungi|telefon|e-?mel\b|alamat",
    re.IGNORECASE,
)
TABLE = re.compile(r"\btables?\b|price list|表格|价目表|jadual", re.IGNORECASE)
WHOLE_SITE = re.compile(
    r"\b(web ?)?site\b|\bcompany\b|\bresearch\b|网站|網站|公司|\b(laman|syarikat)\b", re.IGNORECASE
)
#: What is said around an address without asking anything.
_EMPTY = re.compile(
    r"^(please|read|open|look at|see|check|summari[sz]e|this|the|page|link|site|website|web|and|it|me|tell|"
    r"about|"
    r"请|看看|看一下|这个|网页|网站|baca|laman|ini|tolong|[\W_])*$",
    re.IGNORECASE,
)


#: The words of the wish to search, which say nothing about what is searched for.
_ASKING = re.compile(
    r"(?:(?:search|browse|look|find|check)\s{0,3})?(?:\b(?:on|in) )?"
    r"\b(?:the (?:web|internet)|online)\b(?: for| about)?"
    r"|^\W*google\b|上网(?:搜索|搜|查|找)|\bcari(?:kan)? (?:di|dalam) (?:web|internet)\b",
    re.IGNORECASE,
)


class Slots(BaseModel):
    """The pages, and what is asked of them; without a question, an overview."""

    urls: AddressesSlot | None = None
    question: str = Field(default="", max_length=1000, description="What to find out from the pages.")


@dataclass
class _Findings:
    """What was read so far."""

    sources: list[Source] = field(default_factory=list)
    quotes: list[PageQuote] = field(default_factory=list)
    outline: list[tuple[Source, list[Section]]] = field(default_factory=list)
    dishes: list[Dish] = field(default_factory=list)
    contacts: list[FoundContact] = field(default_factory=list)
    tables: list[TablesFound] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


@skill("web_research", slots=Slots)
def web_research(ctx: SkillContext, slots: Slots) -> SkillResult:
    """Read the pages (or search for some), and quote what answers the question."""
    asked = slots.question.strip() or without_addresses(as_sentence(ctx.message))
    question = "" if _EMPTY.match(asked) else asked
    found = _Findings()
    found.refusals += refusals_in(ctx.message)
    urls = slots.urls or addresses_in(ctx.message, limit=MAX_PAGES)
    if not urls and not found.refusals:
        if sentence := searching.ready():
            return _without_search(ctx, sentence, asked)
        urls = _searched(ctx, _ASKING.sub("", asked), found)
    for url in urls[:MAX_PAGES]:
        _read(ctx, url, question, is_only=len(urls) == 1, found=found)
    return _answer(question, found)


def _without_search(ctx: SkillContext, sentence: str, asked: str) -> SkillResult:
    """That the web was not searched, and what the house itself knows about it, marked as such."""
    try:
        quotes = ctx.call(search_knowledge, query=_ASKING.sub("", asked))
    except ToolError:
        quotes = []
    if not quotes:
        return SkillResult(text=sentence)
    return SkillResult(
        text=f"{sentence}\n\nFrom our own knowledge base, not from the web:\n\n{quoted(quotes)}",
        citations=[quote.citation for quote in quotes],
    )


def _searched(ctx: SkillContext, query: str, found: _Findings) -> list[str]:
    """The addresses of the first results."""
    results = ctx.call(search_web, query=query[:300], limit=SEARCHED).results
    if not results:
        found.refusals.append("The search found nothing.")
    return [result.url for result in results]


def _read(ctx: SkillContext, url: str, question: str, *, is_only: bool, found: _Findings) -> None:
    """One page, or the site around it; what cannot be read is told and the others are read."""
    try:
        if is_only and question and WHOLE_SITE.search(question) and not CONTACT.search(question):
            _read_site(ctx, url, question, found)
        else:
            _read_page(ctx, url, question, found)
        if CONTACT.search(question):
            _add_contacts(found, ctx.call(find_contacts, url=url))
        if TABLE.search(question):
            found.tables.append(ctx.call(extract_table, url=url))
    except ToolError as error:
        found.refusals.append(error.detail)


def _read_page(ctx: SkillContext, url: str, question: str, found: _Findings) -> None:
    read = ctx.call(read_page, url=url, question=question)
    found.sources.append(read.source)
    found.quotes += read.passages
    found.dishes += read.dishes
    found.outline.append((read.source, read.sections))
    if not question:
        _add_contacts(found, ctx.call(find_contacts, url=url))


def _read_site(ctx: SkillContext, url: str, question: str, found: _Findings) -> None:
    site = ctx.call(crawl_site, url=url, question=question, max_pages=4)
    found.sources += site.sources
    found.quotes += site.passages
    found.contacts += site.contacts
    found.refusals += site.refused


def _add_contacts(found: _Findings, more: ContactsFound) -> None:
    known = {(contact.kind, contact.value) for contact in found.contacts}
    found.contacts += [contact for contact in more.contacts if (contact.kind, contact.value) not in known]


def _answer(question: str, found: _Findings) -> SkillResult:
    """The findings as Markdown; `[n]` are the sources first, then the quotes."""
    citations = [source.citation for source in found.sources]
    parts = [*_heads(found)]
    if question:
        parts += _quoted(found, citations)
    else:
        parts += _outlined(found)
    parts += _tables(found)
    if found.contacts:
        parts.append(_contacts(found, citations))
    not_read = "Not read: " if found.sources else ""
    parts += [f"{not_read}{escape(sentence, 400)}" for sentence in dict.fromkeys(found.refusals)]
    if not parts:
        parts = ["I found no page to read."]
    data = {
        "sources": [source.model_dump(mode="json") for source in found.sources],
        "passages": [quote.model_dump(mode="json") for quote in found.quotes[:SHOWN_QUOTES]],
        "contacts": [contact.model_dump(mode="json") for contact in found.contacts],
    }
    return SkillResult(text="\n\n".join(parts), citations=citations, data=data)


def _heads(found: _Findings) -> Iterator[str]:
    """Which pages were read, and when."""
    for number, source in enumerate(found.sources, start=1):
        facts = [f"read {source.read_at:%-d %B %Y, %H:%M} UTC"]
        if source.published:
            facts.append(f"published {source.published}")
        if source.is_rendered:
            facts.append("in a browser")
        yield f"**{escape(source.title, 120)}** [{number}] · {escape(source.url, 120)} · {', '.join(facts)}"


def _quoted(found: _Findings, citations: list[Citation]) -> Iterator[str]:
    """The best passages of all pages, each with a citation of its own."""
    best = sorted(found.quotes, key=lambda quote: -quote.score)[:SHOWN_QUOTES]
    fitting = [quote for quote in best if quote.score >= FITS]
    if found.sources and not fitting:
        yield "I found nothing on it that clearly answers this. The nearest passages are:"
    for quote in fitting or best[:2]:
        citations.append(quote.citation)
        yield f"{_bold(quote.heading)}{_block(quote.text, 700)} [{len(citations)}]"


def _outlined(found: _Findings) -> Iterator[str]:
    """Without a question: what the page says of itself, and its first sections."""
    for number, (source, sections) in enumerate(found.outline, start=1):
        if source.description:
            yield f"{_block(source.description, 400)} [{number}]"
        for section in [section for section in sections if len(section.text) > 40][:5]:
            yield f"{_bold(section.heading)}{_block(section.text, 350)} [{number}]"
    if found.dishes:
        rows = [(escape(dish.name, 80), escape(dish.price, 30)) for dish in found.dishes[:SHOWN_ROWS]]
        yield "**Menu**\n\n" + table([("Dish", "left"), ("Price", "right")], rows)


def _tables(found: _Findings) -> Iterator[str]:
    for answer in found.tables:
        for shown in answer.tables[:2]:
            columns = [(escape(name, 60) or "–", "left") for name in shown.header]
            rows = [[escape(cell, 120) for cell in row] for row in shown.rows[:SHOWN_ROWS]]
            yield f"{_bold(shown.caption)}{table(columns, rows)}"  # type: ignore[arg-type]


def _contacts(found: _Findings, citations: Sequence[Citation]) -> str:
    numbers = {citation.id: number for number, citation in reversed(list(enumerate(citations, start=1)))}
    rows = []
    for contact in found.contacts[:SHOWN_CONTACTS]:
        number = numbers.get(contact.citation.id)
        kind = KINDS.get(contact.kind, contact.kind)
        label = f"{kind} ({escape(contact.label, 40)})" if contact.label else kind
        rows.append((label, f"{escape(contact.value, 160)}{f' [{number}]' if number else ''}"))
    return "**Contact details**\n\n" + table([("What", "left"), ("As the page says", "left")], rows)


def _bold(heading: str) -> str:
    return f"**{escape(heading, 120)}**\n\n" if heading else ""


def _block(text: str, most: int) -> str:
    """Foreign words as a quotation that nothing in them can leave."""
    return f"> {escape(text, most)}"
