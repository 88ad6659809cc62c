"""Which encoding a text is in: the same bytes always give the same answer.

Marks and structure decide first (byte-order marks, the zero bytes of UTF-16, valid UTF-8). What remains is a
legacy encoding, told apart by where its characters lie in the code tables: everyday Chinese sits in the first
level of GB 2312 or of Big5, and a text read in the wrong one of the two is scattered over rare characters.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from io import TextIOWrapper
from typing import BinaryIO

from apps.perception.errors import UnreadableFile

SAMPLE = 256 * 1024
CHUNK = 1024 * 1024
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATORS = frozenset("\n\r\t,;|")
#: Below this share of everyday characters, a text is not taken for Chinese.
PLAUSIBLE = 0.5


def detect_encoding(stream: BinaryIO) -> str:
    """The name of a codec that decodes the whole stream without an error.

    Raises `UnreadableFile` when there is none, or when the bytes are not text.
    """
    for name in _candidates(stream):
        if _decodes(stream, name):
            return name
    raise UnreadableFile(
        "I cannot tell in which encoding this text was saved. Please save it as CSV UTF-8 and send it again.",
        code="unknown_encoding",
    )


def open_text(stream: BinaryIO, encoding: str) -> TextIOWrapper:
    """The stream from its start as text, line ends untouched. Detach it to keep the stream open."""
    stream.seek(0)
    return TextIOWrapper(stream, encoding=encoding, errors="strict", newline="")


def _candidates(stream: BinaryIO) -> Iterator[str]:
    stream.seek(0)
    head = stream.read(SAMPLE)
    for mark, name in MARKS:
        if head.startswith(mark):
            yield name
            return
    if b"\0" in head:
        little, big = head[1::2].count(0), head[0::2].count(0)
        name = "utf-16-le" if little > big else "utf-16-be"
        if _is_readable(head.decode(name, "ignore")):
            yield name
            return
    yield "utf-8"
    yield from _legacy(_telling_lines(stream))


def _telling_lines(stream: BinaryIO) -> bytes:
    """Lines with characters beyond ASCII: a long list may have few, and far from its start."""
    stream.seek(0)
    found = bytearray()
    for line in stream:
        if not line.isascii():
            found += line
            if len(found) > SAMPLE:
                break
    return bytes(found)


def _legacy(sample: bytes) -> list[str]:
    """Chinese encodings that read plausibly, the better one first, then Western text."""
    scores = [
        (_share(sample, "gb18030", _is_gb_everyday), "gb18030"),
        (_share(sample, "big5hkscs", _is_big5_everyday), "big5hkscs"),
    ]
    scores.sort(key=lambda scored: -scored[0])
    return [*(name for score, name in scores if score >= PLAUSIBLE), "cp1252"]


def _share(sample: bytes, name: str, is_everyday: Callable[[bytes], bool]) -> float:
    """How many of the sample's non-ASCII characters are everyday ones in this encoding, 0 to 1."""
    # The sample may end inside a character, hence the incremental decoder.
    try:
        text = codecs.getincrementaldecoder(name)().decode(sample)
    except UnicodeDecodeError:
        return 0.0
    letters = [letter for letter in text if letter > "\x7f"]
    if not letters:
        return 0.0
    return sum(is_everyday(letter.encode(name, "replace")) for letter in letters) / len(letters)


def _is_gb_everyday(code: bytes) -> bool:
    return len(code) == 2 and (0xA1 <= code[0] <= 0xA3 or 0xB0 <= code[0] <= 0xD7) and code[1] >= 0xA1


def _is_big5_everyday(code: bytes) -> bool:
    return len(code) == 2 and 0xA1 <= code[0] <= 0xC6


def _is_readable(text: str) -> bool:
    """Tells UTF-16 without a mark from binary files and from texts with a stray zero byte.

    Of those, pairs of bytes make odd characters, or printable ones (mostly Chinese) without any separator.
    """
    odd = sum(not (letter.isprintable() or letter.isspace()) for letter in text)
    return odd * 50 <= len(text) and not _SEPARATORS.isdisjoint(text)


def _decodes(stream: BinaryIO, name: str) -> bool:
    """Whether the whole stream is valid in this encoding; decoded in pieces, so that memory stays small."""
    decoder = codecs.getincrementaldecoder(name)()
    stream.seek(0)
    try:
        while chunk := stream.read(CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
