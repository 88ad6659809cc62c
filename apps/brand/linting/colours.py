"""The colours of files: HTML and CSS, presentations, Word documents and PDF."""

from __future__ import annotations

import io
import json
import re
import zipfile
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator

from apps.artifacts.choices import Kind
from apps.brand.findings import Finding
from apps.brand.rules import Rules
from apps.documents import sandbox
from apps.documents.archives import is_bounded
from apps.knowledge import selectors

_HEX = re.compile(r"#([0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})(?![0-9A-Fa-f])")
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})")
_STYLE = re.compile(
    r"<style\b[^>]*>(.*?)</style>|style\s*=\s*[\"']([^\"']*)[\"']|(?:bg)?color\s*=\s*[\"']([^\"']*)[\"']",
    re.DOTALL | re.IGNORECASE,
)
_SLIDE_COLOUR = re.compile(rb'<a:srgbClr val="([0-9A-Fa-f]{6})"')
_WORD_COLOUR = re.compile(rb'w:(?:color w:val|fill)="([0-9A-Fa-f]{6})"')
_PARTS = {
    Kind.PPTX: (re.compile(r"ppt/(?:slides|slideLayouts|slideMasters|charts)/[^/]+\.xml"), _SLIDE_COLOUR),
    Kind.DOCX: (re.compile(r"word/(?:document|header\d*|footer\d*)\.xml"), _WORD_COLOUR),
}
_MOST = 12
PDF_SECONDS = 10.0


def lint_colours(content: bytes, kind: Kind, rules: Rules) -> list[Finding]:
    """An objection for each foreign colour of the file, most used first."""
    counted = Counter(colours_of(content, kind))
    allowed = [_channels(colour) for colour in _allowed(rules)]
    foreign = [
        (colour, times)
        for colour, times in counted.most_common()
        if not _is_near(_channels(colour), allowed, rules.colours.tolerance)
    ]
    return [_finding(colour, times, rules) for colour, times in foreign[:_MOST]]


def colours_of(content: bytes, kind: Kind) -> Iterator[str]:
    """Every colour that the file names, as `#RRGGBB`, as often as it does."""
    if kind in _PARTS:
        yield from _in_archive(content, kind)
    elif kind == Kind.PDF:
        yield from _in_pdf(content)
    elif kind in (Kind.TEXT, Kind.MARKDOWN, Kind.EMAIL):
        yield from _in_text(content.decode("utf-8", "replace"))


def _in_pdf(content: bytes) -> list[str]:
    """Read in the closed process; none of a file that takes too much time or memory there."""
    try:
        found = sandbox.run("colours", {"file": b64encode(content).decode()}, seconds=PDF_SECONDS)
    except sandbox.Refused:
        return []
    colours: list[str] = json.loads(found)
    return colours


def _in_archive(content: bytes, kind: Kind) -> Iterator[str]:
    if not is_bounded(content):
        return
    names, pattern = _PARTS[kind]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if names.fullmatch(name):
                for digits in pattern.findall(archive.read(name)):
                    yield f"#{digits.decode().upper()}"


def _in_text(text: str) -> Iterator[str]:
    """Colours of styles; a number sign in a sentence is none."""
    for groups in _STYLE.findall(text):
        style = "".join(groups)
        for digits in _HEX.findall(style):
            yield f"#{(digits if len(digits) == 6 else ''.join(letter * 2 for letter in digits)).upper()}"
        for channels in _RGB.findall(style):
            yield "#" + "".join(f"{min(int(value), 255):02X}" for value in channels)


def _allowed(rules: Rules) -> set[str]:
    palette = selectors.brand()
    named = [*vars(palette.core).values(), *vars(palette.neutral).values(), *vars(palette.status).values()]
    return {colour.upper() for colour in (*named, *palette.data, *rules.colours.also)}


def _channels(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour.lstrip("#"))
    return red, green, blue


def _is_near(colour: tuple[int, int, int], allowed: list[tuple[int, int, int]], tolerance: int) -> bool:
    return any(
        all(abs(left - right) <= tolerance for left, right in zip(colour, known, strict=True))
        for known in allowed
    )


def _finding(colour: str, times: int, rules: Rules) -> Finding:
    nearest = min(_allowed(rules), key=lambda known: _distance(_channels(colour), _channels(known)))
    often = "once" if times == 1 else f"{times} times"
    return Finding(
        rule="colour",
        severity=rules.colours.severity,
        message=f"The colour is not of the palette (used {often}).",
        quote=colour,
        suggestion=f"nearest: {nearest}",
    )


def _distance(left: tuple[int, int, int], right: tuple[int, int, int]) -> int:
    return sum((one - other) ** 2 for one, other in zip(left, right, strict=True))
