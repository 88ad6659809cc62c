"""How uploaded files are read for the knowledge base: by pages, slides, sheets and paragraphs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

from apps.artifacts.choices import Kind
from apps.artifacts.models import Artifact
from apps.artifacts.services import open_bytes
from apps.knowledge.loading.uploads import Piece, use_reader
from apps.perception.encodings import detect_encoding, open_text
from apps.perception.errors import UnreadableFile
from apps.perception.office import slide_paragraphs, word_paragraphs
from apps.perception.tables import Table, read_table

MAX_TEXT = 20_000_000


@use_reader
def pieces(artifact: Artifact) -> Iterator[Piece]:
    """The text of a file in pieces that can be cited. Raises `UnreadableFile` with a sentence for its
    owner.
    """
    reader = _READERS.get(Kind(artifact.kind))
    if reader is None:
        raise UnreadableFile(
            "Files of this kind cannot be read into the knowledge base.", code="unreadable_file"
        )
    with open_bytes(artifact) as stream:
        yield from reader(stream)


def _pdf(stream: BinaryIO) -> Iterator[Piece]:
    # Slow to import, and few files are PDFs.
    from apps.perception.pdfs import page_texts

    for number, text in enumerate(page_texts(stream), 1):
        yield Piece(_lines(text), page=number)


def _word(stream: BinaryIO) -> Iterator[Piece]:
    yield Piece(tuple(word_paragraphs(stream)))


def _slides(stream: BinaryIO) -> Iterator[Piece]:
    """A slide's first paragraph is its heading."""
    number, lines = 0, list[str]()
    for paragraph in slide_paragraphs(stream):
        if paragraph == f"Slide {number + 1}":
            if lines:
                yield _slide(number, lines)
            number, lines = number + 1, []
        else:
            lines.append(paragraph)
    if lines:
        yield _slide(number, lines)


def _slide(number: int, lines: list[str]) -> Piece:
    return Piece(tuple(lines), heading=lines[0][:200], page=number)


def _table(stream: BinaryIO) -> Iterator[Piece]:
    """Each row as “heading: value; …”, of every sheet."""
    first = read_table(stream)
    yield _sheet(first)
    for name in first.other_sheets:
        try:
            yield _sheet(read_table(stream, sheet=name))
        except UnreadableFile as refusal:
            # A sheet without headings is a cover page or a chart; the others still tell something.
            if refusal.code not in {"empty_file", "no_header"}:
                raise


def _sheet(table: Table) -> Piece:
    rows = (
        "; ".join(
            f"{name}: {cell}" for name, cell in zip(table.header, row.cells, strict=False) if name and cell
        )
        for row in table.rows
    )
    return Piece(tuple(line for line in rows if line), heading=table.sheet)


def _text(stream: BinaryIO) -> Iterator[Piece]:
    yield Piece(_lines(_decoded(stream)))


def _markdown(stream: BinaryIO) -> Iterator[Piece]:
    yield Piece(tuple(_decoded(stream).splitlines()), is_markdown=True)


def _decoded(stream: BinaryIO) -> str:
    text = open_text(stream, detect_encoding(stream))
    try:
        return text.read(MAX_TEXT)
    finally:
        text.detach()


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.splitlines() if line.strip())


_READERS: dict[Kind, Callable[[BinaryIO], Iterator[Piece]]] = {
    Kind.PDF: _pdf,
    Kind.DOCX: _word,
    Kind.PPTX: _slides,
    Kind.XLSX: _table,
    Kind.CSV: _table,
    Kind.TEXT: _text,
    Kind.MARKDOWN: _markdown,
}
