"""Citations of old answers, as their reader may see them today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.knowledge.models import Document, Passage

Cited = Mapping[str, Any]


def still_readable(lists: Sequence[Sequence[Cited]], *, user: User) -> list[list[dict[str, Any]]]:
    """The same citations; those of documents that the user may not (or no longer) read lose name, link and
    quote. At most two queries for all of them.
    """
    flat = [citation for citations in lists for citation in citations]
    visible = {
        "knowledge.passage": _visible(Passage, flat, "knowledge.passage", user),
        "knowledge.document": _visible(Document, flat, "knowledge.document", user),
    }
    return [[_shown(citation, visible) for citation in citations] for citations in lists]


def _visible(
    model: type[Passage] | type[Document], cited: Sequence[Cited], kind: str, user: User
) -> set[str]:
    keys = {key for citation in cited if citation.get("kind") == kind and (key := _key(citation)) is not None}
    if not keys:
        return set()
    return {str(pk) for pk in model.objects.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True)}


def _key(citation: Cited) -> UUID | None:
    try:
        return UUID(str(citation.get("id")))
    except ValueError:
        return None


def _shown(citation: Cited, visible: Mapping[str, set[str]]) -> dict[str, Any]:
    readable = visible.get(str(citation.get("kind")))
    if readable is None or str(citation.get("id")) in readable:
        return dict(citation)
    return {**citation, "label": _("A document that you can no longer open"), "url": "", "quote": ""}
