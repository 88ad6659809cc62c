"""Which letters the bytes of a page mean."""

from __future__ import annotations

import codecs
import re
from io import BytesIO

import webencodings  # type: ignore[import-untyped]

from apps.perception.encodings import MARKS, detect_encoding
from apps.perception.errors import UnreadableFile

_META = re.compile(rb"<meta[^>]{0,300}charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
#: Where a page has to say in which encoding it is written.
PRESCAN = 4096


def decode(body: bytes, charset: str = "") -> str:
    """The page as text: a byte-order mark first, then what the server says, then the page, then a guess.

    Only encodings of the web are known; labels that mean something else to Python are not believed. What is
    wrong in the bytes becomes a replacement character.
    """
    for mark, name in MARKS:
        if body.startswith(mark):
            return body.decode(name, "replace")
    declared = _META.search(body[:PRESCAN])
    for label in (charset, declared[1].decode("ascii", "replace") if declared else ""):
        codec = _codec(label)
        if codec is not None:
            return _tolerant(body, codec)
    return _tolerant(body, _guess(body))


def _codec(label: str) -> codecs.CodecInfo | None:
    found = webencodings.lookup(label) if label else None
    # A page whose ASCII letters say "utf-16" is not.
    if found is None or found.name in {"replacement", "x-user-defined"} or found.name.startswith("utf-16"):
        return None
    codec: codecs.CodecInfo = found.codec_info
    return codec


def _guess(body: bytes) -> codecs.CodecInfo:
    try:
        return codecs.lookup(detect_encoding(BytesIO(body)))
    except UnreadableFile:
        return codecs.lookup("cp1252")


def _tolerant(body: bytes, codec: codecs.CodecInfo) -> str:
    return codec.decode(body, "replace")[0]
