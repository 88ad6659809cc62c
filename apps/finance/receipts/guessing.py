"""Which category a receipt speaks for, by its words."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml

from apps.finance.chart import OTHER_EXPENSES

_FILE = Path(__file__).with_name("categories.yaml")


def likely_category(text: str) -> str:
    """The code of the category with most of its words in the text; other expenses without any."""
    lowered = text.casefold()
    hits = {code: sum(bool(word.search(lowered)) for word in words) for code, words in _words().items()}
    best = max(hits, key=lambda code: hits[code])
    return best if hits[best] else OTHER_EXPENSES


@cache
def _words() -> dict[str, list[re.Pattern[str]]]:
    listed: dict[str, list[str]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {code: [_pattern(word.casefold()) for word in words] for code, words in listed.items()}


def _pattern(word: str) -> re.Pattern[str]:
    """Whole words; Chinese has no blanks between them."""
    return re.compile(rf"(?<![a-z]){re.escape(word)}(?![a-z])" if word.isascii() else re.escape(word))
