"""Bringing the index in line with the knowledge folder."""

from __future__ import annotations

from typing import TypedDict

import structlog
from django.db import connection, transaction
from django.utils import timezone

from apps.audit import services as audit
from apps.core.db import batched, release_connection
from apps.knowledge.choices import Origin
from apps.knowledge.errors import MalformedKnowledge
from apps.knowledge.loading import folder
from apps.knowledge.loading.source import Section, Source
from apps.knowledge.models import Document, Passage
from apps.llm.embeddings import EmbeddingsUnavailable, embed

log = structlog.get_logger(__name__)

#: Whoever writes to the index holds this advisory lock until its transaction ends.
_LOCK = 0x6B6E6F77
_EMBED_AT_ONCE = 64


class IndexReport(TypedDict):
    """What an indexing did, in documents (indexed, unchanged, removed) and passages (passages: all that
    there are now; embedded: newly; pending: still without embedding); `failed` names unreadable files.
    """

    indexed: int
    unchanged: int
    removed: int
    passages: int
    embedded: int
    pending: int
    failed: dict[str, str]


def index_knowledge() -> IndexReport:
    """Make documents and passages what the folder says; at any time, from several processes at once.

    Only new and changed files are read, each in a transaction of its own, and only their changed passages
    are embedded. Passages left without embedding get one as soon as the encoder is available. A file that
    cannot be read keeps its last passages. Raises MalformedKnowledge if there is no folder.
    """
    indexed, unchanged, failed = 0, 0, {}
    known = dict(Document.objects.filter(origin=Origin.FOLDER).values_list("path", "sha256"))
    paths: list[str] = []
    for path, content in folder.contents():
        paths.append(path)
        if known.get(path) == folder.digest(content):
            unchanged += 1
            continue
        try:
            indexed += _write(folder.load(path, content))
        except MalformedKnowledge as wrong:
            log.warning("knowledge_file_unreadable", path=path, reason=wrong.detail)
            failed[path] = wrong.detail
    vanished = set(known) - set(paths)
    removed = _remove(vanished) if vanished else 0
    embedded = embed_pending()
    return IndexReport(
        indexed=indexed,
        unchanged=unchanged,
        removed=removed,
        passages=Passage.objects.count(),
        embedded=embedded,
        pending=Passage.objects.filter(embedding__isnull=True).count(),
        failed=failed,
    )


@transaction.atomic
def _write(source: Source) -> bool:
    """One document with its passages; False if another process has just written the same."""
    lock_index()
    if Document.objects.filter(path=source.path, sha256=source.sha256).exists():
        return False
    document, _ = Document.objects.update_or_create(
        path=source.path,
        defaults={
            "title": source.title,
            "kind": source.kind,
            "sha256": source.sha256,
            "indexed_at": timezone.now(),
        },
    )
    write_passages(document, source.sections)
    audit.record(
        action="knowledge.document.indexed",
        obj=document,
        details={"path": source.path, "passages": len(source.sections)},
    )
    return True


def write_passages(document: Document, sections: tuple[Section, ...]) -> None:
    """Keep the row of every anchor that is still there, so that its key and its embedding stay."""
    existing = {passage.anchor: passage for passage in document.passages.all()}
    new: list[Passage] = []
    changed: list[Passage] = []
    for ordinal, section in enumerate(sections):
        passage = existing.pop(section.anchor, None)
        if passage is None:
            new.append(_passage(document, ordinal, section))
        elif _revise(passage, ordinal, section):
            changed.append(passage)
    document.passages.filter(pk__in=[passage.pk for passage in existing.values()]).delete()
    Passage.objects.bulk_create(new)
    Passage.objects.bulk_update(changed, ["ordinal", "heading", "text", "page", "embedding", "updated_at"])


def _passage(document: Document, ordinal: int, section: Section) -> Passage:
    return Passage(
        document=document,
        ordinal=ordinal,
        heading=section.heading,
        text=section.text,
        anchor=section.anchor,
        page=section.page,
    )


def _revise(passage: Passage, ordinal: int, section: Section) -> bool:
    """Whether the row had to change. New words need a new embedding."""
    is_moved = (passage.ordinal, passage.page) != (ordinal, section.page)
    is_rewritten = (passage.heading, passage.text) != (section.heading, section.text)
    passage.ordinal, passage.page = ordinal, section.page
    passage.heading, passage.text = section.heading, section.text
    if is_rewritten:
        passage.embedding = None
    passage.updated_at = timezone.now()
    return is_moved or is_rewritten


@transaction.atomic
def _remove(paths: set[str]) -> int:
    lock_index()
    vanished = list(Document.objects.filter(path__in=paths, origin=Origin.FOLDER))
    for document in vanished:
        audit.record(action="knowledge.document.removed", obj=document, details={"path": document.path})
        document.delete()
    return len(vanished)


def embed_pending() -> int:
    """Embed what has no embedding yet; returns how many. Without an encoder, search works by words alone."""
    pending = list(Passage.objects.filter(embedding__isnull=True).order_by("pk"))
    embedded = 0
    for batch in batched(pending, _EMBED_AT_ONCE):
        release_connection()
        try:
            vectors = embed([passage.embedding_text for passage in batch])
        except EmbeddingsUnavailable as missing:
            log.warning("knowledge_not_embedded", passages=len(pending), reason=missing.detail)
            return embedded
        for passage, vector in zip(batch, vectors, strict=True):
            passage.embedding = vector
        embedded += _store_embeddings(batch)
    return embedded


@transaction.atomic
def _store_embeddings(batch: list[Passage]) -> int:
    """Only for passages that nobody rewrote or embedded while the encoder was at work."""
    lock_index()
    waiting = Passage.objects.filter(pk__in=[passage.pk for passage in batch], embedding__isnull=True)
    words = {passage.pk: passage.embedding_text for passage in waiting}
    current = [passage for passage in batch if words.get(passage.pk) == passage.embedding_text]
    Passage.objects.bulk_update(current, ["embedding"])
    return len(current)


def lock_index() -> None:
    """Be the only writer of the index until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
