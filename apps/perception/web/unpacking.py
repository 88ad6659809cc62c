"""Bytes as they were before they were packed for the way, never more of them than allowed."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from apps.perception.web.errors import garbled, too_large

#: What we say we understand. Others (br, zstd) can be told to make gigabytes of one packet at once.
ACCEPTED = "gzip, deflate"


def collect(parts: Iterable[bytes], *, encoding: str, limit: int, host: str) -> bytes:
    """The whole body. Raises `PageError` as soon as it is larger than `limit`, unpacked or not."""
    unpack = _unpacker(encoding.strip().lower(), host)
    received = 0
    body = bytearray()
    for part in parts:
        received += len(part)
        body += unpack(part, limit - len(body) + 1)
        if len(body) > limit or received > limit:
            raise too_large(host, limit)
    return bytes(body)


def _unpacker(encoding: str, host: str) -> _Plain | _Zipped:
    if encoding in {"", "identity"}:
        return _Plain()
    if encoding in {"gzip", "x-gzip", "deflate"}:
        return _Zipped(is_gzip=encoding != "deflate", host=host)
    raise garbled(host)


class _Plain:
    def __call__(self, data: bytes, most: int) -> bytes:
        return data[:most]


class _Zipped:
    """Unpacks at most as much as is asked for; the rest of a bomb stays packed."""

    def __init__(self, *, is_gzip: bool, host: str) -> None:
        self._is_gzip = is_gzip
        self._host = host
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 16 if is_gzip else zlib.MAX_WBITS)
        self._is_first = True

    def __call__(self, data: bytes, most: int) -> bytes:
        if not data or self._inflate.eof:
            return b""
        try:
            return self._inflate.decompress(data, most)
        except zlib.error as error:
            return self._headless(data, most, error)
        finally:
            self._is_first = False

    def _headless(self, data: bytes, most: int, error: zlib.error) -> bytes:
        """Some servers leave the header of "deflate" away."""
        if self._is_gzip or not self._is_first:
            raise garbled(self._host) from error
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            return self._inflate.decompress(data, most)
        except zlib.error as again:
            raise garbled(self._host) from again
