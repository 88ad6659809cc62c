"""Where the contents of a data file can be read: its document, or the passage of one entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.text import slugify

from apps.knowledge.models import Passage

if TYPE_CHECKING:
    from apps.accounts.models import User


def passage_of(user: User, path: str, heading: str) -> Passage | None:
    """The passage of that heading in the document at `path`; the document's first if there is none such.

    None when the document is not indexed, or the user may not read it.
    """
    passages = Passage.objects.visible_to(user).filter(document__path=path).select_related("document")
    passages = passages.defer("embedding", "search")
    exact = passages.filter(anchor=slugify(heading, allow_unicode=True)).first()
    return exact or passages.order_by("ordinal").first()
