"""Office files as archives: refused before anything parses them when they could explode, call out or run."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from django.utils.translation import gettext as _

from apps.documents.checking.problems import Problem

MAX_ENTRIES = 2_000
MAX_UNPACKED = 100 * 1024 * 1024
#: XML of one part. The words of a book have less.
MAX_PART = 6 * 1024 * 1024
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>", re.IGNORECASE)
_EXTERNAL = re.compile(rb"""TargetMode\s*=\s*["']External["']""", re.IGNORECASE)
_HYPERLINK = re.compile(rb"""Type\s*=\s*["'][^"']*/hyperlink["']""", re.IGNORECASE)
_TARGET = re.compile(rb"""Target\s*=\s*["']([^"']*)["']""", re.IGNORECASE)
_ENTITY = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_WIDE = (b"\xff\xfe", b"\xfe\xff")


def check_archive(content: bytes, main_part: str) -> list[Problem]:
    """Faults of the container. `main_part` must be in it: `word/document.xml`, `ppt/presentation.xml`."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return list(_faults(archive, main_part))
    except _DAMAGE:
        return [Problem(_("The file is damaged or of another kind. Please save it again and upload that."))]


def _faults(archive: zipfile.ZipFile, main_part: str) -> Iterator[Problem]:
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    if "[Content_Types].xml" not in names or main_part not in names:
        yield Problem(_("This is not a file of the kind that the template needs."))
        return
    if any(entry.flag_bits & 1 for entry in entries):
        yield Problem(_("The file is protected by a password. Please save it without one."))
        return
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        yield Problem(_("The file is too large once it is unpacked."))
        return
    for entry in entries:
        name = entry.filename.lower()
        if name.endswith((".xml", ".rels")) and entry.file_size > MAX_PART:
            yield Problem(_("A part of the file is too large once it is unpacked."))
            return
        if _is_program(name):
            yield Problem(_("The file holds a macro or an embedded program. Please save it without."))
    yield from _parts(archive)


def _is_program(name: str) -> bool:
    """Macros, controls and embedded objects; settings of printers are binary too and harmless."""
    embedded = name.endswith(".bin") and "printersettings" not in name
    return embedded or "/activex/" in name or "vbaproject" in name


def _parts(archive: zipfile.ZipFile) -> Iterator[Problem]:
    for entry in archive.infolist():
        if not entry.filename.lower().endswith((".xml", ".rels")):
            continue
        part = archive.read(entry)
        if part.startswith(_WIDE) or b"\x00" in part[:64]:
            yield Problem(_("A part of the file is written in an unusual encoding. Please save it again."))
        if _ENTITY.search(part):
            yield Problem(_("The file declares entities, which no office program does."))
        if entry.filename.lower().endswith(".rels") and _calls_out(part):
            yield Problem(
                _("The file fetches something from outside (a linked picture or template). Please embed it.")
            )


def _calls_out(relations: bytes) -> bool:
    """Whether anything but an ordinary link leads out of the file."""
    for match in _RELATION.finditer(relations):
        relation = match.group()
        if not _EXTERNAL.search(relation):
            continue
        target = _TARGET.search(relation)
        address = target.group(1).lower() if target else b""
        if not _HYPERLINK.search(relation) or not address.startswith((b"http:", b"https:", b"mailto:")):
            return True
    return False
