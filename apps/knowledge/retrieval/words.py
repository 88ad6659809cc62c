"""Full-text search: which passages hold the question's words, and how much of the question that is."""

# Identifiers are quoted and known, values are parameters.
from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.contrib.postgres.search import SearchQuery
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, F, FloatField, Value, When
from django.db.models.expressions import Combinable

from apps.knowledge.models import Passage
from apps.knowledge.querysets import PassageQuerySet
from apps.knowledge.retrieval.vocabulary import vocabulary

#: A question of more different words than this is searched by its first ones.
MAX_LEXEMES = 40
#: Counting stops here: a word in so many passages is a common one, whatever the exact number.
COUNTED = 2_000
#: Of passages that hold any of the words, the ranking looks at no more than about this many.
RANKED = 4_000


@dataclass(frozen=True)
class Question:
    """A query and its lexemes, each with its share of the query's weight (the shares add up to 1).

    Words that are rare in what the person may read weigh more, and a word that is not there weighs most.
    `counts` says in how many of these passages each stands, up to `COUNTED`.
    """

    query: str
    shares: Mapping[str, float]
    counts: Mapping[str, int] = field(default_factory=dict)


def understand(query: str, passages: PassageQuerySet) -> Question:
    """Reduce `query` to weighted lexemes; without words that mean something, to none.

    Only `passages` are counted, so that weights tell nothing of what somebody may not read.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tsvector_to_array(ts_delete(to_tsvector('english', %s), "
            "tsvector_to_array(to_tsvector('english', %s))))",
            [query, " ".join(vocabulary().weightless)],
        )
        lexemes: list[str] = cursor.fetchone()[0][:MAX_LEXEMES]
    if not lexemes:
        return Question(query, {})
    total, *found = _counted([passages, *(passages.filter(search=_any([lexeme])) for lexeme in lexemes)])
    counts = dict(zip(lexemes, found, strict=True))
    # Inverse document frequency, smoothed so that an unknown word has a finite weight.
    weights = {lexeme: math.log(1 + (total + 0.5) / (counts[lexeme] + 0.5)) for lexeme in lexemes}
    whole = sum(weights.values())
    return Question(query, {lexeme: weight / whole for lexeme, weight in weights.items()}, counts)


def _counted(querysets: Sequence[PassageQuerySet]) -> list[int]:
    """How many rows each has, or `COUNTED` if there are more, in one query: a short look, however large the
    table is.
    """
    try:
        queries = [rows.order_by().values("pk")[:COUNTED].query.sql_with_params() for rows in querysets]
    except EmptyResultSet:
        return [0] * len(querysets)
    counts = ", ".join(f"(SELECT count(*) FROM ({sql}) AS counted)" for sql, _ in queries)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}", [value for _, values in queries for value in values])
        return list(cursor.fetchone())


def coverage(question: Question) -> Combinable:
    """An expression on passages: the share, 0 to 1, of the question's weight that their words make up."""
    share: Combinable = Value(0.0, output_field=FloatField())
    for lexeme, part in question.shares.items():
        share += Case(When(search=_any([lexeme]), then=Value(part)), default=0.0, output_field=FloatField())
    return share


def coverages(question: Question, texts: Sequence[str]) -> list[float]:
    """The same share for texts that are not passages, in their order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tsvector_to_array(to_tsvector('english', words)) "
            "FROM unnest(%s::text[]) WITH ORDINALITY AS given (words, place) ORDER BY place",
            [list(texts)],
        )
        found = cursor.fetchall()
    return [sum(question.shares.get(lexeme, 0.0) for lexeme in lexemes) for (lexemes,) in found]


def matches(question: Question, limit: int, passages: PassageQuerySet) -> list[UUID]:
    """Keys of matching `passages`, best first: those that satisfy the query as a web search would read it
    (all words, "phrases", -exclusions), or else those with any of its words.
    """
    strict = SearchQuery(question.query, search_type="websearch", config="english")
    found = list(_some(passages, strict).matching(strict).values_list("pk", flat=True)[:limit])
    if found or not question.shares:
        return found
    telling = _any(_rarest(question))
    loose = _some(passages, telling).matching(telling).annotate(coverage=coverage(question))
    best_first = loose.order_by(F("coverage").desc(), F("rank").desc(), "pk")
    return list(best_first.values_list("pk", flat=True)[:limit])


def _some(passages: PassageQuerySet, query: SearchQuery) -> PassageQuerySet:
    """At most `RANKED` of the passages that match: to rank is to read each of them."""
    few = passages.filter(search=query).order_by().values("pk")[:RANKED]
    return Passage.objects.filter(pk__in=few)


def _rarest(question: Question) -> list[str]:
    """The words that tell passages apart: the rarest, as long as few passages hold them. Common words count
    in the coverage of what these find.
    """
    chosen: list[str] = []
    found = 0
    for lexeme in sorted(question.counts, key=lambda word: question.counts[word]):
        found += question.counts[lexeme]
        if chosen and found > RANKED:
            break
        chosen.append(lexeme)
    return chosen


class _Lexemes(SearchQuery):
    """Lexemes as they are: stemmed already, they must not pass through a parser and its dictionary again."""

    template = "(%(expressions)s)::tsquery"


def _any(lexemes: Iterable[str]) -> SearchQuery:
    quoted = ("'{}'".format(word.replace("\\", "\\\\").replace("'", "''")) for word in lexemes)
    return _Lexemes(" | ".join(quoted))
