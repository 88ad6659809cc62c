"""Typst documents: a template of the house and its data in, pages out. Nothing is fetched."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import typst

from apps.documents.brand import knowledge_dir


class Typst:
    """One document in the making. Raises `typst.TypstError` for a wrong template, never for its data."""

    def __init__(self, template: str, data: Mapping[str, Any]) -> None:
        self._compiler = typst.Compiler(
            input=str(knowledge_dir() / "templates" / "pdf" / f"{template}.typ"),
            root=str(knowledge_dir()),
            font_paths=[str(knowledge_dir() / "brand" / "fonts")],
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        )

    def value(self, label: str) -> Any:
        """What the template says of its pages under a label."""
        return json.loads(self._compiler.query(f"<{label}>", field="value", one=True))

    def pdf(self, *, tags: bool = True) -> bytes:
        """The pages. The same data gives the same bytes."""
        content = self._compiler.compile(timestamp=0, pdf_tags=tags)
        assert isinstance(content, bytes)
        return content


def forget() -> None:
    """Let the memory of earlier documents go: Typst keeps what it laid out until it is some documents old."""
    for _ in range(_GENERATIONS):
        typst.compile(b"", ignore_system_fonts=True)


#: After so many further documents Typst has forgotten one.
_GENERATIONS = 12
