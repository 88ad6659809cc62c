"""Where the arguments of a call come from: the person, our rows, or the words of a stranger."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from itertools import chain
from typing import Any

from apps.assistant.approving.decoding import readings
from apps.assistant.approving.spelling import (
    as_number,
    host_of,
    numbers_in,
    plain,
    skeleton,
    stands_in,
    telling_parts,
)

EXCERPT = 120
#: Names that programs give to fields; headings of somebody's table are other words.
_GIVEN = re.compile(r"[a-z]{1,24}(?:_[a-z]{1,24}){0,5}")
#: Shorter ones stand in any text by chance, so they must stand there as a word.
SHORT = 3


class Origin(StrEnum):
    """Who wrote a value."""

    USER = "user"
    TRUSTED = "trusted"
    UNTRUSTED = "untrusted"
    COMPOSED = "composed"


@dataclass
class Corpus:
    """Texts of one origin, each with what people call it ("the file letter.txt")."""

    _plain: list[str] = field(default_factory=list)
    _skeletons: list[str] = field(default_factory=list)
    _names: list[str] = field(default_factory=list)
    _numbers: set[Decimal] = field(default_factory=set)

    def add(self, text: str, name: str = "") -> None:
        """One more text."""
        if text:
            self._plain.append(plain(text))
            self._numbers.update(numbers_in(text))
            for reading in readings(text):
                self._skeletons.append(skeleton(reading))
                self._names.append(name)

    def says(self, text: str) -> bool:
        """Whether the text stands here, closely compared."""
        words = plain(text)
        return any(stands_in(words, known) for known in self._plain)

    def suggests(self, text: str) -> bool:
        """Whether the text stands here in any spelling."""
        bones = skeleton(text)
        if len(bones) <= SHORT:
            return self.says(text)
        return any(bones in known for known in self._skeletons)

    def name_of(self, text: str) -> str:
        """What the first text is called in which this one, or a telling part of it, stands; else ""."""
        found = (
            name
            for reading in readings(text)
            for part in chain((reading,), telling_parts(reading))
            if len(bones := skeleton(part)) > SHORT
            for known, name in zip(self._skeletons, self._names, strict=True)
            if bones in known
        )
        return next(found, "")

    def counts(self, number: Decimal) -> bool:
        """Whether the number stands here."""
        return number in self._numbers


@dataclass
class Sources:
    """Everything that has been said in a run and before it, by origin.

    `is_tainted`: something by a stranger was read; `strangers` are the names of it, as far as they are known.
    Sentences that others wrote into our rows are untrusted words, too, but taint nothing.
    """

    user: Corpus = field(default_factory=Corpus)
    trusted: Corpus = field(default_factory=Corpus)
    untrusted: Corpus = field(default_factory=Corpus)
    is_tainted: bool = False
    strangers: list[str] = field(default_factory=list)

    def taint(self, name: str, words: Iterable[str] = ()) -> None:
        """A stranger was read: what it is called, and what he says."""
        self.is_tainted = True
        if name and name not in self.strangers:
            self.strangers.append(name)
        for text in words:
            self.untrusted.add(text, name)

    def origin_of(self, value: object) -> Origin:
        """Who wrote a value: closely compared with what we trust, loosely with what we do not."""
        text = str(value)
        number = as_number(text)
        if number is not None and (said := self._origin_of_number(number)) != Origin.COMPOSED:
            return said
        if self.user.says(text):
            return Origin.USER
        if self.trusted.says(text):
            return Origin.TRUSTED
        return Origin.UNTRUSTED if self.repeats(text) else Origin.COMPOSED

    def repeats(self, text: str) -> bool:
        """Whether the text is a stranger's in any spelling, or holds a telling part of what only he said."""
        return any(
            self.untrusted.suggests(reading) or any(map(self._is_strange, telling_parts(reading)))
            for reading in readings(text)
        )

    def _origin_of_number(self, number: Decimal) -> Origin:
        for origin, corpus in (
            (Origin.USER, self.user),
            (Origin.TRUSTED, self.trusted),
            (Origin.UNTRUSTED, self.untrusted),
        ):
            if corpus.counts(number):
                return origin
        return Origin.COMPOSED

    def _is_strange(self, part: str) -> bool:
        """Whether a stranger said it and nobody else; another page or mailbox of his is his, too."""
        host = host_of(part)
        said = self.untrusted.suggests(part) or bool(host and self.untrusted.suggests(host))
        return said and not self.user.says(part) and not self.trusted.says(part)


@dataclass(frozen=True)
class Leaf:
    """One value among the arguments, its place ("to[0]"), who wrote it, and of a stranger's what it is in."""

    path: str
    value: object
    origin: Origin
    source: str = ""

    def as_json(self) -> dict[str, str]:
        """As an approval keeps it."""
        kept = {"path": self.path, "origin": str(self.origin), "value": str(self.value)[:EXCERPT]}
        return {**kept, "source": self.source} if self.source else kept


def leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """The values that say something, with their places; so do names in a mapping that no program gave."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            if not _GIVEN.fullmatch(str(name)):
                yield path, str(name)
            yield from leaves(item, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield from leaves(item, f"{path}[{number}]")
    elif value not in (None, "") and not isinstance(value, bool):
        yield path, value


def origins(arguments: Mapping[str, Any], sources: Sources) -> list[Leaf]:
    """The origin of each value among the arguments."""
    return [_leaf(path, value, sources) for path, value in leaves(arguments)]


def _leaf(path: str, value: object, sources: Sources) -> Leaf:
    origin = sources.origin_of(value)
    source = sources.untrusted.name_of(str(value)) if origin == Origin.UNTRUSTED else ""
    return Leaf(path, value, origin, source)


def derives(found: Sequence[Leaf], sources: Sources, *, by_model: bool) -> bool:
    """Whether a call follows the words of a stranger, or may.

    A model that has read them may do what they say, with nothing but our own words: "delete the lead of
    Golden Wok" needs only a row of ours. What our own code composes from trusted rows is not theirs.
    """
    if any(leaf.origin == Origin.UNTRUSTED for leaf in found):
        return True
    return sources.is_tainted and by_model


def followed(found: Sequence[Leaf], sources: Sources) -> list[str]:
    """What the call follows, by name: what its arguments stand in, else all that was read of strangers."""
    named = list(dict.fromkeys(leaf.source for leaf in found if leaf.source))
    return named or sources.strangers


def texts(value: object) -> Iterable[str]:
    """The texts of a result."""
    return (str(item) for _, item in leaves(value))
