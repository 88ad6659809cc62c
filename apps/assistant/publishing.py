"""From worker threads to open sockets: one background event loop per process sends in order."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import structlog
from channels.layers import get_channel_layer

log = structlog.get_logger(__name__)

QUEUE_LIMIT = 10_000


def group_name(conversation_id: UUID) -> str:
    """The channel-layer group of everybody who watches a conversation."""
    return f"conversation.{conversation_id.hex}"


class Publisher:
    """Carries events to the channel layer; never blocks and never fails its caller.

    What is lost here (Redis away) is served from the database when a client asks for what it missed.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._queue: asyncio.Queue[tuple[str, dict[str, Any]]] | None = None
        self._listeners: dict[UUID, Callable[[dict[str, Any]], None]] = {}

    def listen(self, conversation_id: UUID, listener: Callable[[dict[str, Any]], None]) -> None:
        """Call `listener` with each event of a conversation that this process publishes."""
        self._listeners[conversation_id] = listener

    def publish(self, conversation_id: UUID, event: dict[str, Any]) -> None:
        """Send `event` to the group of the conversation, after all that was published before it."""
        if listener := self._listeners.get(conversation_id):
            listener(event)
        loop = self._running_loop()
        message = {"type": "session.event", "event": event}
        loop.call_soon_threadsafe(self._enqueue, group_name(conversation_id), message)

    def _enqueue(self, group: str, message: dict[str, Any]) -> None:
        if self._queue is not None and self._queue.qsize() < QUEUE_LIMIT:
            self._queue.put_nowait((group, message))

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                started = threading.Event()
                threading.Thread(target=self._serve, args=(started,), name="publisher", daemon=True).start()
                started.wait()
            assert self._loop is not None
            return self._loop

    def _serve(self, started: threading.Event) -> None:
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        self._queue = asyncio.Queue()
        self._loop = loop
        started.set()
        loop.run_until_complete(self._send_forever(self._queue))

    async def _send_forever(self, queue: asyncio.Queue[tuple[str, dict[str, Any]]]) -> None:
        layer: Any = get_channel_layer()
        while True:
            group, message = await queue.get()
            try:
                await asyncio.wait_for(layer.group_send(group, message), timeout=5)
            except Exception as error:
                log.warning("events.not_sent", error=repr(error))


publisher = Publisher()
