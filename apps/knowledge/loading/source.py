"""What a loader makes of a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.text import slugify

from apps.knowledge.choices import DocumentKind

#: Above this the encoder would not read the end of a passage (256 tokens).
MAX_CHARACTERS = 1100
_MAX_ANCHOR = 180


@dataclass(frozen=True)
class Section:
    """A heading and the readable text under it; `anchor` is unique within the document. `page` is where it
    begins, from 1, where there are pages.
    """

    heading: str
    text: str
    anchor: str
    page: int | None = None


@dataclass(frozen=True)
class Source:
    """A document as it stands in the folder. `sha256` covers its bytes and the version of the loaders."""

    path: str
    title: str
    kind: DocumentKind
    sha256: str
    sections: tuple[Section, ...]


class Outline:
    """Collects sections in order, keeps anchors unique and cuts what is too long at line ends."""

    LONGEST = MAX_CHARACTERS

    def __init__(self) -> None:
        self._sections: list[Section] = []
        self._anchors: set[str] = set()

    def add(self, heading: str, *lines: str, page: int | None = None) -> None:
        """A section made of `lines`; nothing if they are empty."""
        for part in _parts([line.strip() for line in lines if line.strip()]):
            self._sections.append(Section(heading, part, self._anchor(heading), page))

    def sections(self) -> tuple[Section, ...]:
        """Everything added so far."""
        return tuple(self._sections)

    def _anchor(self, heading: str) -> str:
        base = slugify(heading, allow_unicode=True)[:_MAX_ANCHOR] or "section"
        anchor, number = base, 1
        while anchor in self._anchors:
            number += 1
            anchor = f"{base}-{number}"
        self._anchors.add(anchor)
        return anchor


def _parts(lines: list[str]) -> Iterator[str]:
    part: list[str] = []
    for line in lines:
        if part and sum(map(len, part)) + len(line) > MAX_CHARACTERS:
            yield "\n".join(part)
            part = []
        part.append(line)
    if part:
        yield "\n".join(part)
