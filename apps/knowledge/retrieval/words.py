"""Full-text search: which passages hold the question's words, and how much of the question that is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import Case, Count, F, FloatField, Q, Value, When
from django.db.models.expressions import Combinable

from apps.knowledge.models import Passage
from apps.knowledge.retrieval.vocabulary import vocabulary

#: A question of more different words than this is searched by its first ones.
MAX_LEXEMES = 40


@dataclass(frozen=True)
class Question:
    """A query and its lexemes, each with its share of the query's weight (the shares add up to 1).

    Words that are rare in the knowledge base weigh more, and a word that it does not hold weighs most.
    """

    query: str
    shares: Mapping[str, float]


def understand(query: str) -> Question:
    """Reduce `query` to weighted lexemes; without words that mean something, to none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tsvector_to_array(ts_delete(to_tsvector('english', %s), "
            "tsvector_to_array(to_tsvector('english', %s))))",
            [query, " ".join(vocabulary().weightless)],
        )
        lexemes: list[str] = cursor.fetchone()[0][:MAX_LEXEMES]
    counts = Passage.objects.aggregate(
        passages=Count("pk"),
        **{f"with_{n}": Count("pk", filter=Q(search=_any([word]))) for n, word in enumerate(lexemes)},
    )
    # Inverse document frequency, smoothed so that an unknown word has a finite weight.
    weights = {
        lexeme: math.log(1 + (counts["passages"] + 0.5) / (counts[f"with_{n}"] + 0.5))
        for n, lexeme in enumerate(lexemes)
    }
    total = sum(weights.values())
    return Question(query, {lexeme: weight / total for lexeme, weight in weights.items()})


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


def matches(question: Question, limit: int) -> list[UUID]:
    """Keys of matching passages, best first: those that satisfy the query as a web search would read it
    (all words, "phrases", -exclusions), or else those with any of its words.
    """
    strict = SearchQuery(question.query, search_type="websearch", config="english")
    found = list(Passage.objects.matching(strict).values_list("pk", flat=True)[:limit])
    if found or not question.shares:
        return found
    loose = Passage.objects.matching(_any(question.shares)).annotate(coverage=coverage(question))
    best_first = loose.order_by(F("coverage").desc(), F("rank").desc(), "pk")
    return list(best_first.values_list("pk", flat=True)[:limit])


class _Lexemes(SearchQuery):
    """Lexemes as they are: stemmed already, they must not pass through a parser and its dictionary again."""

    template = "(%(expressions)s)::tsquery"


def _any(lexemes: Iterable[str]) -> SearchQuery:
    quoted = ("'{}'".format(word.replace("\\", "\\\\").replace("'", "''")) for word in lexemes)
    return _Lexemes(" | ".join(quoted))
