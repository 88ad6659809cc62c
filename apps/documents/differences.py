"""The texts of two versions of a template, side by side."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from apps.documents.choices import TemplateKind
from apps.documents.models import TemplateVersion

_MOST_LINES = 4_000
_CONTEXT = 3


@dataclass(frozen=True)
class Line:
    """A line of either text; `sign` is "+", "-", " ", or "…" for what is left out because nothing changed."""

    sign: str
    text: str


def differences(before: TemplateVersion, after: TemplateVersion) -> list[Line]:
    """What was taken out and put in, with a few lines around it; an empty list: the words are the same."""
    old, new = lines_of(before), lines_of(after)
    blocks = SequenceMatcher(a=old, b=new, autojunk=False).get_grouped_opcodes(_CONTEXT)
    found: list[Line] = []
    for number, group in enumerate(blocks):
        if number:
            found.append(Line("…", ""))
        for tag, start, end, from_, to in group:
            if tag == "equal":
                found += [Line(" ", text) for text in old[start:end]]
                continue
            found += [Line("-", text) for text in old[start:end]]
            found += [Line("+", text) for text in new[from_:to]]
    return found


def lines_of(version: TemplateVersion) -> list[str]:
    """The words of a version, line by line."""
    content, kind = bytes(version.content), version.template.kind
    if kind == TemplateKind.DOCX:
        lines = _word_lines(content)
    elif kind == TemplateKind.PPTX:
        lines = _slide_lines(content)
    else:
        lines = iter(content.decode("utf-8", "replace").splitlines())
    return [line for line, _number in zip(lines, range(_MOST_LINES), strict=False)]


def _word_lines(content: bytes) -> Iterator[str]:
    from docx import Document
    from docx.oxml.ns import qn

    document = Document(io.BytesIO(content))
    parts = [
        document.sections[0].header._element,
        document.element.body,
        document.sections[0].footer._element,
    ]
    for part in parts:
        for paragraph in part.iter(qn("w:p")):
            text = "".join(run.text or "" for run in paragraph.iter(qn("w:t")))
            if text.strip():
                yield text


def _slide_lines(content: bytes) -> Iterator[str]:
    from pptx import Presentation

    presentation = Presentation(io.BytesIO(content))
    for layout in presentation.slide_layouts:
        yield f"[{layout.name}]"
        for shape in layout.shapes:
            text = shape.text_frame.text if shape.has_text_frame else ""  # type: ignore[attr-defined]
            sides = (shape.left, shape.top, shape.width, shape.height)
            place = ", ".join(f"{(side or 0) / 914_400:.2f}" for side in sides)
            yield f"{shape.name} ({place}) {text}".rstrip()
