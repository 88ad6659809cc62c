"""The socket of the staff chat: carries frames, computes nothing (see docs/websocket.md)."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import structlog
from redis.exceptions import RedisError

from apps.assistant.events import group_name
from apps.chat import frames, subscriptions
from apps.chat.credentials import Credential, NotAuthenticated, from_token
from apps.chat.feeds import Event, Feed
from apps.chat.limits import Allowance
from apps.chat.sockets import PersonalSocket
from apps.core.errors import DomainError
from apps.core.sockets import NOT_AUTHENTICATED, TOO_MANY

log = structlog.get_logger(__name__)

TICK = 2.0
"""Seconds between two looks at the database while a run is at work."""
RETRY = 0.15
"""Seconds after which a feed with a gap is looked at again."""
MAX_SESSIONS = 20

NOT_AVAILABLE = {
    "speech": "Live speech is not available on this server yet.",
    "camera": "The live camera is not available on this server yet.",
}


class ChatConsumer(PersonalSocket):
    """One socket of one user; watches up to 20 sessions, the least recently opened idle one giving way."""

    async def connect(self) -> None:
        """Open, and start looking after what is due by the clock."""
        self.feeds: dict[UUID, Feed] = {}
        self._told: set[str] = set()
        self._gap = asyncio.Event()
        await super().connect()
        self._tending = asyncio.create_task(self._tend())

    async def disconnect(self, code: int) -> None:  # noqa: ARG002
        """Stop watching."""
        self._tending.cancel()
        for session_id in list(self.feeds):
            await self._unwatch(session_id)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """A frame of the client. A broken one is answered; many, or one before the log-in, end the socket."""
        if self.closed:
            return
        try:
            frame = frames.parse(text_data) if text_data else frames.parse_binary(bytes_data)
        except frames.BadFrame as error:
            await self._nonsense(error)
            return
        if self.credential is None and not isinstance(frame, frames.Auth):
            await self.leave(NOT_AUTHENTICATED)
        elif not self._allowance(frame).spend():
            await self.leave(TOO_MANY)
        else:
            self.touch()
            await self._handle(frame)

    async def session_event(self, message: dict[str, Any]) -> None:
        """An event from the channel layer."""
        event: Event = message["event"]
        feed = self.feeds.get(UUID(event["session_id"]))
        if feed is None or self.closed:
            return
        try:
            await feed.live(event)
        except Exception as error:
            log.warning("socket.not_caught_up", error=repr(error))
        if feed.waiting:
            self._gap.set()

    async def _handle(self, frame: frames.AnyFrame) -> None:
        try:
            match frame:
                case frames.Ping():
                    await self.say({"type": "pong"})
                case frames.Auth():
                    await self.enter(from_token(frame.token))
                case frames.ChatSend():
                    await self._chat_send(frame, self._held_credential())
                case frames.RunCancel():
                    await subscriptions.stop_run(self._held_credential(), self.door, frame.run_id)
                case frames.Resume():
                    await self._resume(frame, self._held_credential())
                case frames.Live():
                    await self._not_available(frame.type)
        except NotAuthenticated:
            await self.leave(NOT_AUTHENTICATED)
        except DomainError as error:
            await self._complain(error, frame)
        except Exception:
            log.exception("socket.frame_failed", frame=frame.type)
            sentence = "Something went wrong on our side. It has been logged."
            await self._complain(DomainError(sentence, code="internal_error"), frame)

    async def _chat_send(self, frame: frames.ChatSend, credential: Credential) -> None:
        opened = await subscriptions.open_turn(credential, self.door, frame)
        accepted = {
            "type": "accepted",
            "client_id": frame.client_id,
            "session_id": opened.session_id,
            "message_id": opened.message_id,
            "run_id": opened.run_id,
            "status": opened.status,
        }
        await self.say(accepted)
        feed = self.feeds.get(opened.session_id) or await self._watch(opened.session_id, opened.after)
        await feed.catch_up()

    async def _resume(self, frame: frames.Resume, credential: Credential) -> None:
        after = await subscriptions.open_session(credential, frame.session_id, frame.after)
        feed = self.feeds.get(frame.session_id) or await self._watch(frame.session_id, after)
        await feed.rewind(after)

    async def _watch(self, session_id: UUID, after: int) -> Feed:
        """Join the group of a session; the database is read after that, so nothing falls in between."""
        if len(self.feeds) >= MAX_SESSIONS:
            await self._unwatch(min(self.feeds, key=lambda known: self.feeds[known].rank))
        feed = Feed(session_id, after, read=subscriptions.events_after, send=self.say)
        self.feeds[session_id] = feed
        try:
            await self.channel_layer.group_add(group_name(session_id), self.channel_name)
        except (RedisError, OSError) as error:
            log.warning("socket.no_signals", error=repr(error))
        return feed

    async def _unwatch(self, session_id: UUID) -> None:
        del self.feeds[session_id]
        try:
            await self.channel_layer.group_discard(group_name(session_id), self.channel_name)
        except (RedisError, OSError) as error:
            log.warning("socket.no_signals", error=repr(error))

    async def _tend(self) -> None:
        while not self.closed:
            try:
                await self._pause()
                await self._look_after(all_feeds=await self.check())
            except Exception as error:
                log.warning("socket.not_tended", error=repr(error))

    async def _pause(self) -> None:
        """Until the next tick, or briefly when an event waits for its predecessor."""
        if not any(feed.waiting for feed in self.feeds.values()):
            try:
                await asyncio.wait_for(self._gap.wait(), TICK)
            except TimeoutError:
                return
        self._gap.clear()
        await asyncio.sleep(RETRY)

    async def _look_after(self, *, all_feeds: bool) -> None:
        """Redis may have lost the last signal of a run: the database knows."""
        feeds = [feed for feed in self.feeds.values() if all_feeds or feed.active]
        if not feeds or self.closed:
            return
        # Asked before the events are read: what a finished run said is then all there.
        at_work = await subscriptions.at_work([feed.session_id for feed in feeds])
        for feed in feeds:
            await feed.catch_up()
            feed.active = feed.waiting or feed.session_id in at_work

    async def _not_available(self, kind: str) -> None:
        """Said once for a stream of chunks, and whenever one is to be started."""
        family = kind.partition(".")[0]
        if kind in {"speech.start", "camera.capture"} or family not in self._told:
            self._told.add(family)
            detail = NOT_AVAILABLE[family]
            await self.say({"type": "error", "code": "not_available", "detail": detail, "re": kind})

    async def _nonsense(self, error: DomainError) -> None:
        if self.credential is None:
            await self.leave(NOT_AUTHENTICATED)
        elif not self.allowances.nonsense.spend():
            await self.leave(TOO_MANY)
        else:
            await self.say({"type": "error", "code": error.code, "detail": error.detail})

    async def _complain(self, error: DomainError, frame: frames.AnyFrame) -> None:
        """Say what was wrong with which frame."""
        named = {"client_id", "session_id", "run_id"}
        echo = frame.model_dump(mode="json", include=named, exclude_defaults=True)
        said = {"type": "error", "code": error.code, "detail": error.detail, "re": frame.type}
        await self.say(said | echo)

    def _held_credential(self) -> Credential:
        assert self.credential is not None
        return self.credential

    def _allowance(self, frame: frames.AnyFrame) -> Allowance:
        if isinstance(frame, frames.ChatSend):
            return self.allowances.turns
        return self.allowances.media if frame.type in frames.MEDIA else self.allowances.other
