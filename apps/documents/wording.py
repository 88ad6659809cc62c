"""The words and parts of a template as fields of a form, and a changed form as a template.

The layout around them stays as it is, byte for byte, and so does a field that nobody changed.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from apps.core.errors import Invalid
from apps.documents.choices import TemplateKind
from apps.documents.marks import PART, TEXT

MAX_WORDS = 4_000
#: Words longer than this have more than a line to be written in.
_ONE_LINE = 60
_PLACEHOLDER = re.compile(r"\{\{\s*[a-z_]+(?:\.[a-z_]+)*\s*\}\}")
_CODE = re.compile(r"\{[{%#]|[}%#]\}")
_TRANSLATED = re.compile(r'\{%\s*translate\s+"([^"]*)"\s*%\}')
_BREAK = re.compile(r"<br\s*/?>\n?")
_MARKUP = frozenset({TemplateKind.HTML_MAIL, TemplateKind.PDF})


@dataclass(frozen=True)
class Field:
    """Words that can be changed, as a person writes them: `{{ placeholders }}`, no markup."""

    name: str
    words: str

    @property
    def rows(self) -> int:
        """Lines of the box that they are written in."""
        lines = self.words.split("\n")
        return sum(1 + len(line) // _ONE_LINE for line in lines)


@dataclass(frozen=True)
class Block:
    """Fields that stand together: of a part, or (without a name) of what lies between parts.

    Parts with the same `group` stand next to each other and can change places.
    """

    name: str
    fields: tuple[Field, ...]
    is_shown: bool = True
    group: int | None = None


@dataclass(frozen=True)
class Changes:
    """A form that was sent: words by name, the parts that are shown, and parts in their order."""

    words: Mapping[str, str]
    shown: Collection[str]
    order: Sequence[str]


@dataclass(frozen=True)
class _Part:
    name: str
    start: int
    end: int
    inside: str
    is_shown: bool
    group: int


def blocks_of(text: str, kind: str) -> list[Block]:
    """The form of a template in the order of its page; an empty list: it has no marks."""
    found: list[Block] = []
    position = 0
    parts = _parts(text)
    sizes = Counter(part.group for part in parts)
    for part in parts:
        found.append(Block("", _fields(text[position : part.start], kind)))
        group = part.group if sizes[part.group] > 1 else None
        found.append(Block(part.name, _fields(part.inside, kind), part.is_shown, group))
        position = part.end
    found.append(Block("", _fields(text[position:], kind)))
    return [block for block in found if block.name or block.fields]


def rewritten(text: str, kind: str, changes: Changes) -> str:
    """The template with the form's words, parts and order in it. Raises `Invalid`; `errors` are by name."""
    errors: dict[str, list[str]] = {}

    def put(match: re.Match[str]) -> str:
        name, before = match["name"], _read(match["words"], kind)
        given = changes.words.get(name)
        after = before if given is None else given.replace("\r\n", "\n").strip()
        if before is None or after is None or after == before:
            return match.group()
        if fault := _fault(after):
            errors[name] = [fault]
        start, end = (match.start("words") - match.start(), match.end("words") - match.start())
        return match.group()[:start] + _written(after, kind) + match.group()[end:]

    worded = TEXT.sub(put, text)
    if errors:
        name, faults = next(iter(errors.items()))
        raise Invalid(f"{name}: {faults[0]}", code="faulty_words", errors=errors)
    return _arranged(worded, changes)


def changed_fields(before: str, after: str, kind: str) -> list[tuple[str, str, str]]:
    """Name, old and new words of each field that differs, and of each part whether it is shown."""
    old, new = _said(before, kind), _said(after, kind)
    names = dict.fromkeys([*new, *old])
    return [(name, old.get(name, ""), new.get(name, "")) for name in names if old.get(name) != new.get(name)]


def _said(text: str, kind: str) -> dict[str, str]:
    said: dict[str, str] = {}
    for block in blocks_of(text, kind):
        if block.name:
            said[_("Part “%(name)s”") % {"name": block.name}] = (
                _("shown") if block.is_shown else _("left out")
            )
        said |= {field.name: field.words for field in block.fields}
    return said


def names_twice(text: str) -> list[str]:
    """Names that more than one mark of a kind has: a form could not tell them apart."""
    return [
        name
        for marks in (TEXT, PART)
        for name, count in Counter(match["name"] for match in marks.finditer(text)).items()
        if count > 1
    ]


def _parts(text: str) -> list[_Part]:
    matches = list(PART.finditer(text))
    groups = [0]
    for before, after in pairwise(matches):
        apart = bool(text[before.end() : after.start()].strip())
        groups.append(groups[-1] + apart)
    return [
        _Part(match["name"], match.start(), match.end(), match["inside"], not match["hidden"], group)
        for match, group in zip(matches, groups, strict=False)
    ]


def _fields(text: str, kind: str) -> tuple[Field, ...]:
    return tuple(_each_field(text, kind))


def _each_field(text: str, kind: str) -> Iterator[Field]:
    for match in TEXT.finditer(text):
        words = _read(match["words"], kind)
        if words is not None:
            yield Field(match["name"], words)


def _arranged(text: str, changes: Changes) -> str:
    """Parts of a group put into each other's places; what lies between them stays."""
    parts = _parts(text)
    places = {name: number for number, name in enumerate(changes.order)}
    pieces, position = [], 0
    for place in parts:
        neighbours = [part for part in parts if part.group == place.group]
        wanted = sorted(neighbours, key=lambda part: places.get(part.name, len(places)))
        part = wanted[neighbours.index(place)]
        hidden = "" if part.name in changes.shown else " hidden"
        pieces += [
            text[position : place.start],
            f'{{% part "{part.name}"{hidden} %}}{part.inside}{{% endpart %}}',
        ]
        position = place.end
    return "".join([*pieces, text[position:]])


def _read(source: str, kind: str) -> str | None:
    """Words as a person writes them; None for those that hold code, which are changed in the layout only."""
    plain = _TRANSLATED.sub(lambda match: match[1], source)
    if _CODE.search(_PLACEHOLDER.sub("", plain)):
        return None
    if kind in _MARKUP:
        plain = html.unescape(_BREAK.sub("\n", plain))
    return plain.strip()


def _written(words: str, kind: str) -> str:
    """Words as the template holds them."""
    if kind not in _MARKUP:
        return words
    return html.escape(words, quote=False).replace("\n", "<br>\n")


def _fault(words: str) -> str:
    if len(words) > MAX_WORDS:
        return _("This text is too long.")
    if _CODE.search(_PLACEHOLDER.sub("", words)):
        return _(
            "Write placeholders as they stand in the list, such as {{ company_name }}, and no other code."
        )
    return ""
