"""What every socket of the house shares: how it closes, and how it asks the database."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from channels.consumer import get_handler_name
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.core.serializers.json import DjangoJSONEncoder

from apps.core.db import returned_afterwards

P = ParamSpec("P")
R = TypeVar("R")

NOT_AUTHENTICATED = 4401
NOT_ALLOWED = 4403
IDLE = 4408
TOO_MANY = 4429

THREADS = ThreadPoolExecutor(max_workers=6, thread_name_prefix="sockets")
"""Not the one thread that "thread-sensitive" calls of a process share: a slow query holds up nobody else."""


def in_database(function: Callable[P, R]) -> Callable[P, Awaitable[R]]:
    """The function as a coroutine; its database connection goes back to the pool when it is done."""

    def work(*args: P.args, **kwargs: P.kwargs) -> R:
        with returned_afterwards():
            return function(*args, **kwargs)

    return sync_to_async(work, thread_sensitive=False, executor=THREADS)


class JsonSocket(AsyncWebsocketConsumer):
    """A socket that says JSON until it is closed, by either side."""

    closed = False

    async def dispatch(self, message: dict[str, Any]) -> None:
        """As Channels does, without its walk through the one database thread before every message: there, a
        single slow query would hold up all sockets of the process. Database work cleans up after itself."""
        await getattr(self, get_handler_name(message))(message)

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        """The client has gone, or has been sent away."""
        self.closed = True
        await self.disconnect(message.get("code", 1000))
        raise StopConsumer

    async def say(self, frame: dict[str, Any]) -> None:
        """Send a frame, unless the socket is closed."""
        if not self.closed:
            await self.send(text_data=json.dumps(frame, cls=DjangoJSONEncoder, ensure_ascii=False))

    async def leave(self, code: int) -> None:
        """Close; nothing is said or heard after it."""
        if not self.closed:
            self.closed = True
            await self.close(code=code)


class NoSuchSocket(AsyncWebsocketConsumer):
    """Refuses the handshake: without it, a stranger's wrong address would be an error of ours in the log."""

    async def connect(self) -> None:
        """There is nothing here."""
        await self.close()
