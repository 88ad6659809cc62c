"""Storing, reading and deleting files."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import PurePath
from typing import IO, Any, BinaryIO
from uuid import UUID

import structlog
from django.conf import settings
from django.core.files import File
from django.core.files.storage import Storage, storages
from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.artifacts import scratch
from apps.artifacts.choices import Kind, Origin, Status
from apps.artifacts.models import Artifact
from apps.artifacts.sniffing import sniff
from apps.audit import services as audit
from apps.core.errors import Invalid, NotFound, TooLarge
from apps.core.ids import uuid7

log = structlog.get_logger(__name__)

FOLDERS = {
    Kind.PPTX: "presentations",
    Kind.CSV: "exports",
    Kind.XLSX: "exports",
}
CHUNK = 1024 * 1024
ORPHAN_AFTER = timedelta(hours=1)
SWEEP_LIMIT = 1000


def storage() -> Storage:
    """The file system or the bucket, by setting; during a rehearsal one that leaves nothing behind."""
    return scratch.current() or storages["artifacts"]


def store(
    *,
    owner: User,
    name: str,
    content: bytes | IO[bytes],
    origin: str = Origin.GENERATED,
    metadata: Mapping[str, Any] | None = None,
) -> Artifact:
    """Keep a file and its row. Raises `Invalid` when it is empty, `TooLarge` above `ARTIFACT_MAX_BYTES`.

    The bytes are written first; a row without bytes can so never be seen. Bytes whose transaction was
    rolled back are found by `sweep`.
    """
    stream: Any = BytesIO(content) if isinstance(content, bytes) else content
    size, digest = _measure(stream)
    found = sniff(stream, name)
    pk = uuid7()
    key = storage().save(_storage_key(pk, name, found.kind, origin), File(stream))
    artifact = Artifact(
        pk=pk,
        owner=owner,
        department=owner.department_slug,
        name=clean_name(name),
        kind=found.kind,
        content_type=found.content_type,
        size_bytes=size,
        sha256=digest,
        storage_key=key,
        origin=origin,
        metadata=dict(metadata or {}),
    )
    with transaction.atomic():
        artifact.save(force_insert=True)
        audit.record(
            action="artifacts.artifact.stored", obj=artifact, details={"sha256": digest, "size": size}
        )
    return artifact


def open_bytes(artifact: Artifact) -> BinaryIO:
    """The content, seekable. Raises `NotFound` when the storage has lost it."""
    try:
        return storage().open(artifact.storage_key, "rb")  # type: ignore[return-value]
    except FileNotFoundError as error:
        log.error("artifact.bytes_missing", artifact_id=str(artifact.pk))
        raise NotFound(
            "The content of this file is missing from the storage.", code="bytes_missing"
        ) from error


@transaction.atomic
def delete(*, artifact: Artifact) -> None:
    """Remove row and bytes.

    The row first becomes a tombstone; bytes and row go after the commit. A process killed in between
    leaves a tombstone, which `sweep` finishes: nothing is unreachable.
    """
    Artifact.objects.filter(pk=artifact.pk).update(status=Status.DELETING, updated_at=timezone.now())
    audit.record(action="artifacts.artifact.deleted", obj=artifact, details={"sha256": artifact.sha256})
    pk = artifact.pk
    transaction.on_commit(lambda: finish_deletion(pk), robust=True)


def finish_deletion(pk: UUID) -> None:
    """Remove the bytes, then the tombstone. Safe to repeat."""
    artifact = Artifact.objects.filter(pk=pk, status=Status.DELETING).first()
    if artifact is None:
        return
    folder = artifact.storage_key.rpartition("/")[0]
    for key in _walk(folder):
        storage().delete(key)
    artifact.delete()


def sweep() -> dict[str, int]:
    """Finish interrupted deletions, and delete bytes of the last two days that have no row."""
    tombstones = Artifact.objects.filter(
        status=Status.DELETING, updated_at__lt=timezone.now() - timedelta(minutes=5)
    ).values_list("pk", flat=True)[:SWEEP_LIMIT]
    for pk in tombstones:
        finish_deletion(pk)
    orphans = [key for key in _recent_keys() if _is_orphan(key)]
    for key in orphans:
        storage().delete(key)
    return {"finished": len(tombstones), "orphans": len(orphans)}


def preview_key(storage_key: str, page: int = 1) -> str:
    """Where the picture of a page is kept: beside the file."""
    return f"{storage_key.rpartition('/')[0]}/preview{'' if page == 1 else f'-{page}'}.png"


def preview_facts_key(storage_key: str) -> str:
    """Where it is kept which pictures there are."""
    return f"{storage_key.rpartition('/')[0]}/preview.json"


def clean_name(name: str) -> str:
    """The last path component without control characters or anything a header or shell trips over."""
    text = unicodedata.normalize("NFC", PurePath(name.replace("\\", "/")).name)
    text = "".join(char for char in text if char.isprintable() and char not in '<>:"|?*/').strip(". ")
    stem, dot, suffix = text.rpartition(".")
    return f"{stem[:180]}{dot}{suffix[:16]}" if stem else (text[:190] or "file")


def _measure(stream: IO[bytes]) -> tuple[int, str]:
    digest = sha256()
    size = 0
    stream.seek(0)
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
        if size > settings.ARTIFACT_MAX_BYTES:
            limit = settings.ARTIFACT_MAX_BYTES // (1024 * 1024)
            raise TooLarge(f"The file is larger than {limit} MB.")
    stream.seek(0)
    if size == 0:
        raise Invalid("The file is empty.", code="empty_file")
    return size, digest.hexdigest()


def _storage_key(pk: UUID, name: str, kind: str, origin: str) -> str:
    folder = "uploads" if origin == Origin.UPLOADED else FOLDERS.get(Kind(kind), "documents")
    safe = _fitting(re.sub(r"[^\w.-]+", "_", clean_name(name)))
    return f"{timezone.now():%Y-%m-%d}/{folder}/{pk}/{safe}"


def _fitting(name: str) -> str:
    """The end of a name that file systems and buckets take: letters of any script, 120 bytes of them."""
    return name.encode()[-120:].decode(errors="ignore")


def _recent_keys() -> list[str]:
    now = timezone.now()
    days = [f"{now - timedelta(days=back):%Y-%m-%d}" for back in (0, 1)]
    return [key for day in days for key in _walk(day)]


def _walk(folder: str) -> list[str]:
    try:
        folders, files = storage().listdir(folder)
    except FileNotFoundError:
        return []
    found = [f"{folder}/{name}" for name in files]
    for name in folders:
        found.extend(_walk(f"{folder}/{name}"))
    return found


def _is_orphan(key: str) -> bool:
    if timezone.now() - storage().get_modified_time(key) < ORPHAN_AFTER:
        return False
    folder = key.rpartition("/")[0]
    return not Artifact.objects.filter(storage_key__startswith=f"{folder}/").exists()
