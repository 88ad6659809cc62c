"""The same turns through the platform: a row, a ring, a worker, an event on the channel layer."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any
from uuid import UUID

from channels.layers import get_channel_layer
from django.db import connection

from apps.accounts.models import User
from apps.assistant.publishing import group_name
from apps.assistant.services import start_run
from apps.conversations.models import Conversation
from benchmarks.direct import QUESTION

PATIENCE = 60.0
ENDS = {"run.completed", "run.failed", "run.cancelled"}


class Audience:
    """Watches conversations as a socket does: through the channel layer, in one event loop."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True, name="audience").start()

    def watch(self, conversation_id: UUID, heard: Callable[[dict[str, Any], float], None]) -> None:
        """Call `heard(event, moment)` for every event of the conversation from now on."""
        subscribed: Future[None] = Future()
        asyncio.run_coroutine_threadsafe(self._watch(conversation_id, heard, subscribed), self._loop)
        subscribed.result(timeout=PATIENCE)

    async def _watch(
        self, conversation_id: UUID, heard: Callable[[dict[str, Any], float], None], subscribed: Future[None]
    ) -> None:
        layer: Any = get_channel_layer()
        channel = await layer.new_channel()
        await layer.group_add(group_name(conversation_id), channel)
        subscribed.set_result(None)
        while True:
            message = await layer.receive(channel)
            heard(message["event"], time.perf_counter())


class Seat:
    """One person in one conversation, who asks again as soon as the answer is there."""

    def __init__(self, user: User, audience: Audience) -> None:
        self._user = user
        self._first: float | None = None
        self._outcome = ""
        self._ended = threading.Event()
        self._conversation = self._open()
        audience.watch(self._conversation.pk, self._hear)

    def ask(self) -> float:
        """Take one turn; returns the seconds from the question to its first text."""
        self._first, self._outcome = None, ""
        self._ended.clear()
        began = time.perf_counter()
        start_run(user=self._user, body=QUESTION, conversation=self._conversation, agent="sales")
        connection.close()
        if not self._ended.wait(PATIENCE) or self._first is None:
            raise RuntimeError(f"The platform did not answer: {self._outcome or 'no event in time'}.")
        return self._first - began

    def _open(self) -> Conversation:
        run = start_run(user=self._user, body="Good morning.", agent="sales", ring=False)
        run.delete()
        return run.conversation

    def _hear(self, event: dict[str, Any], moment: float) -> None:
        if event["type"] == "text.delta" and self._first is None:
            self._first = moment
        if event["type"] in ENDS:
            self._outcome = f"{event['type']} {event.get('detail', '')}".strip()
            self._ended.set()
