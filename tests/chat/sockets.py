"""A client of the socket, on the whole ASGI application with the real channel layer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from channels.testing import WebsocketCommunicator
from django.db import connection
from django.test import Client
from rest_framework_simplejwt.tokens import RefreshToken

from apps.accounts.models import User
from apps.assistant.events import group_name

P = ParamSpec("P")
R = TypeVar("R")
Frame = dict[str, Any]

PATH = "/api/chat/ws"
SOON = 3.0
"""Seconds: how long a test waits for what must come."""
QUIET = 0.25
"""Seconds: how long nothing comes when nothing is to come."""


class Socket:
    """What a client does with a socket, in sentences."""

    def __init__(self, communicator: WebsocketCommunicator) -> None:
        self.communicator = communicator

    async def say(self, **frame: Any) -> None:
        """Send a JSON frame."""
        await self.communicator.send_json_to(frame)

    async def say_raw(self, data: str | bytes) -> None:
        """Send any frame."""
        if isinstance(data, str):
            await self.communicator.send_input({"type": "websocket.receive", "text": data})
        else:
            await self.communicator.send_input({"type": "websocket.receive", "bytes": data})

    async def hear(self, kind: str = "") -> Frame:
        """The next frame, of the type that is expected."""
        frame: Frame = await self.communicator.receive_json_from(SOON)
        assert not kind or frame["type"] == kind, frame
        return frame

    async def hear_all(self) -> list[Frame]:
        """Every frame until it gets quiet."""
        frames = []
        while not await self.communicator.receive_nothing(QUIET, 0.01):
            frames.append(await self.hear())
        return frames

    async def closed(self) -> int:
        """The code with which the server closes."""
        output = await self.communicator.receive_output(SOON)
        assert output["type"] == "websocket.close", output
        return int(output["code"])

    async def ask(self, **frame: Any) -> Frame:
        """Send a frame and hear the answer."""
        await self.say(**frame)
        return await self.hear()


@asynccontextmanager
async def opened(
    *, client: Client | None = None, headers: dict[str, str] | None = None
) -> AsyncIterator[Socket]:
    """A socket that has just been accepted, with the cookies of a signed-in browser or without."""
    from mezzofy.asgi import application

    head = {"host": "testserver", **(headers or {})}
    if client is not None:
        head["cookie"] = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    encoded = [(name.encode(), value.encode()) for name, value in head.items()]
    communicator = WebsocketCommunicator(application, PATH, headers=encoded)
    communicator.scope["client"] = ["127.0.0.1", 50000]
    accepted, _ = await communicator.connect(timeout=SOON)
    assert accepted
    try:
        yield Socket(communicator)
    finally:
        await communicator.disconnect(timeout=SOON)


@asynccontextmanager
async def entered(user: User) -> AsyncIterator[Socket]:
    """A socket that has authenticated with a token."""
    async with opened() as socket:
        ready = await socket.ask(type="auth", token=await in_thread(token_of)(user))
        assert ready["type"] == "ready", ready
        yield socket


def token_of(user: User) -> str:
    """A fresh access token."""
    return str(RefreshToken.for_user(user).access_token)


def in_thread(function: Callable[P, R]) -> Callable[P, Awaitable[R]]:
    """Database work of a test, beside the event loop."""

    def work(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        finally:
            connection.close()

    return sync_to_async(work, thread_sensitive=False)


async def publish(event: Frame) -> None:
    """What a worker's publisher does, finished when Redis has it."""
    from uuid import UUID

    layer: Any = get_channel_layer()
    await layer.group_send(group_name(UUID(event["session_id"])), {"type": "session.event", "event": event})


def play(scene: Coroutine[Any, Any, None]) -> None:
    """Run an asynchronous test; one that hangs fails."""

    async def limited() -> None:
        async with asyncio.timeout(30):
            await scene

    asyncio.run(limited())
