"""Who may write: runs are claimed under a lease, and a late writer with an old lease is refused."""

from __future__ import annotations

import os
import socket
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.assistant.choices import RunStatus
from apps.assistant.errors import LeaseLost, LimitReached, RunCancelled
from apps.assistant.models import Run
from apps.core.db import release_connection

log = structlog.get_logger(__name__)

POLL_SECONDS = 0.25
CLAIMABLE = (RunStatus.QUEUED, RunStatus.RUNNING)


@dataclass
class Lease:
    """A claim on a run. `check` raises as soon as the run should stop in this worker."""

    run_id: UUID
    epoch: int
    deadline: float = field(default_factory=lambda: time.monotonic() + settings.ASSISTANT["MAX_SECONDS"])
    cancelled: bool = False
    lost: bool = False
    renewed: bool = True

    def check(self) -> None:
        """Raise `LeaseLost`, `RunCancelled` or `LimitReached`; cheap, call it often."""
        if self.lost:
            raise LeaseLost(self.run_id)
        if self.cancelled:
            raise RunCancelled(self.run_id)
        if time.monotonic() > self.deadline:
            seconds = settings.ASSISTANT["MAX_SECONDS"]
            raise LimitReached(f"This took longer than {seconds} seconds, so I stopped.")

    def fence(self) -> Run:
        """Lock the run row inside the caller's transaction; raise when the claim is no longer ours."""
        run = (
            Run.objects.select_for_update(of=("self",), no_key=True)
            .filter(pk=self.run_id, lease_epoch=self.epoch, status=RunStatus.RUNNING)
            .first()
        )
        if run is None:
            raise LeaseLost(self.run_id)
        if run.cancel_requested:
            raise RunCancelled(self.run_id)
        return run


def worker_name() -> str:
    """Host, process and thread, for the row."""
    return f"{socket.gethostname()}:{os.getpid()}:{threading.current_thread().name}"[:120]


def lease_until() -> datetime:
    """The moment until which a lease taken now holds."""
    return timezone.now() + timedelta(seconds=settings.ASSISTANT["LEASE_SECONDS"])


def claim(run_id: UUID) -> tuple[Run, Lease] | None:
    """Take the run, or None when it is finished, held by another, or not yet its turn.

    Runs of one conversation go one after the other: a question that follows up on an answer must see it.
    One statement decides, so of two claims at the same time one finds the row changed.
    """
    now = timezone.now()
    earlier = Run.objects.filter(
        conversation=OuterRef("conversation"), status__in=CLAIMABLE, created_at__lt=OuterRef("created_at")
    )
    free = Q(status=RunStatus.QUEUED) | Q(status=RunStatus.RUNNING, lease_expires_at__isnull=True)
    free |= Q(status=RunStatus.RUNNING, lease_expires_at__lt=now)
    claimed = Run.objects.filter(free, ~Exists(earlier), pk=run_id).update(
        status=RunStatus.RUNNING,
        lease_epoch=F("lease_epoch") + 1,
        lease_expires_at=lease_until(),
        worker=worker_name(),
        started_at=Coalesce("started_at", Value(now)),
        updated_at=now,
    )
    if not claimed:
        return None
    run = load_run(run_id)
    return run, Lease(run.pk, run.lease_epoch, cancelled=run.cancel_requested)


def load_run(run_id: UUID) -> Run:
    """The run with what its execution needs."""
    return Run.objects.select_related("user__department", "conversation", "message").get(pk=run_id)


class LeaseKeeper:
    """One thread per process that renews the leases of all its runs and notices cancellations."""

    def __init__(self) -> None:
        self._leases: dict[UUID, Lease] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()

    def hold(self, lease: Lease, *, renew: bool = True) -> None:
        """Start watching, and renewing unless another process does that."""
        lease.renewed = renew
        with self._lock:
            self._leases[lease.run_id] = lease
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._keep, name="lease-keeper", daemon=True)
                self._thread.start()
        self._wake.set()

    def release(self, lease: Lease) -> None:
        """Stop renewing."""
        with self._lock:
            self._leases.pop(lease.run_id, None)

    def _keep(self) -> None:
        renewed = time.monotonic()
        while True:
            self._wake.wait()
            with self._lock:
                held = dict(self._leases)
                if not held:
                    self._wake.clear()
                    continue
            try:
                self._notice(held)
                if time.monotonic() - renewed > settings.ASSISTANT["LEASE_SECONDS"] / 3:
                    renewed = time.monotonic()
                    self._renew(held)
            except Exception as error:
                log.warning("leases.not_renewed", error=repr(error))
            finally:
                release_connection()
            time.sleep(POLL_SECONDS)

    def _notice(self, held: dict[UUID, Lease]) -> None:
        rows = Run.objects.filter(pk__in=held).values_list("pk", "lease_epoch", "status", "cancel_requested")
        for pk, epoch, status, cancel in rows:
            lease = held[pk]
            lease.cancelled = lease.cancelled or cancel
            lease.lost = lease.lost or epoch != lease.epoch or status != RunStatus.RUNNING

    def _renew(self, held: dict[UUID, Lease]) -> None:
        for lease in (lease for lease in held.values() if lease.renewed):
            # Not of a run that has been parked or ended since: it holds nothing any more.
            Run.objects.filter(pk=lease.run_id, lease_epoch=lease.epoch, status=RunStatus.RUNNING).update(
                lease_expires_at=lease_until()
            )


keeper = LeaseKeeper()
