"""How long a text is wanted, and texts made to that length with what is true of the product."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from apps.core.sentences import sentence

_WANTED = re.compile(
    r"(?:\b(under|at most|max(?:imum)?|no more than|not more than|up to|below|within|tidak lebih|maksimum)"
    r"(?: of| daripada)? |(不超过|不超過|最多))?"
    r"(?<![\d.,])(\d{2,4})[ -]?(?:words?\b|(?:patah )?perkataan\b|个?字|個字)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[\u4e00-\u9fff]|[^\W\d_][\w'’-]*|\d[\d.,]*")
#: So much more or less is still what was asked for.
_NEAR = 0.1


@dataclass(frozen=True)
class Length:
    """Words, in Chinese letters; `is_limit` for “at most”."""

    count: int
    is_limit: bool = False

    @property
    def most(self) -> int:
        """What must not be passed."""
        return self.count if self.is_limit else round(self.count * (1 + _NEAR))

    def fits(self, text: str) -> bool:
        """Whether the text is as long as was asked for."""
        found = length_of(text)
        return found <= self.most and (self.is_limit or found >= round(self.count * (1 - _NEAR)))


def wanted_length(message: str) -> Length | None:
    """“120 words”, “不超过80字”; None when nothing is said of it."""
    found = _WANTED.search(sentence(message))
    return Length(int(found[3]), is_limit=bool(found[1] or found[2])) if found else None


def length_of(text: str) -> int:
    """Words of a text; each Chinese letter is one."""
    return len(_WORD.findall(text))


def fitted(parts: Sequence[str], more: Sequence[str], wanted: Length | None, *, ends: int) -> list[str]:
    """`parts` with sentences of `more` before the last `ends` of them, or without some of the middle, so that
    the whole comes as near to the length as it can. The first part and the ends stay.
    """
    if wanted is None:
        return list(parts)
    body, closing = list(parts[: len(parts) - ends]), list(parts[len(parts) - ends :])
    while len(body) > 1 and _sum([*body, *closing]) > wanted.most:
        body.pop()
    if not wanted.is_limit:
        for extra in more:
            if extra not in body and _sum([*body, extra, *closing]) <= wanted.most:
                body.append(extra)
    return [*body, *closing]


def _sum(parts: Sequence[str]) -> int:
    return sum(map(length_of, parts))
