"""Chinese and Malay sentences in the English words of the trade: the router's encoder hears no others."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml

_FILE = Path(__file__).with_name("glossary.yaml")
_CHINESE = re.compile(r"[㐀-䶿一-鿿]+")


def glossed(text: str) -> str:
    """`text` with the words that the glossary knows in English. Other Chinese is left out: to the encoder all
    of it is the same unknown word, so that any two Chinese sentences would be alike. English stays as it is.
    """
    chinese, malay = _patterns()
    if _CHINESE.search(text):
        text = _CHINESE.sub(lambda run: f" {_chosen(chinese, run[0])} ", text)
        return " ".join(text.split())
    words, entries = malay
    if len(words.findall(text)) < 2:
        # One word may be English, such as "fail".
        return text
    return words.sub(lambda word: entries[word[0].lower()], text)


def _chosen(entries: tuple[re.Pattern[str], dict[str, str]], run: str) -> str:
    words, english = entries
    return " ".join(english[word] for word in words.findall(run))


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], dict[str, str]], tuple[re.Pattern[str], dict[str, str]]]:
    glossary: dict[str, dict[str, str]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    chinese, malay = glossary["zh"], glossary["ms"]
    return (
        (re.compile(_either(chinese)), chinese),
        (re.compile(rf"(?<!\w)(?:{_either(malay)})(?!\w)", re.IGNORECASE), malay),
    )


def _either(words: dict[str, str]) -> str:
    """The longest first, so that a phrase wins over its beginning."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
