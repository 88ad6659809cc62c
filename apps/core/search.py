"""Finding rows by the beginnings of words, with PostgreSQL's own full-text search and one index."""

from __future__ import annotations

import re
from typing import Self, TypeVar

from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Right

from apps.core.querysets import VisibleQuerySet

M_co = TypeVar("M_co", bound=models.Model, covariant=True)

#: Signs that separate words here although the text parser of PostgreSQL would keep them together: whoever
#: looks for the domain of an address or the middle of a number finds it.
SEPARATORS = "@.-_/+()&,;:'\"’<>[]{}|*!?#%=~^`"
MAX_WORDS = 8
#: Digits of a number without the country, as people type it.
LOCAL_DIGITS = 8
_WORD = re.compile(r"\w+")


def search_vector(*fields: str, phone_key: str = "") -> Func:
    """The expression of a generated column: all words of `fields`, and a phone number whole and local."""
    parts: list[Combinable] = []
    for name in fields:
        parts += [F(name), Value(" ")]
    if phone_key:
        parts += [F(phone_key), Value(" "), Right(phone_key, LOCAL_DIGITS)]
    spaced = Func(
        _Immutable(*parts),
        Value(SEPARATORS),
        Value(" " * len(SEPARATORS)),
        function="translate",
        output_field=models.TextField(),
    )
    return Func(
        spaced,
        function="to_tsvector",
        template="%(function)s('simple', %(expressions)s)",
        output_field=SearchVectorField(),
    )


class _Immutable(Func):
    """Texts joined by `||`, which PostgreSQL allows in a generated column (`concat` it does not)."""

    template = "(%(expressions)s)"
    arg_joiner = " || "
    output_field = models.TextField()


def prefix_query(text: str) -> SearchQuery | None:
    """A query for rows that hold a word beginning with each word of `text`; None if there is no word."""
    words = _WORD.findall(text.translate(str.maketrans(SEPARATORS, " " * len(SEPARATORS))))[:MAX_WORDS]
    if not words:
        return None
    return SearchQuery(" & ".join(f"{word}:*" for word in words), search_type="raw", config="simple")


class SearchableQuerySet(VisibleQuerySet[M_co]):
    """Rows with a generated `search` column."""

    def search(self, text: str) -> Self:
        """Rows with a word that begins with each word of `text`; all rows when it holds no word."""
        query = prefix_query(text)
        return self if query is None else self.filter(search=query)
