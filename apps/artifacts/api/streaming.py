"""A file as an HTTP answer, whole or in part."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from typing import BinaryIO, TypeVar
from urllib.parse import quote

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from apps.artifacts.models import Artifact

R = TypeVar("R", bound=HttpResponseBase)
CHUNK = 256 * 1024
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})$")


def file_response(
    request: HttpRequest, artifact: Artifact, content: BinaryIO
) -> HttpResponse | StreamingHttpResponse:
    """200, 206 for a single byte range (RFC 9110 §14), 304 for a known ETag, or 416."""
    etag = f'"{artifact.sha256}"'
    if request.headers.get("If-None-Match") == etag:
        content.close()
        return _with_headers(HttpResponse(status=304), artifact, etag)
    size = artifact.size_bytes
    wanted = _parse_range(request, etag, size)
    if wanted is None:
        content.close()
        refused = HttpResponse(status=416)
        refused["Content-Range"] = f"bytes */{size}"
        return refused
    first, last, partial = wanted
    content.seek(first)
    body = _chunks(content, last - first + 1)
    stream = _in_threads(body) if isinstance(request, ASGIRequest) else body
    response = StreamingHttpResponse(
        stream, status=206 if partial else 200, content_type=artifact.content_type
    )
    response["Content-Length"] = str(last - first + 1)
    if partial:
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return _with_headers(response, artifact, etag)


def _with_headers(response: R, artifact: Artifact, etag: str) -> R:
    ascii_name = artifact.name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    response["Content-Disposition"] = (
        f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(artifact.name)}"
    )
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _parse_range(request: HttpRequest, etag: str, size: int) -> tuple[int, int, bool] | None:
    """(first, last, partial); None when the range cannot be satisfied; a malformed one is ignored."""
    whole = (0, size - 1, False)
    match = RANGE.match(request.headers.get("Range", ""))
    if not match or match.group(0) == "bytes=-":
        return whole
    if request.headers.get("If-Range", etag) != etag:
        return whole
    start, end = match.groups()
    if not start:
        length = min(int(end), size)
        return (size - length, size - 1, True) if length else None
    first, last = int(start), min(int(end) if end else size - 1, size - 1)
    if first >= size:
        return None
    return (first, last, True) if first <= last else whole


def _chunks(content: BinaryIO, length: int) -> Iterator[bytes]:
    with content:
        while length > 0 and (chunk := content.read(min(CHUNK, length))):
            length -= len(chunk)
            yield chunk


async def _in_threads(chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Read in a thread, so that a slow disk or bucket does not stop the event loop."""
    following = sync_to_async(lambda: next(chunks, b""), thread_sensitive=False)
    while chunk := await following():
        yield chunk
