"""One page as text and facts."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

import lxml.html  # type: ignore[import-untyped]
from htmldate import find_date
from lxml import etree

from apps.perception.web.addresses import join, parse
from apps.perception.web.errors import PageError
from apps.perception.web.pages import Link, Page, Section
from apps.perception.web.reading import structured
from apps.perception.web.reading.blocks import drop_hidden, sections_of, squeezed
from apps.perception.web.reading.contacts import contacts_of
from apps.perception.web.reading.decoding import decode
from apps.perception.web.reading.tables import tables_of

MAX_LINKS = 300
#: A page with less text than this, and with scripts, shows itself only in a browser.
EMPTY = 200
_CJK = re.compile(r"[\u3400-\u9fff]")


def read_html(body: bytes, *, url: str, charset: str = "") -> Page:
    """Read the page that was found at `url`. Never raises for strange HTML, it reads what it can."""
    tree = _tree(decode(body, charset))
    if tree is None:
        return Page(url=url)
    meta = structured.meta_of(tree)
    nodes = structured.nodes_of(tree)
    published = _published(tree, meta, nodes, url)
    has_scripts = next(tree.iter("script"), None) is not None
    drop_hidden(tree)
    sections = sections_of(tree)
    found = structured.organizations(nodes)
    page = Page(
        url=url,
        title=_title(tree, meta),
        description=meta.get("og:description") or meta.get("description", ""),
        language=_language(tree, sections),
        site_name=meta.get("og:site_name", "")[:200],
        published=published,
        sections=sections,
        links=_links(tree, url),
        organizations=found,
        people=structured.people(nodes),
        dishes=structured.dishes(nodes),
        tables=tables_of(tree),
    )
    page.contacts = contacts_of(tree, url=url, text=_everything(tree, page.text), organizations=found)
    page.needs_browser = has_scripts and len(page.text) < EMPTY
    return page


def plain_page(text: str, *, url: str, title: str) -> Page:
    """A text or a document as a page; short lines without an end are taken for headings."""
    sections: list[Section] = []
    for block in re.split(r"\n\s*\n", text):
        lines = [line for raw in block.splitlines() if (line := squeezed(raw))]
        if not lines:
            continue
        heading = lines.pop(0).lstrip("# ") if len(lines) > 1 and _is_heading(lines[0]) else ""
        sections.append(Section(heading=heading, text="\n".join(lines)))
    page = Page(url=url, title=title, sections=sections)
    empty = lxml.html.fromstring("<p></p>")
    page.contacts = contacts_of(empty, url=url, text=page.text, organizations=[])
    page.language = _language(empty, sections)
    return page


def _is_heading(line: str) -> bool:
    return len(line) <= 80 and not line.endswith((".", ",", ";", "。", "，"))


def _tree(text: str) -> Any:
    parser = lxml.html.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        return lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _title(tree: Any, meta: dict[str, str]) -> str:
    title = next((squeezed(found.text or "") for found in tree.iter("title")), "")
    heading = next((squeezed(" ".join(found.itertext())) for found in tree.iter("h1")), "")
    return (meta.get("og:title") or title or heading)[:300]


def _language(tree: Any, sections: list[Section]) -> str:
    declared = (tree.get("lang") or "").strip().lower()
    if re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", declared):
        return declared[:20]
    sample = "".join(section.text for section in sections[:20])[:2000]
    return "zh" if sample and len(_CJK.findall(sample)) * 5 > len(sample) else ""


def _published(tree: Any, meta: dict[str, str], nodes: list[structured.Node], url: str) -> str:
    """As ISO date, of an article; only what the page says itself, no guess from its text."""
    said = meta.get("article:published_time") or structured.published_on(nodes)
    if re.match(r"\d{4}-\d{2}-\d{2}", said):
        return said[:10]
    try:
        return find_date(tree, url=url, extensive_search=False, original_date=True) or ""
    except Exception:  # a date is worth no failure
        return ""


def _links(tree: Any, url: str) -> list[Link]:
    """Where the page leads on the web, each address once; scripts and mail addresses are no links."""
    base = parse(url)
    for element in tree.iter("base"):
        with suppress(PageError):
            base = join(base, element.get("href") or "")
        break
    found: dict[str, Link] = {}
    for anchor in tree.iter("a"):
        target = anchor.get("href") or ""
        if not target.strip() or target.strip().startswith("#"):
            continue
        try:
            address = str(join(base, target))
        except PageError:
            continue
        text = squeezed(" ".join(anchor.itertext()))[:200] or (anchor.get("aria-label") or "")[:200]
        if address not in found or (text and not found[address].text):
            found[address] = Link(url=address, text=text)
        if len(found) == MAX_LINKS:
            break
    return list(found.values())


def _everything(tree: Any, text: str) -> str:
    """Also footers and side bars, where contacts stand, without scripts."""
    rest = [squeezed(" ".join(_spoken(part))) for part in tree.iter("footer", "aside", "header")]
    return "\n".join([text, *rest])


def _spoken(element: Any) -> Any:
    return (
        piece
        for part in element.iter()
        if isinstance(part.tag, str) and part.tag not in {"script", "style"}
        for piece in (part.text, part.tail)
        if piece
    )
