"""Which files of the knowledge folder become documents, and by which loader."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import TypeVar

from pydantic import BaseModel

from apps.knowledge import files
from apps.knowledge.catalogue import Company, Features, Palette, Pricing, Products, RoiAssumptions
from apps.knowledge.choices import DocumentKind
from apps.knowledge.errors import MalformedKnowledge
from apps.knowledge.loading import facts, markdown, plain, prices
from apps.knowledge.loading.source import Section, Source

#: Part of every document's hash: raise it when loaders change, and everything is read again.
LOADER_VERSION = 2
MAX_BYTES = 2 * 1024 * 1024

_FOLDERS = ("product_data", "playbooks", "brand")
_SUFFIXES = {".md", ".yaml", ".yml", ".json"}
#: Settings of the brand check and of the drafts: nobody's question is answered by quoting them.
_SETTINGS = {"brand/messages.yaml", "brand/rules.yaml", "brand/wording.yaml"}

M = TypeVar("M", bound=BaseModel)
Loader = Callable[[str, bytes], tuple[Section, ...]]


def _typed(shape: type[M], to_sections: Callable[[M], tuple[Section, ...]]) -> Loader:
    return lambda path, content: to_sections(files.validate(path, content, shape))


#: Files with a fixed shape: title, kind, loader.
_KNOWN: Mapping[str, tuple[str, DocumentKind, Loader]] = {
    "product_data/products.json": (
        "Products",
        DocumentKind.PRODUCT,
        _typed(Products, facts.product_sections),
    ),
    "product_data/pricing.yaml": ("Pricing", DocumentKind.PRICING, _typed(Pricing, prices.pricing_sections)),
    "product_data/features.yaml": (
        "Features by plan",
        DocumentKind.FEATURE,
        _typed(Features, facts.feature_sections),
    ),
    "product_data/company.yaml": ("Company", DocumentKind.COMPANY, _typed(Company, facts.company_sections)),
    "product_data/roi_assumptions.yaml": (
        "Planning values",
        DocumentKind.PRICING,
        _typed(RoiAssumptions, prices.roi_sections),
    ),
    "brand/color_palette.yaml": (
        "Colour palette",
        DocumentKind.BRAND,
        _typed(Palette, facts.palette_sections),
    ),
}


def contents() -> Iterator[tuple[str, bytes]]:
    """(path relative to the folder, bytes) of every document, in order of path.

    Raises MalformedKnowledge if there is no folder.
    """
    root = files.root()
    if not root.is_dir():
        raise MalformedKnowledge("The knowledge folder does not exist; see the setting KNOWLEDGE_DIR.")
    for file in sorted(found for name in _FOLDERS for found in (root / name).rglob("*")):
        path = file.relative_to(root).as_posix()
        is_read = file.suffix.lower() in _SUFFIXES and path not in _SETTINGS
        if is_read and not file.name.startswith(".") and file.is_file():
            yield path, _bounded(file)


def _bounded(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def digest(content: bytes) -> str:
    """What changes when the file or the way in which it is read changes."""
    return hashlib.sha256(b"%d\n" % LOADER_VERSION + content).hexdigest()


def load(path: str, content: bytes) -> Source:
    """The document at `path`, cut into sections. Raises MalformedKnowledge."""
    if len(content) > MAX_BYTES:
        raise MalformedKnowledge(f"{path} is larger than {MAX_BYTES // 1024 // 1024} MB.")
    title, kind, sections = _read(path, content)
    return Source(path, title[:200], kind, digest(content), sections)


def _read(path: str, content: bytes) -> tuple[str, DocumentKind, tuple[Section, ...]]:
    if known := _KNOWN.get(path):
        title, kind, loader = known
        return title, kind, loader(path, content)
    if path.lower().endswith(".md"):
        title, sections = markdown.sections(_text(path, content))
        return title or _title(path), _kind(path), sections
    return _title(path), _kind(path), plain.sections(files.data(path, content))


def _text(path: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise MalformedKnowledge(f"{path} is not UTF-8 text.") from wrong


def _title(path: str) -> str:
    return PurePosixPath(path).stem.replace("_", " ").replace("-", " ").capitalize()


def _kind(path: str) -> DocumentKind:
    if "faq" in PurePosixPath(path).stem.lower():
        return DocumentKind.FAQ
    by_folder = {"playbooks": DocumentKind.PLAYBOOK, "brand": DocumentKind.BRAND}
    return by_folder.get(path.split("/", 1)[0], DocumentKind.PRODUCT)
