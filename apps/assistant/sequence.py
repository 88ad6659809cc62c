"""Numbers for the events of a conversation: strictly rising, whichever process asks, whatever dies.

Redis counts; PostgreSQL holds a ceiling above every number given out. When Redis has forgotten (or fallen
behind, after a restart), counting goes on above the ceiling.
"""

from __future__ import annotations

from functools import cache
from uuid import UUID

import redis
import structlog
from django.conf import settings

from apps.conversations.services import take_event_numbers

log = structlog.get_logger(__name__)

BLOCK = 1000
KEEP_SECONDS = 24 * 3600


@cache
def redis_client() -> redis.Redis:
    """One connection pool per process, with time-outs: a signal is not worth waiting for."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)


class EventCounter:
    """Gives the next number of one conversation. `last` is the highest known to have been used."""

    def __init__(self, conversation_id: UUID, last: int) -> None:
        self.conversation_id = conversation_id
        self.last = last
        self._ceiling = 0
        self._key = f"mezzofy:seq:{conversation_id.hex}"

    def next(self) -> int:
        """A number above every earlier one of this conversation."""
        try:
            number = self._count()
        except redis.RedisError as error:
            log.warning("events.redis_unavailable", error=str(error))
            number = take_event_numbers(conversation_id=self.conversation_id, count=BLOCK)
        self.last = number
        return number

    def _count(self) -> int:
        number = redis_client().incr(self._key)
        if number == 1 or number <= self.last:
            return self._start_over()
        if number >= self._ceiling:
            self._raise_ceiling(number)
        return number

    def _raise_ceiling(self, number: int) -> None:
        """Before a number is used, PostgreSQL knows of a higher one."""
        self._ceiling = take_event_numbers(conversation_id=self.conversation_id, count=0)
        if number >= self._ceiling:
            missing = number - self._ceiling + BLOCK
            self._ceiling = take_event_numbers(conversation_id=self.conversation_id, count=missing)

    def _start_over(self) -> int:
        """Above the ceiling, so above all that any process may have used."""
        self._ceiling = take_event_numbers(conversation_id=self.conversation_id, count=BLOCK)
        number = max(self._ceiling - BLOCK + 1, self.last + 1)
        redis_client().set(self._key, number, ex=KEEP_SECONDS)
        return number
