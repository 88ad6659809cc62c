"""The closed process itself. Knows nothing of Django, settings or the database."""

from __future__ import annotations

import json
import resource
import socket
import sys
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any, NoReturn

from apps.documents.sandbox.faults import Faulty

MEMORY = 2 * 1024**3
#: Fonts are unpacked to temporary files by the PDF library.
FILE_SIZE = 64 * 1024**2


def main(task: str, seconds: int) -> int:
    """Read a job, write its result; 3 and one line of JSON on stderr for a faulty template."""
    _close(seconds)
    job = json.load(sys.stdin.buffer)
    try:
        result = TASKS[task](job)
    except Faulty as fault:
        sys.stderr.write(json.dumps({"message": fault.message, "name": fault.name}) + "\n")
        return 3
    sys.stdout.buffer.write(result)
    sys.stdout.buffer.flush()
    return 0


def _close(seconds: int) -> None:
    for kind, limit in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, FILE_SIZE),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (limit, limit))

    def refuse(*_: Any) -> NoReturn:
        raise OSError("There is no network here.")

    socket.socket.connect = refuse  # type: ignore[method-assign]
    socket.socket.connect_ex = refuse  # type: ignore[method-assign]


def _pdf(job: dict[str, Any]) -> bytes:
    from apps.documents.fetching import to_pdf

    roots = [Path(root) for root in job["roots"]]
    return to_pdf(job["html"], base=Path(job["base"]), roots=roots, tags=job.get("tags", True))


def _docx(job: dict[str, Any]) -> bytes:
    from apps.documents.sandbox.words import render

    return render(b64decode(job["template"]), job["context"], strict=bool(job.get("strict")))


def _colours(job: dict[str, Any]) -> bytes:
    from apps.documents.pdf_colours import colours_of_pdf

    return json.dumps(list(colours_of_pdf(b64decode(job["file"])))).encode()


def _pages(job: dict[str, Any]) -> bytes:
    from apps.documents.page_pictures import pages_of_pdf

    pages, total = pages_of_pdf(b64decode(job["file"]), job["most"])
    return json.dumps({"pages": [b64encode(page).decode() for page in pages], "total": total}).encode()


def _picture(job: dict[str, Any]) -> bytes:
    from apps.documents.page_pictures import small_picture

    return small_picture(b64decode(job["file"]))


def _names(job: dict[str, Any]) -> bytes:
    from apps.documents.sandbox.words import names

    return json.dumps(names(b64decode(job["template"]))).encode()


TASKS = {
    "pdf": _pdf,
    "docx": _docx,
    "names": _names,
    "colours": _colours,
    "pages": _pages,
    "picture": _picture,
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
