"""The words of Word documents and presentations, straight from their XML."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO
from zipfile import BadZipFile

from lxml import etree  # type: ignore[import-untyped]

from apps.perception.errors import corrupt_file
from apps.perception.kinds import open_archive

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
SLIDE = re.compile(r"ppt/slides/slide(\d+)\.xml")
#: One part of a document, unpacked.
MAX_PART = 64 * 1024 * 1024


def word_paragraphs(stream: BinaryIO) -> Iterator[str]:
    """Paragraphs in reading order, those of tables and text boxes among them. Raises `UnreadableFile`."""
    archive = open_archive(stream, "document")
    yield from _paragraphs(archive, "word/document.xml", WORD)


def slide_paragraphs(stream: BinaryIO) -> Iterator[str]:
    """A heading for each slide, then its paragraphs. Raises `UnreadableFile`."""
    archive = open_archive(stream, "presentation")
    found = (SLIDE.fullmatch(name) for name in archive.namelist())
    for number in sorted(int(match[1]) for match in found if match):
        yield f"Slide {number}"
        yield from _paragraphs(archive, f"ppt/slides/slide{number}.xml", DRAWING)


def _paragraphs(archive: zipfile.ZipFile, part: str, namespace: str) -> Iterator[str]:
    root = _parse(archive, part)
    for paragraph in root.iter(f"{namespace}p"):
        # A paragraph may hold a text box with paragraphs of its own, which come by themselves.
        runs = paragraph.iter(f"{namespace}t")
        own = (run for run in runs if next(run.iterancestors(f"{namespace}p")) is paragraph)
        text = "".join(run.text or "" for run in own).strip()
        if text:
            yield text


def _parse(archive: zipfile.ZipFile, part: str) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        with archive.open(part) as content:
            return etree.fromstring(content.read(MAX_PART), parser)
    except (KeyError, BadZipFile, etree.XMLSyntaxError, OSError, EOFError) as error:
        raise corrupt_file("document") from error
