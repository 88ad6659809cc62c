"""Not more than a site likes: one request after the other, over all processes, as far apart as it asks."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import lru_cache
from uuid import UUID

import redis
import structlog
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from apps.perception.web.errors import asked_to_wait, too_many_pages

log = structlog.get_logger(__name__)

SLOT = "web:slot:{host}"
COUNT = "web:pages:{run}"
DAY_SECONDS = 24 * 3600
LONGEST_HOLD = 3600.0
TICK = 0.2
#: Takes the next free moment of a host: gives the milliseconds until then, or minus them (and takes nothing)
#: when they are more than the caller is willing to wait.
_TAKE = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local start = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
if start - now > tonumber(ARGV[2]) then return now - start end
redis.call('SET', KEYS[1], start + ARGV[1], 'PX', start - now + ARGV[1] + 1000)
return start - now
"""
_PUT_OFF = """
local time = redis.call('TIME')
local from = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]
if from > tonumber(redis.call('GET', KEYS[1]) or '0') then
  redis.call('SET', KEYS[1], from, 'PX', ARGV[1] + 1000)
end
"""


def take_turn(host: str, *, pause: float, check: Callable[[], None]) -> None:
    """Wait until the next request to `host` may be sent, and take that turn.

    Raises `PageError` when that is further away than our patience; `check` may raise while we wait.
    """
    patience = float(settings.WEB["PATIENCE"])
    wait = _take(host, pause, patience)
    if wait < 0:
        raise asked_to_wait(host, -wait)
    until = time.monotonic() + wait
    while (left := until - time.monotonic()) > 0:
        check()
        time.sleep(min(left, TICK))


def put_off(host: str, *, seconds: float) -> None:
    """The site asked for a pause (Retry-After): nobody sends it anything until it is over."""
    held = min(max(seconds, 0.0), LONGEST_HOLD)
    try:
        _redis().eval(_PUT_OFF, 1, SLOT.format(host=host), str(int(held * 1000)))
    except redis.RedisError as error:
        log.warning("web.redis_unavailable", reason=str(error))
        _local.put_off(host, held)


def count_page(run_id: UUID | None) -> None:
    """One more page for this run. Raises `PageError` when it has read its share."""
    if run_id is None:
        return
    most = int(settings.WEB["PAGES_PER_RUN"])
    key = COUNT.format(run=run_id)
    try:
        with _redis().pipeline() as pipe:
            pipe.incr(key)
            pipe.expire(key, DAY_SECONDS)
            number = int(pipe.execute()[0])
    except redis.RedisError as error:
        log.warning("web.redis_unavailable", reason=str(error))
        number = _local.count(key)
    if number > most:
        raise too_many_pages(most)


def _take(host: str, pause: float, patience: float) -> float:
    """Seconds until our turn, or minus those seconds when that is too long."""
    try:
        given = _redis().eval(
            _TAKE, 1, SLOT.format(host=host), str(int(pause * 1000)), str(int(patience * 1000))
        )
        return int(given) / 1000
    except redis.RedisError as error:
        log.warning("web.redis_unavailable", reason=str(error))
        return _local.take(host, pause, patience)


class _Local:
    """The same within this process, for when Redis does not answer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._slots: dict[str, float] = {}
        self._counts: dict[str, int] = {}

    def take(self, host: str, pause: float, patience: float) -> float:
        with self._lock:
            now = time.monotonic()
            start = max(self._slots.get(host, 0.0), now)
            if start - now > patience:
                return now - start
            self._slots = {name: at for name, at in self._slots.items() if at > now}
            self._slots[host] = start + pause
            return start - now

    def put_off(self, host: str, seconds: float) -> None:
        with self._lock:
            self._slots[host] = max(self._slots.get(host, 0.0), time.monotonic() + seconds)

    def count(self, key: str) -> int:
        with self._lock:
            self._counts = dict(list(self._counts.items())[-1000:])
            self._counts[key] = self._counts.get(key, 0) + 1
            return self._counts[key]


_local = _Local()


@lru_cache(maxsize=1)
def _client(url: str) -> redis.Redis:
    # One try: whoever waits for Redis here keeps a person waiting, and there is another way.
    return redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2, retry=Retry(NoBackoff(), 0))


def _redis() -> redis.Redis:
    return _client(settings.REDIS_URL)
