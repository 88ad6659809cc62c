"""How common words are among the leads, from the statistics that the database keeps anyway."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.core.cache import cache
from django.db import connection

from apps.crm.models import Lead

CACHE_KEY = "crm.word_counts"
#: Seconds. Which words are common changes over weeks.
FRESH = 3600

# Without the last numbers of the frequencies: they are not of words (see `pg_stats`).
_STATISTICS = """
SELECT class.reltuples, stats.most_common_elems::text::text[], stats.most_common_elem_freqs
FROM pg_class AS class
LEFT JOIN pg_stats AS stats
    ON stats.schemaname = current_schema() AND stats.tablename = class.relname AND stats.attname = 'search'
WHERE class.oid = %s::regclass
"""


@dataclass(frozen=True)
class WordCounts:
    """About how many leads hold each common word; `rare` is the most that any other word can have."""

    common: Mapping[str, int] = field(default_factory=dict)
    rare: int = 0

    def holding(self, words: Iterable[str]) -> int:
        """At most about so many leads hold all the words."""
        return min((self.common.get(word, self.rare) for word in words), default=0)

    def beginning(self, letters: str) -> int:
        """About so many leads hold a word that begins so."""
        return sum(count for word, count in self.common.items() if word.startswith(letters)) or self.rare


def word_counts() -> WordCounts:
    """Read once an hour; empty (every word counts as rare) while the database has not looked at the table."""
    return cache.get_or_set(CACHE_KEY, _read, FRESH) or WordCounts()


def _read() -> WordCounts:
    with connection.cursor() as cursor:
        cursor.execute(_STATISTICS, [Lead._meta.db_table])
        rows, words, shares = cursor.fetchone()
    if not words:
        return WordCounts()
    counts = {word: round(share * rows) for word, share in zip(words, shares, strict=False)}
    return WordCounts(counts, min(counts.values()))
