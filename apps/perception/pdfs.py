"""The words of PDF files. Slow to import: only those who read one do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError

from apps.perception.errors import UnreadableFile, corrupt_file, encrypted_file

MAX_PAGES = 500


def page_texts(stream: BinaryIO) -> Iterator[str]:
    """The text of each page, up to `MAX_PAGES`. Raises `UnreadableFile` for protected and damaged files."""
    stream.seek(0)
    try:
        reader = PdfReader(stream)
        # A PDF may be encrypted with an empty password: readable by everybody, not changeable.
        if reader.is_encrypted and not reader.decrypt(""):
            raise encrypted_file()
        for number, page in enumerate(reader.pages, start=1):
            if number > MAX_PAGES:
                return
            yield f"{page.extract_text()}\n"
    except UnreadableFile:
        raise
    except DependencyError as error:
        raise encrypted_file() from error
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError) as error:
        raise corrupt_file("PDF") from error
