"""Which category words speak for: those on a receipt, or those of a sentence."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml

from apps.finance.chart import OTHER_EXPENSES, OTHER_INCOME
from apps.finance.choices import EntryKind

_FILE = Path(__file__).with_name("categories.yaml")
#: Where nothing speaks for another one.
FALLBACK = {EntryKind.EXPENSE: OTHER_EXPENSES, EntryKind.REVENUE: OTHER_INCOME}


def likely_category(text: str, kind: EntryKind = EntryKind.EXPENSE) -> tuple[str, str]:
    """The code of the category with most of its words in the text, and the first of these words; that of what
    nothing else fits, and "", without any.
    """
    lowered = text.casefold()
    hits = {
        code: [word for word, pattern in words.items() if pattern.search(lowered)]
        for code, words in _words()[kind].items()
    }
    best = max(hits, key=lambda code: len(hits[code]))
    return (best, hits[best][0]) if hits[best] else (FALLBACK[kind], "")


def says(text: str, words: str) -> bool:
    """Whether `words` stand in the text as whole words, however they are written."""
    return bool(_pattern(words.casefold()).search(text.casefold()))


@cache
def _words() -> dict[str, dict[str, dict[str, re.Pattern[str]]]]:
    listed: dict[str, dict[str, list[str]]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {
        kind: {code: {word: _pattern(word.casefold()) for word in words} for code, words in codes.items()}
        for kind, codes in listed.items()
    }


def _pattern(word: str) -> re.Pattern[str]:
    """Whole words; Chinese has no blanks between them."""
    return re.compile(rf"(?<![a-z]){re.escape(word)}(?![a-z])" if word.isascii() else re.escape(word))
