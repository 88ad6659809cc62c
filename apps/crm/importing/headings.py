"""Which column of a file is which field of a lead."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import yaml
from rapidfuzz.distance import OSA

_BRACKETS = re.compile(r"[(\[{（【].*?[)\]}）】]")
_SPLIT = re.compile(r"[/|／｜\n]")
_PUNCTUATION = re.compile(r"[^\w\s]|_")
_HAN = re.compile(r"[\u3400-\u9fff]+")


@dataclass(frozen=True)
class Columns:
    """The map of a file: field → index of its column, and what was left over.

    `repeated` are headings that name a field which an earlier column has; `unknown` are those that name none.
    Both are kept with the lead under their heading.
    """

    fields: dict[str, int]
    headings: tuple[str, ...]
    repeated: tuple[str, ...]
    unknown: tuple[str, ...]

    @cached_property
    def others(self) -> list[tuple[int, str]]:
        """Columns with a heading and without a field."""
        taken = set(self.fields.values())
        return [(n, heading) for n, heading in enumerate(self.headings) if heading and n not in taken]


def match_columns(headings: Sequence[str]) -> Columns:
    """Recognise headings in any order and language of the dictionary; the first column of a field wins.

    Exact words are matched before misspelt ones, so that a typo never takes a field from its real column.
    """
    found = {n: field for n, heading in enumerate(headings) if (field := _exact(heading))}
    taken = set(found.values())
    for n, heading in enumerate(headings):
        if n not in found and (field := _misspelt(heading)) and field not in taken:
            found[n] = field
            taken.add(field)
    fields: dict[str, int] = {}
    repeated = []
    for n in sorted(found):
        if found[n] in fields:
            repeated.append(headings[n])
        else:
            fields[found[n]] = n
    unknown = [heading for n, heading in enumerate(headings) if heading and n not in found]
    return Columns(fields, tuple(headings), tuple(repeated), tuple(unknown))


def words_of(text: str) -> str:
    """Comparable form of a heading or a word: no case, no full-width forms, no punctuation, single spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(_PUNCTUATION.sub(" ", folded).split())


@cache
def _dictionary() -> dict[str, str]:
    path = Path(__file__).with_name("headings.yaml")
    fields: dict[str, list[str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {words_of(word): field for field, words in fields.items() for word in words}


def _readings(heading: str) -> Iterator[str]:
    """The heading as it stands, without brackets, its parts, and its Chinese or other half alone.

    Bilingual lists write “公司名称 Company Name” or “E-mail / 邮箱”.
    """
    bare = _BRACKETS.sub(" ", heading)
    yield words_of(heading)
    yield words_of(bare)
    for part in _SPLIT.split(bare):
        yield words_of(part)
    yield words_of(" ".join(_HAN.findall(bare)))
    yield words_of(_HAN.sub(" ", bare))


def _exact(heading: str) -> str:
    dictionary = _dictionary()
    return next((dictionary[text] for text in _readings(heading) if text in dictionary), "")


def _misspelt(heading: str) -> str:
    """The field whose word is one slip away, or two in a long word."""
    text = words_of(_BRACKETS.sub(" ", heading))
    near = []
    for word, field in _dictionary().items():
        slips = _allowed_slips(min(len(word), len(text)))
        if slips and not _HAN.search(word) and (distance := OSA.distance(text, word)) <= slips:
            near.append((distance, field))
    return min(near, default=(0, ""))[1]


def _allowed_slips(length: int) -> int:
    if length < 4:
        return 0
    return 1 if length < 9 else 2
