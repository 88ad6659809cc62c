"""The visible text of a page as sections, in the order in which it is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, NamedTuple

import structlog
import trafilatura

from apps.perception.cells import clean_text
from apps.perception.web.pages import Section

log = structlog.get_logger(__name__)

MAX_CHARACTERS = 200_000
MAX_SECTIONS = 400
_SPACE = re.compile(r"[ \t\r\f\v\n\xa0\u2000-\u200b\u202a-\u202e\u2066-\u2069\u3000]+")
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "head"})
#: Never read: not text, or not the page's own.
SILENT = frozenset(
    {
        "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed", "canvas",
        "head", "select", "textarea", "button", "audio", "video", "map", "dialog",
    }
)  # fmt: skip
#: Around the page's own words.
FRAME = frozenset({"nav"})
BREAKING = frozenset(
    {
        "p", "div", "section", "article", "main", "ul", "ol", "li", "dl", "dt", "dd", "table", "tr", "br",
        "blockquote", "pre", "hr", "form", "fieldset", "figure", "figcaption", "address", "header", "footer",
        "aside", "nav", "details", "summary", "body", "list", "item", "row", "quote", "lb", "tbody", "thead",
    }
)  # fmt: skip
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0(?![.\d])", re.IGNORECASE
)


class Line(NamedTuple):
    """A paragraph, or a heading."""

    text: str
    is_heading: bool


def sections_of(tree: Any) -> list[Section]:
    """The page's text. The main part as an extractor of articles sees it, or, where that leaves most of the
    page out (menus, shops, start pages), all that is visible.
    """
    visible = _grouped(_lines(tree, skip_frame=True))
    main = _grouped(_lines(_article(tree), skip_frame=False))
    return main if _size(main) * 2 >= _size(visible) else visible


def drop_hidden(tree: Any) -> None:
    """Take out what people do not see: it is not read to a model either."""
    for element in [found for found in tree.iter() if isinstance(found.tag, str)]:
        is_unseen = (element.tag in SILENT and element.tag != "head") or _is_hidden(element)
        if is_unseen and element.getparent() is not None:
            element.drop_tree()


def _is_hidden(element: Any) -> bool:
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or bool(_HIDDEN.search(element.get("style") or ""))
    )


def squeezed(text: str) -> str:
    """One line without superfluous space and without control characters."""
    return clean_text(_SPACE.sub(" ", text))


def _article(tree: Any) -> Any:
    try:
        found = trafilatura.bare_extraction(
            deepcopy(tree),
            favor_recall=True,
            include_comments=False,
            include_tables=True,
            with_metadata=False,
        )
    except Exception as error:  # strange trees make it stumble; the visible text is still there
        log.info("web.no_article", reason=repr(error)[:200])
        return None
    return getattr(found, "body", None)


def _size(sections: list[Section]) -> int:
    return sum(len(section.text) + len(section.heading) for section in sections)


def _grouped(lines: Iterator[Line]) -> list[Section]:
    sections: list[Section] = []
    heading, size = "", 0
    texts: list[str] = []
    for line in lines:
        size += len(line.text)
        if size > MAX_CHARACTERS or len(sections) >= MAX_SECTIONS:
            break
        if line.is_heading:
            _close(sections, heading, texts)
            heading, texts = line.text[:300], []
        elif not texts or texts[-1] != line.text:
            texts.append(line.text)
    _close(sections, heading, texts)
    return sections


def _close(sections: list[Section], heading: str, texts: list[str]) -> None:
    if heading or texts:
        sections.append(Section(heading=heading, text="\n".join(texts)))


def _lines(tree: Any, *, skip_frame: bool) -> Iterator[Line]:
    """Paragraphs and headings below `tree`, without recursion: pages may be nested as deeply as they like."""
    if tree is None:
        return
    pending: list[str] = []
    is_heading = False
    for kind, element, text in _walk(tree, skip_frame=skip_frame):
        if kind == "text":
            pending.append(text)
            continue
        tag = element.tag
        if tag in HEADINGS or tag in BREAKING:
            if line := squeezed("".join(pending)):
                yield Line(line, is_heading)
            pending = []
            is_heading = tag in HEADINGS and kind == "start"
        elif tag in {"td", "th", "cell"} and kind == "end":
            pending.append(" | ")
    if line := squeezed("".join(pending)):
        yield Line(line, is_heading)


def _walk(tree: Any, *, skip_frame: bool) -> Iterator[tuple[str, Any, str]]:
    stack: list[tuple[Any, bool]] = [(tree, False)]
    while stack:
        element, is_left = stack.pop()
        if is_left:
            yield "end", element, ""
            if element.tail and element is not tree:
                yield "text", element, element.tail
            continue
        if _is_skipped(element, skip_frame=skip_frame) and element is not tree:
            if element.tail:
                yield "text", element, element.tail
            continue
        yield "start", element, ""
        if element.text:
            yield "text", element, element.text
        stack.append((element, True))
        stack.extend((child, False) for child in reversed(element))


def _is_skipped(element: Any, *, skip_frame: bool) -> bool:
    if not isinstance(element.tag, str):
        return True
    if not skip_frame:
        return False
    return element.tag in SILENT or element.tag in FRAME
