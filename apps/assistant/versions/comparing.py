"""What is different between two versions, by line and by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.translation import gettext as _

from apps.assistant.versions.content import Content

#: Unchanged lines that are shown before and after a change.
AROUND = 2
#: Lines that share less of their words than this are shown as one that went and one that came.
ALIKE = 0.35
_WORD = re.compile(r"\s+|[\w'’-]+|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    """Some words of a line; `marked` ones stand on this side only."""

    text: str
    marked: bool = False


@dataclass(frozen=True)
class Row:
    """A line of both sides, or of one: None is no line. `skipped` counts unchanged lines left out here."""

    left: Sequence[Piece] | None
    right: Sequence[Piece] | None
    skipped: int = 0

    @property
    def is_same(self) -> bool:
        """Whether both sides say the same."""
        return self.left == self.right


@dataclass(frozen=True)
class Change:
    """One part of the content: a text by rows, or a list by what went, came and stayed."""

    label: str
    rows: Sequence[Row] = ()
    removed: Sequence[str] = ()
    added: Sequence[str] = ()
    kept: Sequence[str] = ()

    @property
    def is_same(self) -> bool:
        """Whether nothing changed here."""
        return not (self.removed or self.added) and all(row.is_same for row in self.rows)


def compare(left: Content, right: Content) -> list[Change]:
    """All parts, in the order in which people read them."""
    return [
        Change(_("Name"), rows(left.title, right.title)),
        Change(_("Description"), rows(left.description, right.description)),
        Change(_("Instructions"), rows(left.instructions, right.instructions)),
        _lists(_("Tools"), left.tools, right.tools),
        _lists(_("Skills"), left.skills, right.skills),
        _lists(_("May hand over to"), left.hand_over, right.hand_over),
    ]


def rows(left: str, right: str) -> list[Row]:
    """Two texts side by side, with the words marked that differ and long unchanged stretches left out."""
    one, other = left.splitlines(), right.splitlines()
    found: list[Row] = []
    for tag, start, end, begin, stop in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [Row([Piece(line)], [Piece(line)]) for line in one[start:end]]
        else:
            found += _replaced(one[start:end], other[begin:stop])
    return list(_shortened(found))


def _lists(label: str, left: Sequence[str], right: Sequence[str]) -> Change:
    return Change(
        label,
        removed=[name for name in left if name not in right],
        added=[name for name in right if name not in left],
        kept=[name for name in left if name in right],
    )


def _replaced(left: Sequence[str], right: Sequence[str]) -> Iterator[Row]:
    """Each line beside the next one that is like it; the others alone."""
    waiting = list(right)
    for line in left:
        place = next((n for n, other in enumerate(waiting) if _likeness(line, other) >= ALIKE), None)
        if place is None:
            yield Row([Piece(line, marked=True)], None)
            continue
        yield from (Row(None, [Piece(other, marked=True)]) for other in waiting[:place])
        yield Row(*_words(line, waiting[place]))
        del waiting[: place + 1]
    yield from (Row(None, [Piece(other, marked=True)]) for other in waiting)


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, _WORD.findall(one), _WORD.findall(other), autojunk=False).ratio()


def _words(left: str, right: str) -> tuple[list[Piece], list[Piece]]:
    one, other = _WORD.findall(left), _WORD.findall(right)
    sides: tuple[list[Piece], list[Piece]] = ([], [])
    for tag, start, end, begin, stop in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        for side, words in zip(sides, (one[start:end], other[begin:stop]), strict=True):
            if words:
                side.append(Piece("".join(words), marked=tag != "equal"))
    return sides


def _shortened(found: Sequence[Row]) -> Iterator[Row]:
    changed = [number for number, row in enumerate(found) if not row.is_same]
    near = {n for at in changed for n in range(at - AROUND, at + AROUND + 1)}
    skipped = 0
    for number, row in enumerate(found):
        if number in near:
            if skipped:
                yield Row(None, None, skipped)
            skipped = 0
            yield row
        else:
            skipped += 1
    if skipped and changed:
        yield Row(None, None, skipped)
