"""Old answers, as their reader may see them today."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.conversations.reading import use_mask
from apps.knowledge.models import Document, Passage

Cited = Mapping[str, Any]
PASSAGE, DOCUMENT = "knowledge.passage", "knowledge.document"


@dataclass(frozen=True)
class Answer:
    """An answer for one reader. `is_hidden` when its words were taken from something they may not read: then
    `text` says so instead.
    """

    text: str
    citations: list[dict[str, Any]]
    is_hidden: bool = False


def still_readable(answers: Sequence[tuple[str, Sequence[Cited]]], *, user: User) -> list[Answer]:
    """The same answers (text and citations), as far as their sources may still be read.

    A citation of a document that the user may not (or no longer) read loses name, link and quote. If it
    quoted something, the whole text goes: it holds the quote, or says the same in other words. A passage that
    is gone from a document that can be read was rewritten: its citation leads to the document. At most two
    queries.
    """
    flat = [citation for _text, citations in answers for citation in citations]
    readable = _Readable(flat, user)
    return [_answer(text, citations, readable) for text, citations in answers]


@use_mask
def readable_texts(answers: Sequence[tuple[str, Sequence[Cited]]], user: User) -> list[str]:
    """The texts alone."""
    return [answer.text for answer in still_readable(answers, user=user)]


def citations_in(value: Any) -> Iterator[Cited]:
    """The citations that a result of a tool holds, however deep."""
    if isinstance(value, list):
        for item in value:
            yield from citations_in(item)
    elif isinstance(value, dict):
        if value.get("kind") in {PASSAGE, DOCUMENT} and "label" in value:
            yield value
        for item in value.values():
            yield from citations_in(item)


class _Readable:
    """Which of the cited passages and documents the user may read."""

    def __init__(self, cited: Sequence[Cited], user: User) -> None:
        passages = [one for one in cited if one.get("kind") == PASSAGE]
        self.passages = _visible(Passage, {_key(one.get("id")) for one in passages}, user)
        gone = {_key(one.get("document")) for one in passages if str(one.get("id")) not in self.passages}
        named = {_key(one.get("id")) for one in cited if one.get("kind") == DOCUMENT}
        self.documents = _visible(Document, gone | named, user)


def _visible(model: type[Passage] | type[Document], keys: set[UUID | None], user: User) -> set[str]:
    wanted = {key for key in keys if key is not None}
    if not wanted:
        return set()
    return {
        str(pk) for pk in model.objects.visible_to(user).filter(pk__in=wanted).values_list("pk", flat=True)
    }


def _key(value: Any) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None


def _answer(text: str, citations: Sequence[Cited], readable: _Readable) -> Answer:
    shown = [_shown(citation, readable) for citation in citations]
    was_quoted = [
        one.get("quote") and not now.get("quote") for one, now in zip(citations, shown, strict=True)
    ]
    if not any(was_quoted):
        return Answer(text, shown)
    hidden = _(
        "This answer quoted a document that you can no longer open, so it is not shown any more. "
        "Ask again to get an answer from what you may read today."
    )
    return Answer(hidden, shown, is_hidden=True)


def _shown(citation: Cited, readable: _Readable) -> dict[str, Any]:
    """The citation without what only this module needs of it."""
    kept = {name: value for name, value in citation.items() if name != "document"}
    kind, key, document = citation.get("kind"), str(citation.get("id")), str(citation.get("document"))
    if (
        kind not in {PASSAGE, DOCUMENT}
        or key in readable.passages
        or (kind == DOCUMENT and key in readable.documents)
    ):
        return kept
    if kind == PASSAGE and document in readable.documents:
        return {**kept, "url": Document(pk=UUID(document)).get_absolute_url()}
    return {**kept, "label": _("A document that you can no longer open"), "url": "", "quote": ""}
