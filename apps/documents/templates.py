"""Which version of a template new files are made with."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from apps.core.errors import NotFound
from apps.documents.choices import TemplateKind, VersionOrigin, VersionStatus
from apps.documents.manifest import Entry, manifest
from apps.documents.models import Template, TemplateVersion
from apps.documents.pdf import PageSet, folder_pages


@dataclass(frozen=True)
class Source:
    """A template as it is in force. `version` is None only before the database knows the folder.

    `trusted`: it came by git, where it was reviewed. What was uploaded is rendered in a closed process.
    """

    path: str
    content: bytes
    version: TemplateVersion | None
    trusted: bool

    @property
    def text(self) -> str:
        """The content of a text template."""
        return self.content.decode("utf-8")

    @property
    def sha256(self) -> str:
        """Of the content."""
        return self.version.sha256 if self.version else sha256(self.content).hexdigest()


def in_force(path: str) -> Source:
    """The published version, else the file of the knowledge folder. Raises `NotFound` for an unknown path."""
    version = (
        TemplateVersion.objects.filter(template__path=path, status=VersionStatus.PUBLISHED)
        .select_related("template")
        .first()
    )
    return source_of(version) if version else _from_folder(path)


def starting_point(template: Template, number: int | None = None) -> TemplateVersion | None:
    """What a new version begins with: the asked one, else a draft made since the last publishing, else the
    version in force."""
    versions = template.versions.select_related("template", "author")
    if number is not None:
        return versions.filter(number=number).first()
    current = versions.filter(status=VersionStatus.PUBLISHED).first()
    drafts = versions.filter(status=VersionStatus.DRAFT).order_by("-number")
    if current is not None and current.published_at is not None:
        drafts = drafts.filter(created_at__gt=current.published_at)
    return drafts.first() or current


def source_of(version: TemplateVersion) -> Source:
    """That very version, whatever its status."""
    content = bytes(version.content)
    return Source(version.template.path, content, version, trusted=version.origin == VersionOrigin.FILE)


def entry_of(path: str) -> Entry:
    """What the manifest says of a template. Raises `NotFound`."""
    for entry in manifest().templates:
        if entry.path == path:
            return entry
    raise NotFound(f"There is no template {path}.")


def _from_folder(path: str) -> Source:
    return Source(path, entry_of(path).file.read_bytes(), None, trusted=True)


def page_set(source: Source | None = None) -> PageSet:
    """The HTML templates of PDF pages that are in force, by file name; `source` replaces its own."""
    rows = TemplateVersion.objects.filter(
        template__kind=TemplateKind.PDF, status=VersionStatus.PUBLISHED
    ).select_related("template")
    sources = [source_of(row) for row in rows]
    if source is not None and source.path.startswith("pdf/"):
        sources.append(source)
    files = {**folder_pages().files, **{item.path.removeprefix("pdf/"): item.text for item in sources}}
    return PageSet(files, trusted=all(item.trusted for item in sources))
