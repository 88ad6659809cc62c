"""A long text in Markdown as a branded PDF with contents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django.utils.safestring import mark_safe
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token

from apps.documents.pdf import Metadata, PageSet, render_pdf


@dataclass(frozen=True)
class _Heading:
    text: str
    anchor: str


def render_playbook(
    *,
    markdown: str,
    prepared_on: date,
    subtitle: str = "",
    author: str = "Mezzofy",
    pages: PageSet | None = None,
) -> bytes:
    """The text as PDF: its first heading becomes the title, its second-level headings the contents.

    HTML inside the Markdown is shown as text, and pictures are left out: the text may come from anyone.
    """
    context = playbook_context(markdown, prepared_on=prepared_on, subtitle=subtitle, author=author)
    return render_pdf(template="playbook", context=context, pages=pages)


def playbook_context(
    markdown: str, *, prepared_on: date, subtitle: str = "", author: str = "Mezzofy"
) -> dict[str, Any]:
    """What the template of long texts is rendered with."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    tokens = parser.parse(markdown)
    title, tokens = _take_title(tokens)
    contents = _number_headings(tokens)
    body = parser.renderer.render(tokens, parser.options, {})
    return {
        "document": Metadata(title, author, "en", prepared_on.isoformat()),
        "title": title,
        "subtitle": subtitle,
        "contents": contents,
        "body": mark_safe(body),  # noqa: S308 - the parser escapes HTML
    }


def _take_title(tokens: list[Token]) -> tuple[str, list[Token]]:
    """The first heading of the first level, and the rest."""
    for index, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h1":
            return tokens[index + 1].content, tokens[:index] + tokens[index + 3 :]
    return "Playbook", tokens


def _number_headings(tokens: list[Token]) -> list[_Heading]:
    """Give each second-level heading an anchor to jump to."""
    headings: list[_Heading] = []
    for token, inline in pairwise(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            anchor = f"s{len(headings) + 1}-{slugify(inline.content)}"
            token.attrSet("id", anchor)
            headings.append(_Heading(inline.content, anchor))
    return headings
