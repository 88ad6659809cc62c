"""Where the contents of a data file can be read: its document, or the passage of one entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.text import slugify

from apps.knowledge.models import Passage

if TYPE_CHECKING:
    from apps.accounts.models import User


class SourceDocument:
    """The passages of the document at a path, as far as a person may read them; one query for all."""

    def __init__(self, user: User, path: str) -> None:
        """Read now; without passages while the document is not indexed, or not for the user."""
        passages = Passage.objects.visible_to(user).filter(document__path=path).select_related("document")
        self._passages = list(passages.defer("embedding", "search").order_by("ordinal"))

    def passage_of(self, heading: str) -> Passage | None:
        """The passage of that heading; the first if there is none such, None without passages."""
        anchor = slugify(heading, allow_unicode=True)
        exact = (passage for passage in self._passages if passage.anchor == anchor)
        return next(exact, next(iter(self._passages), None))
