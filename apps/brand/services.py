"""Looking over what leaves the house: texts and files."""

from __future__ import annotations

from collections.abc import Iterable

from apps.artifacts.choices import Kind as FileKind
from apps.artifacts.models import Artifact
from apps.artifacts.services import open_bytes
from apps.brand.findings import Finding, merged
from apps.brand.linting.colours import lint_colours
from apps.brand.linting.prices import lint_prices
from apps.brand.linting.words import MAX_FINDINGS, lint_words
from apps.brand.rules import Kind, Rules, rules_in_force
from apps.perception.errors import UnreadableFile
from apps.perception.text import extract_text

__all__ = ["Finding", "blocked_by", "lint_bytes", "lint_file", "lint_text", "warnings_for"]

#: Characters of a text that are looked over; longer ones are books.
MAX_TEXT = 200_000
_COLOURED = {FileKind.PDF, FileKind.PPTX, FileKind.DOCX, FileKind.TEXT, FileKind.MARKDOWN, FileKind.EMAIL}


def lint_text(text: str, *, kind: Kind = "mail", rules: Rules | None = None) -> list[Finding]:
    """Objections to a text, each once, those that block first, then in the order of the text."""
    rules = rules or rules_in_force()
    shown = text[:MAX_TEXT]
    found = [*lint_words(shown, kind, rules), *lint_prices(shown, rules)]
    found.sort(key=lambda finding: (finding.severity != "block", finding.start))
    return merged(found)[:MAX_FINDINGS]


def lint_file(artifact: Artifact, *, kind: Kind = "document", rules: Rules | None = None) -> list[Finding]:
    """Objections to the words and the colours of a file; of pictures and the like there are none."""
    rules = rules or rules_in_force()
    try:
        found = lint_text(extract_text(artifact, MAX_TEXT), kind=kind, rules=rules)
    except UnreadableFile:
        found = []
    if FileKind(artifact.kind) in _COLOURED:
        with open_bytes(artifact) as content:
            found += lint_colours(content.read(), FileKind(artifact.kind), rules)
    return _without_places(found)


def lint_bytes(content: bytes, *, file_kind: FileKind, text: str, kind: Kind = "document") -> list[Finding]:
    """As `lint_file`, of a file that is not stored yet and of which `text` is what it says."""
    rules = rules_in_force()
    return _without_places(
        [*lint_text(text, kind=kind, rules=rules), *lint_colours(content, file_kind, rules)]
    )


def warnings_for(text: str, files: Iterable[Artifact] = (), *, kind: Kind = "mail") -> tuple[list[str], str]:
    """For the preview of what leaves the house: sentences, and why it must not leave ("" if it may)."""
    found = [(finding, "") for finding in lint_text(text, kind=kind)]
    for artifact in files:
        found += [(finding, f"{artifact.name}: ") for finding in lint_file(artifact)]
    blocking = [f"{place}{finding}" for finding, place in found if finding.severity == "block"]
    warnings = [f"{place}{finding}" for finding, place in found if finding.severity == "warn"]
    return [*blocking, *warnings], blocked_by(finding for finding, _place in found)


def blocked_by(findings: Iterable[Finding]) -> str:
    """A sentence why it is stopped; "" when nothing blocks."""
    blocking = [finding for finding in findings if finding.severity == "block"]
    if not blocking:
        return ""
    said = " ".join(
        f"{finding}." if str(finding)[-1] not in ".)" else str(finding) for finding in blocking[:5]
    )
    return f"The brand rules stop this: {said}"


def _without_places(findings: list[Finding]) -> list[Finding]:
    """Spans are those of the words as they were read, which means nothing to who sees the file."""
    nowhere = [(-1, -1)]
    return [
        finding.model_copy(update={"start": -1, "end": -1, "others": nowhere * len(finding.others)})
        for finding in findings
    ]
