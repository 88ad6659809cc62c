"""The part of a socket that knows who is at the other end, how much they may say, and when to hang up."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import structlog
from django.conf import settings

from apps.chat import subscriptions
from apps.chat.credentials import Credential, NotAuthenticated, door_of
from apps.chat.limits import Allowances
from apps.core.errors import Forbidden
from apps.core.sockets import IDLE, NOT_ALLOWED, NOT_AUTHENTICATED, JsonSocket

log = structlog.get_logger(__name__)

AUTH_WITHIN = 10.0
"""Seconds in which a socket without a web session has to authenticate."""
IDLE_AFTER = 3600.0
RECHECK = 30.0
"""Seconds between two looks at the credentials."""


class PersonalSocket(JsonSocket):
    """A socket that belongs to a user, or is closed."""

    async def connect(self) -> None:
        """Accept, and greet a web session at once; others have ten seconds to authenticate."""
        self.credential: Credential | None = None
        self.user: dict[str, Any] = {}
        self.allowances = Allowances()
        self.door = door_of(self.scope)
        self._heard_at = self._checked_at = time.monotonic()
        self._expiry: asyncio.TimerHandle | None = None
        await self.accept()
        session_key = self.scope["cookies"].get(settings.SESSION_COOKIE_NAME)
        if session_key is not None:
            await self.enter(Credential(session_key=session_key or "-"))
        else:
            self._leave_after(AUTH_WITHIN, IDLE)

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        """The client has gone, or has been sent away."""
        self._cancel_expiry()
        await super().websocket_disconnect(message)

    async def enter(self, credential: Credential) -> None:
        """Greet, or send away. A later token of the same user takes the place of the first."""
        user = await self._admitted(credential)
        if user is None:
            return
        if self.user and self.user["id"] != user["id"]:
            await self.leave(NOT_ALLOWED)
            return
        self.credential, self.user = credential, user
        self._cancel_expiry()
        if credential.expires_at is not None:
            self._leave_after(max(credential.expires_at - time.time(), 0), NOT_AUTHENTICATED)
        await self.say({"type": "ready", "user": user})

    async def check(self) -> bool:
        """Hang up on a socket that has been silent for an hour or whose user is not welcome any more.

        Returns whether the credentials were looked at, which happens every `RECHECK` seconds.
        """
        now = time.monotonic()
        if now - self._heard_at > IDLE_AFTER:
            await self.leave(IDLE)
        if self.closed or self.credential is None or now - self._checked_at < RECHECK:
            return False
        self._checked_at = now
        await self._admitted(self.credential)
        return True

    def touch(self) -> None:
        """The client has said something sensible."""
        self._heard_at = time.monotonic()

    async def leave(self, code: int) -> None:
        """Close; nothing is said or heard after it."""
        self._cancel_expiry()
        await super().leave(code)

    async def _admitted(self, credential: Credential) -> dict[str, Any] | None:
        try:
            return await subscriptions.enter(credential)
        except NotAuthenticated:
            await self.leave(NOT_AUTHENTICATED)
        except Forbidden:
            await self.leave(NOT_ALLOWED)
        return None

    def _leave_after(self, seconds: float, code: int) -> None:
        loop = asyncio.get_running_loop()
        self._expiry = loop.call_later(seconds, lambda: loop.create_task(self.leave(code)))

    def _cancel_expiry(self) -> None:
        if self._expiry is not None:
            self._expiry.cancel()
            self._expiry = None
