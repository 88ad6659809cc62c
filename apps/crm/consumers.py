"""The socket of the board: tells that a lead changed, so that the page reads it again with its own rights."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import structlog
from django.conf import settings
from redis.exceptions import RedisError

from apps.accounts.sessions import user_of_session
from apps.core.sockets import IDLE, NOT_ALLOWED, NOT_AUTHENTICATED, TOO_MANY, JsonSocket, in_database
from apps.crm.live import ALL_LEADS, group_of

log = structlog.get_logger(__name__)

RECHECK = 60.0
"""Seconds between two looks at session and rights."""
IDLE_AFTER = 300.0
"""Seconds of silence after which the socket is closed; the page sends a ping every 25."""
FRAMES = 120
"""How many frames a client may send between two looks."""


class LeadConsumer(JsonSocket):
    """Hears of all leads, or of the user's own; a web session opens it.

    Says `{"type": "ready"}` when it hears, `{"type": "lead.changed", "change", "lead_id"}`, and `pong`.
    Closes with 4401 (signed out), 4403 (no right), 4408 (silent) or 4429 (too many frames).
    """

    async def connect(self) -> None:
        """Accept, look who it is, and listen."""
        self.group = ""
        self._heard_at = time.monotonic()
        self._frames = 0
        await self.accept()
        if await self._admit():
            await self.say({"type": "ready"})
        self._checking = asyncio.create_task(self._check())

    async def disconnect(self, code: int) -> None:  # noqa: ARG002
        """Listen no more."""
        self._checking.cancel()
        try:
            await self._listen_to("")
        except (RedisError, OSError) as error:
            log.warning("board_socket.not_left", error=repr(error))

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:  # noqa: ARG002
        """A sign of life; there is nothing else to say to this socket."""
        self._heard_at = time.monotonic()
        self._frames += 1
        if self._frames > FRAMES:
            await self.leave(TOO_MANY)
        else:
            await self.say({"type": "pong"})

    async def lead_changed(self, message: dict[str, Any]) -> None:
        """From the channel layer: only the id of the lead and what happened."""
        await self.say({"type": "lead.changed", "change": message["change"], "lead_id": message["lead_id"]})

    async def _check(self) -> None:
        """Rights can be taken away while a page is open, and a page can be left behind."""
        while not self.closed:
            await asyncio.sleep(RECHECK)
            self._frames = 0
            if time.monotonic() - self._heard_at > IDLE_AFTER:
                await self.leave(IDLE)
                return
            try:
                await self._admit()
            except Exception as error:
                log.warning("board_socket.not_checked", error=repr(error))

    async def _admit(self) -> bool:
        """Listen to what the user may see now, or send the user away."""
        group = await _group_of_session(self.scope["cookies"].get(settings.SESSION_COOKIE_NAME, ""))
        if group is None:
            await self.leave(NOT_AUTHENTICATED)
        elif not group:
            await self.leave(NOT_ALLOWED)
        else:
            await self._listen_to(group)
        return not self.closed

    async def _listen_to(self, group: str) -> None:
        if group == self.group:
            return
        if self.group:
            await self.channel_layer.group_discard(self.group, self.channel_name)
        self.group = group
        if group:
            await self.channel_layer.group_add(group, self.channel_name)


@in_database
def _group_of_session(key: str) -> str | None:
    """What the signed-in user may hear of ("" without the right); None for a stranger."""
    user = user_of_session(key) if key else None
    if user is None:
        return None
    if user.has_perm("crm.view_all_leads"):
        return ALL_LEADS
    return group_of(user.pk) if user.has_perm("crm.view_lead") else ""
