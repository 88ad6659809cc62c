"""Putting files to drafts: small ones in one call, larger ones piece by piece."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import Any, BinaryIO

import httpx
import structlog

from apps.integrations import http
from apps.integrations.errors import Refused, Uncertain
from apps.integrations.graph.client import Graph, part, problem

log = structlog.get_logger(__name__)

#: Graph takes files below 3 MB in one call and up to 150 MB in an upload session.
INLINE_BYTES = 3 * 1024 * 1024 - 1
MAX_BYTES = 150 * 1024 * 1024
#: Pieces are multiples of 320 KiB, and below 4 MB.
PIECE = 320 * 1024 * 10
RESUMES = 5


def attach(
    graph: Graph,
    mailbox: str,
    message_id: str,
    *,
    name: str,
    content_type: str,
    size: int,
    content: BinaryIO,
    alive: Callable[[], None] = lambda: None,
) -> None:
    """Put one file to a draft. `alive` is called before each piece and may raise to stop.

    Raises `Refused` when it is too large, `Uncertain` when an upload breaks off again and again.
    """
    if size > MAX_BYTES:
        raise Refused(f"“{name}” is larger than the 150 MB that a mail can carry.")
    path = f"/users/{part(mailbox)}/messages/{part(message_id)}/attachments"
    if size <= INLINE_BYTES:
        graph.post(path, {
            "@odata.type": "#microsoft.graph.fileAttachment",
            "name": name,
            "contentType": content_type,
            "contentBytes": b64encode(content.read()).decode(),
        })  # fmt: skip
        return
    item = {"attachmentType": "file", "name": name, "size": size, "contentType": content_type}
    session = graph.post(f"{path}/createUploadSession", {"AttachmentItem": item})
    _upload(str(session["uploadUrl"]), size, content, alive)


def _upload(url: str, size: int, content: BinaryIO, alive: Callable[[], None]) -> None:
    """The pieces in order; after a break, from where the service says that it is."""
    start, resumes = 0, 0
    while start < size:
        alive()
        try:
            answer = _put(url, start, size, content)
        except Uncertain:
            resumes += 1
            if resumes > RESUMES:
                raise
            start = _expected(url)
            log.info("graph.upload_resumed", at=start)
            continue
        if answer.status_code == 201:
            return
        start = _next(answer.json(), size)


def _put(url: str, start: int, size: int, content: BinaryIO) -> httpx.Response:
    content.seek(start)
    piece = content.read(PIECE)
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Length": str(len(piece)),
        "Content-Range": f"bytes {start}-{start + len(piece) - 1}/{size}",
    }
    # The address itself is the permission: no token goes there.
    answer = http.send(http.Ask("PUT", url, headers, content=piece))
    if answer.is_success:
        return answer
    raise problem(answer)


def _expected(url: str) -> int:
    answer = http.send(http.Ask("GET", url, {}, safe=True))
    if not answer.is_success:
        raise problem(answer)
    return _next(answer.json(), 0)


def _next(session: dict[str, Any], default: int) -> int:
    ranges = session.get("nextExpectedRanges") or session.get("NextExpectedRanges") or []
    return int(str(ranges[0]).partition("-")[0]) if ranges else default
