"""Word templates that people upload."""

from __future__ import annotations

import json

from apps.documents import sandbox
from apps.documents.checking.archives import check_archive
from apps.documents.checking.problems import Problem, missing, unknown
from apps.documents.manifest import samples
from apps.documents.models import Template
from apps.documents.templates import Source
from apps.documents.word import packed


def check_word(source: Source, template: Template) -> list[Problem]:
    """Faults of the file, of its placeholders, and of a rendering with the samples."""
    faults = check_archive(source.content, "word/document.xml")
    if faults:
        return faults
    try:
        used = json.loads(sandbox.run("names", {"template": packed(source.content)}))
    except sandbox.Refused as refusal:
        return [Problem(refusal.message, name=refusal.name)]
    known = {variable["name"] for variable in template.variables}
    faults = [unknown(name, known) for name in sorted(set(used) - known)]
    faults += missing((item["name"] for item in template.variables if item.get("required")), used)
    return faults or _rendered(source.content, template)


def _rendered(content: bytes, template: Template) -> list[Problem]:
    job = {"template": packed(content), "context": samples(template.variables), "strict": True}
    try:
        sandbox.run("docx", job)
    except sandbox.Refused as refusal:
        return [Problem(refusal.message, name=refusal.name)]
    return []
