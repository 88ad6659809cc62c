"""One session as one socket sees it: every event once, in order, without a gap.

Signals from the channel layer are fast but may be lost, doubled or early; the database is complete but a
moment late. A feed lets a live event through only when the client has everything before it (`prev`), and
reads the rest from the database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any
from uuid import UUID

Event = dict[str, Any]
Read = Callable[[UUID, int], Awaitable[list[Event]]]
Send = Callable[[Event], Awaitable[None]]

HELD_AT_MOST = 1000
PATIENCE = 3.0
"""Seconds that an event waits for its predecessor; after that, whoever took that number has died with it."""


class Feed:
    """`served` is the number of the last event that the client has got.

    `active` says that a run may be at work, so that the database is to be looked at now and then: the one
    signal that was lost may have been the last.
    """

    def __init__(self, session_id: UUID, after: int, *, read: Read, send: Send) -> None:
        self.session_id = session_id
        self.served = after
        self.used_at = monotonic()
        self.active = True
        self._read = read
        self._send = send
        self._held: dict[int, Event] = {}
        self._held_since = 0.0
        self._lock = asyncio.Lock()

    @property
    def waiting(self) -> bool:
        """Whether an event is held back because one before it is missing."""
        return bool(self._held)

    @property
    def rank(self) -> tuple[bool, float]:
        """A socket with too many feeds lets go of the lowest: idle ones first, then the oldest."""
        return self.active, self.used_at

    async def rewind(self, after: int) -> None:
        """Start again after `after`: the client asked for what it missed."""
        async with self._lock:
            self.used_at = monotonic()
            self.served = after
            self._held.clear()
            await self._catch_up()

    async def live(self, event: Event) -> None:
        """An event from the channel layer."""
        async with self._lock:
            self.active = True
            if event["seq"] <= self.served:
                return
            self._hold(event)
            if event["prev"] > self.served:
                await self._catch_up()
            await self._release()

    async def catch_up(self) -> None:
        """Deliver what the database has and the client has not."""
        async with self._lock:
            await self._catch_up()
            await self._release()

    def _hold(self, event: Event) -> None:
        if not self._held:
            self._held_since = monotonic()
        if len(self._held) < HELD_AT_MOST:
            self._held[event["seq"]] = event

    async def _catch_up(self) -> None:
        while events := await self._read(self.session_id, self.served):
            for event in events:
                await self._deliver(event)

    async def _release(self) -> None:
        """Let go of what is next, or of everything when its predecessor will not come any more."""
        impatient = monotonic() - self._held_since > PATIENCE
        for seq in sorted(self._held):
            event = self._held[seq]
            if event["prev"] > self.served and seq > self.served and not impatient:
                return
            del self._held[seq]
            await self._deliver(event)

    async def _deliver(self, event: Event) -> None:
        if event["seq"] <= self.served:
            return
        self.served = event["seq"]
        await self._send(event)
