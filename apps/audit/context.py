"""The ambient answer to "who is doing this": set once at the door, read wherever a change is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import TYPE_CHECKING

import structlog
from django.http import HttpRequest

from apps.audit.choices import Source
from apps.core.ids import uuid7

if TYPE_CHECKING:
    from apps.accounts.models import User


@dataclass(frozen=True)
class AuditContext:
    """Actor (None for the system), door, client address and the id that ties log lines and rows together."""

    actor: User | None = None
    source: str = Source.SYSTEM
    ip: str | None = None
    correlation_id: str = ""


_current: ContextVar[AuditContext] = ContextVar("audit_context", default=AuditContext())  # noqa: B039


def current() -> AuditContext:
    """The context in force."""
    return _current.get()


@contextmanager
def acting(
    *,
    actor: User | None = None,
    source: str = Source.SYSTEM,
    correlation_id: str = "",
    ip: str | None = None,
) -> Iterator[AuditContext]:
    """Everything recorded inside the block is `actor`'s, through `source`."""
    context = AuditContext(actor, source, ip, correlation_id or uuid7().hex)
    token = _current.set(context)
    try:
        with structlog.contextvars.bound_contextvars(correlation_id=context.correlation_id):
            yield context
    finally:
        _current.reset(token)


def set_actor(actor: User) -> None:
    """Name the actor of the running block, once authentication has found it."""
    _current.set(replace(_current.get(), actor=actor))


def client_ip(request: HttpRequest) -> str | None:
    """The peer's address. `X-Real-IP` is believed only from a proxy on this very machine."""
    peer = request.META.get("REMOTE_ADDR", "")
    candidate = request.headers.get("X-Real-IP", "") if peer in {"127.0.0.1", "::1", ""} else ""
    for text in (candidate, peer):
        try:
            return str(ip_address(text))
        except ValueError:
            continue
    return None
