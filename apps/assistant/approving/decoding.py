"""What a text says behind the codes that programs read: percent, entities, base64, hexadecimal, IDNA."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import unquote

#: As often as codes may be wrapped in codes.
ROUNDS = 3
#: Longer tokens are pictures, not words.
_TOKEN = re.compile(r"[\w+/=-]{12,4000}", re.ASCII)
_HEX = re.compile(r"(?:[0-9a-f]{2})+", re.IGNORECASE)
_IDNA = re.compile(r"\bxn--[a-z0-9-]{1,59}", re.IGNORECASE)
_TOO_MANY = 200


def readings(text: str) -> list[str]:
    """The text, and what it says when its codes are read, each once."""
    found = [text]
    for _round in range(ROUNDS):
        read = _IDNA.sub(_unicode, unescape(unquote(found[-1])))
        if read == found[-1]:
            break
        found.append(read)
    return list(dict.fromkeys([*found, *_packed(found[-1])]))


def _packed(text: str) -> Iterator[str]:
    """The words that stand in tokens as base64 or hexadecimal digits."""
    for token in _TOKEN.findall(text)[:_TOO_MANY]:
        for unpack in (_from_hex, _from_base64):
            words = unpack(token)
            if words and words.isprintable():
                yield words


def _from_hex(token: str) -> str:
    return _text(bytes.fromhex(token)) if _HEX.fullmatch(token) else ""


def _from_base64(token: str) -> str:
    bare = token.rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        return _text(base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True))
    except (binascii.Error, ValueError):
        return ""


def _text(raw: bytes) -> str:
    try:
        return raw.decode().strip()
    except UnicodeDecodeError:
        return ""


def _unicode(label: re.Match[str]) -> str:
    try:
        return label[0].encode("ascii").decode("idna")
    except UnicodeError:
        return label[0]
