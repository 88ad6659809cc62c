"""Files that people put into the knowledge base: add, renew, share, forget, index."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone

from apps.accounts.models import Department, User
from apps.artifacts.choices import Kind
from apps.artifacts.models import Artifact
from apps.audit import services as audit
from apps.core.db import release_connection
from apps.core.errors import DomainError, Forbidden, Invalid, NotFound
from apps.core.ids import uuid7
from apps.knowledge.choices import Audience, DocumentKind, IndexStatus, Origin
from apps.knowledge.loading import uploads
from apps.knowledge.models import Document
from apps.knowledge.services.indexing import embed_pending, lock_index, write_passages

log = structlog.get_logger(__name__)

READABLE = {Kind.PDF, Kind.DOCX, Kind.PPTX, Kind.MARKDOWN, Kind.TEXT, Kind.XLSX, Kind.CSV}
#: A document that nobody took up for so long is taken up by the sweep.
FORGOTTEN_AFTER = timedelta(minutes=2)


@transaction.atomic
def remember(
    *,
    actor: User,
    artifact: Artifact,
    title: str = "",
    audience: str = Audience.PRIVATE,
    departments: Sequence[str] = (),
) -> Document:
    """Put a file into the knowledge base; it is read in the background. The same file twice is one document.

    Raises `Forbidden`, `NotFound` for a file that the actor may not see, `Invalid` for one without text.
    """
    if not actor.has_perm("knowledge.add_document"):
        raise Forbidden("You may not add documents to the knowledge base.")
    _check_file(actor, artifact)
    chosen = _departments(audience, departments)
    # Of two who add it at once, the second finds the document of the first.
    Artifact.objects.select_for_update(no_key=True).get(pk=artifact.pk)
    document = Document.objects.filter(origin=Origin.UPLOAD, owner=actor, artifact=artifact).first()
    if document is not None:
        return share(actor=actor, document=document, audience=audience, departments=chosen)
    pk = uuid7()
    document = Document.objects.create(
        pk=pk,
        path=f"upload/{pk}",
        title=(title.strip() or artifact.name)[:200],
        kind=DocumentKind.UPLOAD,
        origin=Origin.UPLOAD,
        artifact=artifact,
        owner=actor,
        audience=audience,
        departments=chosen,
        status=IndexStatus.QUEUED,
    )
    audit.record(action="knowledge.document.added", obj=document, details={"artifact": str(artifact.pk)})
    _ring(document)
    return document


@transaction.atomic
def renew(*, actor: User, document: Document, artifact: Artifact) -> Document:
    """A new version of the file. Its passages replace the old ones; what stays keeps its citations."""
    current = _own(actor, document)
    _check_file(actor, artifact)
    current.artifact, current.status, current.problem = artifact, IndexStatus.QUEUED, ""
    current.save(update_fields=["artifact", "status", "problem", "updated_at"])
    audit.record(action="knowledge.document.renewed", obj=current, details={"artifact": str(artifact.pk)})
    _ring(current)
    return current


@transaction.atomic
def share(*, actor: User, document: Document, audience: str, departments: Sequence[str] = ()) -> Document:
    """Say who may read it. It counts from the next search on."""
    current = _own(actor, document)
    current.audience, current.departments = audience, _departments(audience, departments)
    current.save(update_fields=["audience", "departments", "updated_at"])
    audit.record(
        action="knowledge.document.shared",
        obj=current,
        details={"audience": audience, "departments": current.departments},
    )
    return current


@transaction.atomic
def forget(*, actor: User, document: Document) -> None:
    """Take a document out of the knowledge base, with its passages. The file stays."""
    current = _own(actor, document)
    audit.record(action="knowledge.document.forgotten", obj=current, details={"title": current.title})
    current.delete()


def index_upload(pk: UUID) -> None:
    """Read a queued document and write its passages; a reading that fails is said on the document.

    Safe to repeat and to run twice at once: the version that was read last is the one that is kept.
    """
    document = Document.objects.select_related("artifact").filter(pk=pk, status=IndexStatus.QUEUED).first()
    if document is None or document.artifact is None:
        return
    artifact = document.artifact
    try:
        found = uploads.sections(artifact, document.title)
    except DomainError as refusal:
        _fail(document, refusal.detail)
        return
    except Exception:
        # A library met a file that its authors did not think of. The owner shall know, and so shall we.
        log.exception("knowledge.upload_unreadable", document=str(pk))
        _fail(document, "The file could not be read. It may be damaged; please save it again.")
        return
    release_connection()
    with transaction.atomic():
        lock_index()
        current = Document.objects.select_for_update().filter(pk=pk, artifact=artifact).first()
        if current is None:
            return
        write_passages(current, found)
        current.status, current.problem = IndexStatus.INDEXED, ""
        current.sha256, current.indexed_at = artifact.sha256, timezone.now()
        current.save(update_fields=["status", "problem", "sha256", "indexed_at", "updated_at"])
        audit.record(action="knowledge.document.indexed", obj=current, details={"passages": len(found)})
    embed_pending()


def sweep() -> int:
    """Ring for documents whose ring was lost; returns how many."""
    waiting = Document.objects.filter(
        origin=Origin.UPLOAD, status=IndexStatus.QUEUED, updated_at__lt=timezone.now() - FORGOTTEN_AFTER
    )
    found = list(waiting[:100])
    for document in found:
        _ring(document)
    return len(found)


def _fail(document: Document, problem: str) -> None:
    """Passages of an earlier version stay: they were right when they were read."""
    Document.objects.filter(pk=document.pk, artifact=document.artifact_id).update(
        status=IndexStatus.FAILED, problem=problem[:500], updated_at=timezone.now()
    )


def _own(actor: User, document: Document) -> Document:
    """The row, locked. Only its owner may change it, and who may change every document. Raises."""
    current = (
        Document.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=document.pk).first()
    )
    if current is None:
        raise NotFound("There is no such document.")
    if not current.is_upload:
        raise Forbidden("Documents of the knowledge folder are changed in their files.")
    if current.owner_id != actor.pk and not actor.has_perm("knowledge.change_document"):
        raise Forbidden("Only the person who added this document may change it.")
    return current


def _check_file(actor: User, artifact: Artifact) -> None:
    if not Artifact.objects.visible_to(actor).filter(pk=artifact.pk).exists():
        raise NotFound("There is no such file.")
    if artifact.kind not in READABLE:
        raise Invalid(
            "Only PDF, Word, PowerPoint, Excel, Markdown and text files can be added.", code="unreadable_file"
        )


def _departments(audience: str, departments: Sequence[str]) -> list[str]:
    if audience not in Audience.values:
        raise Invalid("Who may read it: everybody, some departments, or only you?", code="unknown_audience")
    if audience != Audience.DEPARTMENTS:
        return []
    known = set(Department.objects.filter(pk__in=departments).values_list("pk", flat=True))
    if not known or known != set(departments):
        raise Invalid("Please name at least one department, each by its name.", code="unknown_department")
    return sorted(known)


def _ring(document: Document) -> None:
    from apps.knowledge.tasks import index_upload as task

    transaction.on_commit(lambda: task.delay(str(document.pk)), robust=True)
