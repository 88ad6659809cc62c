"""Where the arguments of a call come from: the person, our rows, or the words of a stranger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from apps.assistant.approving.spelling import (
    as_number,
    numbers_in,
    plain,
    skeleton,
    stands_in,
    telling_parts,
)

EXCERPT = 120
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
    """Texts of one origin."""

    _plain: list[str] = field(default_factory=list)
    _skeletons: list[str] = field(default_factory=list)
    _numbers: set[Decimal] = field(default_factory=set)

    def add(self, text: str) -> None:
        """One more text."""
        if text:
            self._plain.append(plain(text))
            self._skeletons.append(skeleton(text))
            self._numbers.update(numbers_in(text))

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

    def counts(self, number: Decimal) -> bool:
        """Whether the number stands here."""
        return number in self._numbers


@dataclass
class Sources:
    """Everything that has been said in a run and before it, by origin.

    `is_tainted`: something by a stranger was read. `unreadable` files say nothing to us, but may to a model.
    """

    user: Corpus = field(default_factory=Corpus)
    trusted: Corpus = field(default_factory=Corpus)
    untrusted: Corpus = field(default_factory=Corpus)
    is_tainted: bool = False

    def origin_of(self, value: object) -> Origin:
        """Who wrote a value: closely compared with what we trust, loosely with what we do not."""
        text = str(value)
        number = as_number(text)
        if number is not None:
            return self._origin_of_number(number)
        if self.user.says(text):
            return Origin.USER
        if self.trusted.says(text):
            return Origin.TRUSTED
        if self.untrusted.suggests(text) or any(map(self._is_strange, telling_parts(text))):
            return Origin.UNTRUSTED
        return Origin.COMPOSED

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
        return self.untrusted.suggests(part) and not self.user.says(part) and not self.trusted.says(part)


@dataclass(frozen=True)
class Leaf:
    """One value among the arguments, its place ("to[0]") and who wrote it."""

    path: str
    value: object
    origin: Origin

    def as_json(self) -> dict[str, str]:
        """As an approval keeps it."""
        return {"path": self.path, "origin": str(self.origin), "value": str(self.value)[:EXCERPT]}


def leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """The values that say something, with their places; names in a mapping count too."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from leaves(item, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield from leaves(item, f"{path}[{number}]")
    elif value not in (None, "") and not isinstance(value, bool):
        yield path, value


def origins(arguments: Mapping[str, Any], sources: Sources) -> list[Leaf]:
    """The origin of each value among the arguments."""
    return [Leaf(path, value, sources.origin_of(value)) for path, value in leaves(arguments)]


def derives(found: Sequence[Leaf], sources: Sources, *, by_model: bool) -> bool:
    """Whether a call follows the words of a stranger, or may.

    A model that has read them may do what they say, with nothing but our own words: "delete the lead of
    Golden Wok" needs only a row of ours. What our own code composes from trusted rows is not theirs.
    """
    if not sources.is_tainted:
        return False
    return by_model or any(leaf.origin == Origin.UNTRUSTED for leaf in found)


def texts(value: object) -> Iterable[str]:
    """The texts of a result."""
    return (str(item) for _, item in leaves(value))
