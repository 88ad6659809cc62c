"""The words of a file, for a prompt or a search."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

from apps.artifacts.choices import Kind
from apps.artifacts.models import Artifact
from apps.artifacts.services import open_bytes
from apps.perception.encodings import detect_encoding, open_text
from apps.perception.errors import UnreadableFile
from apps.perception.office import slide_paragraphs, word_paragraphs
from apps.perception.tables import read_table

#: About five thousand words of English.
DEFAULT_LIMIT = 30_000
CHUNK = 8192

_NOT_YET = {
    Kind.IMAGE: "I cannot look at pictures yet. Please send the content as text, a PDF or a table.",
    Kind.AUDIO: "I cannot listen to recordings yet. Please send what was said as text.",
    Kind.VIDEO: "I cannot watch videos yet. Please send the content as text.",
}


def extract_text(artifact: Artifact, limit_chars: int = DEFAULT_LIMIT) -> str:
    """The first `limit_chars` characters of the file's text; what is cut off is said in the last line.

    Reads text, Markdown, e-mail, CSV, XLSX, PDF, DOCX and PPTX. Raises `UnreadableFile` with a sentence for
    the user for everything else, and for files that are protected, damaged or without text.
    """
    reader = _reader(artifact)
    with open_bytes(artifact) as stream:
        text, is_whole = _up_to(limit_chars, reader(stream))
    if not text.strip():
        raise _no_text()
    return text if is_whole else f"{text}\n[The file goes on; only its beginning was read.]"


def page_texts_of(artifact: Artifact, limit_chars: int = DEFAULT_LIMIT) -> tuple[list[str], bool]:
    """The text of each page of a PDF, of anything else as one page; and whether that is all of it.

    Raises as `extract_text` does.
    """
    reader = _reader(artifact)
    pages: list[str] = []
    left = limit_chars
    with open_bytes(artifact) as stream:
        for piece in reader(stream):
            if left <= 0:
                break
            pages.append(piece[:left])
            left -= len(piece)
    if not "".join(pages).strip():
        raise _no_text()
    return (pages if artifact.kind == Kind.PDF else ["".join(pages)]), left >= 0


def _reader(artifact: Artifact) -> Callable[[BinaryIO], Iterator[str]]:
    kind = Kind(artifact.kind)
    if kind in _NOT_YET:
        raise UnreadableFile(_NOT_YET[kind], code="cannot_read_yet")
    reader = READERS.get(kind)
    if reader is None:
        raise UnreadableFile("I cannot read files of this kind.", code="unreadable_file")
    return reader


def _no_text() -> UnreadableFile:
    return UnreadableFile("There is no text in this file. Is it a scan?", code="no_text")


def _up_to(limit: int, pieces: Iterator[str]) -> tuple[str, bool]:
    parts: list[str] = []
    size = 0
    for piece in pieces:
        parts.append(piece)
        size += len(piece)
        if size > limit:
            return "".join(parts)[:limit], False
    return "".join(parts), True


def _plain(stream: BinaryIO) -> Iterator[str]:
    text = open_text(stream, detect_encoding(stream))
    try:
        while piece := text.read(CHUNK):
            yield piece
    finally:
        text.detach()


def _table(stream: BinaryIO) -> Iterator[str]:
    """Rows as lines with a tab between cells; a CSV that is no table is still a text."""
    try:
        table = read_table(stream)
    except UnreadableFile as refusal:
        if refusal.code not in {"no_header", "open_quote"}:
            raise
        yield from _plain(stream)
        return
    yield "\t".join(table.header) + "\n"
    for row in table.rows:
        yield "\t".join(" ".join(cell.split()) for cell in row.cells) + "\n"


def _pdf(stream: BinaryIO) -> Iterator[str]:
    from apps.perception.pdfs import page_texts

    return page_texts(stream)


def _lines(paragraphs: Callable[[BinaryIO], Iterator[str]]) -> Callable[[BinaryIO], Iterator[str]]:
    return lambda stream: (f"{paragraph}\n" for paragraph in paragraphs(stream))


READERS: dict[Kind, Callable[[BinaryIO], Iterator[str]]] = {
    Kind.TEXT: _plain,
    Kind.MARKDOWN: _plain,
    Kind.EMAIL: _plain,
    Kind.CSV: _table,
    Kind.XLSX: _table,
    Kind.PDF: _pdf,
    Kind.DOCX: _lines(word_paragraphs),
    Kind.PPTX: _lines(slide_paragraphs),
}
