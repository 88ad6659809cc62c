"""From a person's file to sections.

The readers of files stand beside this app, not below it; whoever stands above both hands one over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from apps.artifacts.models import Artifact
from apps.core.errors import Invalid
from apps.knowledge.loading import markdown
from apps.knowledge.loading.source import Outline, Section

MAX_CHARACTERS = 5_000_000
MAX_SECTIONS = 5_000


@dataclass(frozen=True)
class Piece:
    """Lines of a file that stand together: a page, a slide, a sheet. `markdown` marks a text with
    headings.
    """

    lines: tuple[str, ...]
    heading: str = ""
    page: int | None = None
    is_markdown: bool = False


#: Opens a stored file; raises a `DomainError` with a sentence for files that cannot be read.
Reader = Callable[[Artifact], Iterator[Piece]]

_readers: list[Reader] = []


def use_reader(reader: Reader) -> Reader:
    """Read uploaded files with this; the last one handed over counts."""
    _readers[:] = [reader]
    return reader


def sections(artifact: Artifact, title: str) -> tuple[Section, ...]:
    """What the file says, cut into passages. Raises `DomainError` with a sentence for its owner."""
    outline = Outline()
    size = 0
    for piece in _readers[-1](artifact):
        size += sum(map(len, piece.lines))
        if size > MAX_CHARACTERS:
            raise Invalid("The file holds too much text. Please split it.", code="too_large")
        if piece.is_markdown:
            return _bounded(markdown.sections("\n".join(piece.lines))[1])
        outline.add((piece.heading or title)[:300], *_short(piece.lines), page=piece.page)
    return _bounded(outline.sections())


def _bounded(found: tuple[Section, ...]) -> tuple[Section, ...]:
    if not found:
        raise Invalid("There is no text in this file. Is it a scan?", code="no_text")
    if len(found) > MAX_SECTIONS:
        raise Invalid("The file holds too much text. Please split it.", code="too_large")
    return found


def _short(lines: tuple[str, ...]) -> Iterator[str]:
    """Lines that fit into a passage; longer ones are cut between words."""
    for line in lines:
        rest = line.strip()
        while len(rest) > Outline.LONGEST:
            at = rest.rfind(" ", Outline.LONGEST // 2, Outline.LONGEST)
            at = at if at > 0 else Outline.LONGEST
            yield rest[:at]
            rest = rest[at:].strip()
        if rest:
            yield rest
