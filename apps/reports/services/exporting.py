"""Files that take a moment: asked for now, made by the worker for heavy work, kept once.

PostgreSQL is the record and Celery the doorbell. A worker claims an export in one statement and holds it by
a lease that it renews; `attempts` is the fence behind which it keeps the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit import services as audit
from apps.audit.choices import Source
from apps.audit.context import acting
from apps.core.db import release_connection, returned_afterwards
from apps.core.errors import DomainError, Invalid
from apps.notifications.choices import NoticeKind
from apps.notifications.services import notify
from apps.reports.asking import parse_filters
from apps.reports.choices import UNFINISHED, ExportStatus, Format
from apps.reports.models import ReportExport
from apps.reports.selectors import answer, find_report
from apps.reports.services.rendering import Rendered, render_bytes, store

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.reports.answers import Answer

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 3
LEASE = timedelta(seconds=30)
RENEW_SECONDS = 8.0
#: A ring may be lost; one that is younger is most likely still on its way.
RING_AGAIN_AFTER = timedelta(seconds=10)
SWEEP_LIMIT = 100


class ExportLost(Exception):
    """Another worker has taken the export over."""


@transaction.atomic
def request_export(
    *,
    user: User,
    key: str,
    format: str,  # noqa: A002 - what callers and the API call it
    filters: Mapping[str, Any],
    dataset: str = "",
) -> ReportExport:
    """Ask for a file. Raises `NotFound`, or `Invalid` for filters or a format that are wrong."""
    report = find_report(key, user)
    asked = parse_filters(report.filters, filters, user).model_dump(mode="json", exclude_defaults=True)
    if format not in Format.values:
        raise Invalid(
            _("Choose one of the formats %(formats)s.") % {"formats": ", ".join(Format.values)},
            errors={"format": [_("There is no such format.")]},
        )
    export = ReportExport.objects.create(
        user=user,
        report=key,
        title=str(report.title)[:200],
        filters=asked,
        format=format,
        dataset=dataset[:80],
    )
    audit.record(action="reports.export.requested", obj=export, actor=user, details={"filters": asked})
    transaction.on_commit(lambda: _ring(export.pk))
    return export


def perform_export(export_id: UUID, *, now: datetime | None = None) -> bool:
    """Make the file, unless it is made or somebody else makes it; whether this call kept one.

    Rights are those of the moment: whoever may no longer read the report gets no file.
    """
    export = _claim(export_id, now or timezone.now())
    if export is None:
        return False
    with acting(actor=export.user, source=Source.SYSTEM), _renewed(export):
        try:
            return _keep(export, *_rendered(export))
        except ExportLost:
            return False
        except DomainError as error:
            _fail(export, error.detail)
        except Exception:
            log.exception("export.crashed", export_id=str(export.pk), report=export.report)
            _fail(export, _("Something went wrong on our side. It has been logged."))
    return False


def sweep(*, now: datetime | None = None) -> int:
    """Ring for exports nobody rang for or whose worker died; give up on those tried too often."""
    moment = now or timezone.now()
    waiting = ReportExport.objects.claimable(moment).filter(updated_at__lt=moment - RING_AGAIN_AFTER)
    for export in waiting.filter(attempts__gte=MAX_ATTEMPTS).select_related("user")[:SWEEP_LIMIT]:
        _fail(export, _("The file could not be made: the work was cut off each time. Ask for fewer days."))
    rung = list(waiting.filter(attempts__lt=MAX_ATTEMPTS).values_list("pk", flat=True)[:SWEEP_LIMIT])
    for pk in rung:
        _ring(pk)
    return len(rung)


def _ring(export_id: UUID) -> None:
    # The task calls this module.
    from apps.reports.tasks import make_export

    make_export.delay(str(export_id))


def _claim(export_id: UUID, now: datetime) -> ReportExport | None:
    claimed = (
        ReportExport.objects.claimable(now)
        .filter(pk=export_id, attempts__lt=MAX_ATTEMPTS)
        .update(
            status=ExportStatus.RUNNING,
            attempts=F("attempts") + 1,
            lease_expires_at=now + LEASE,
            started_at=Coalesce("started_at", Value(now)),
            updated_at=now,
        )
    )
    if not claimed:
        return None
    return ReportExport.objects.select_related("user__department").get(pk=export_id)


def _ours(export: ReportExport) -> Any:
    return ReportExport.objects.filter(pk=export.pk, attempts=export.attempts, status=ExportStatus.RUNNING)


def _rendered(export: ReportExport) -> tuple[Answer, Rendered]:
    def progress(text: str) -> None:
        if not _ours(export).update(progress=text[:200], updated_at=timezone.now()):
            raise ExportLost

    progress(_("Computing the figures …"))
    found = answer(
        key=export.report, user=export.user, filters=export.filters, now=export.created_at, progress=progress
    )
    return found, render_bytes(found, export.format, dataset=export.dataset, progress=progress)


def _keep(export: ReportExport, found: Answer, rendered: Rendered) -> bool:
    """File, status and notice in one transaction, behind the fence."""
    with transaction.atomic():
        if not _ours(export).select_for_update().exists():
            return False
        artifact = store(found, rendered, export.format, dataset=export.dataset)
        _ours(export).update(
            status=ExportStatus.DONE,
            artifact=artifact,
            progress="",
            finished_at=timezone.now(),
            updated_at=timezone.now(),
            lease_expires_at=None,
        )
        _announce(export, _("%(report)s is ready"))
    return True


def _fail(export: ReportExport, sentence: str) -> None:
    """Behind the fence, too; whoever waits is told."""
    now = timezone.now()
    still_open = ReportExport.objects.filter(pk=export.pk, attempts=export.attempts, status__in=UNFINISHED)
    with transaction.atomic():
        failed = still_open.update(
            status=ExportStatus.FAILED,
            error=sentence[:500],
            progress="",
            finished_at=now,
            updated_at=now,
            lease_expires_at=None,
        )
        if failed:
            _announce(export, _("%(report)s could not be made"))


def _announce(export: ReportExport, title: str) -> None:
    notify(
        recipient=export.user,
        kind=NoticeKind.REPORT,
        title=title % {"report": export},
        key=f"report-export:{export.pk}",
        url=reverse("admin:reports_reportexport_change", args=[export.pk]),
    )


@contextmanager
def _renewed(export: ReportExport) -> Iterator[None]:
    """Hold the lease for as long as the block works; a killed process stops renewing with it."""
    done = Event()

    def renew() -> None:
        with returned_afterwards():
            while not done.wait(RENEW_SECONDS):
                _ours(export).update(lease_expires_at=timezone.now() + LEASE)
                release_connection()

    thread = Thread(target=renew, name="export-lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
