"""The way out: connections that go to checked addresses only, and end when their time is over."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any

import httpcore
import httpx

from apps.perception.web.addresses import checked_addresses
from apps.perception.web.errors import timed_out

#: A name with many addresses is not tried at all of them.
TRIED = 3


def _nothing() -> None:
    """Nobody wants to stop us."""


class Deadline:
    """A moment after which nothing is waited for; `check` raises when somebody wants us to stop earlier."""

    def __init__(self, seconds: float, check: Callable[[], None] = _nothing) -> None:
        self._end = time.monotonic() + seconds
        self._check = check

    def remaining(self, host: str, most: float | None = None) -> float:
        """Seconds left, at most `most`. Raises `PageError` when there are none."""
        self._check()
        left = self._end - time.monotonic()
        if left <= 0:
            raise timed_out(host)
        return left if most is None else min(left, most)

    def within(self, seconds: float) -> Deadline:
        """A deadline for a part of the work: so many seconds from now, but not after this one."""
        return Deadline(min(seconds, self._end - time.monotonic()), self._check)


class GuardedBackend(httpcore.NetworkBackend):
    """Opens connections. A host name is looked up once, here, and the address that was checked is used: what
    its name server says a moment later (rebinding) changes nothing.
    """

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first of the checked addresses that answers."""
        left = self._deadline.remaining(host, timeout)
        addresses = checked_addresses(host, port, timeout=left)[:TRIED]
        for number, address in enumerate(addresses, start=1):
            try:
                stream = self._sockets.connect_tcp(
                    address,
                    port,
                    timeout=self._deadline.remaining(host, timeout),
                    local_address=local_address,
                    socket_options=socket_options,
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if number == len(addresses):
                    raise
            else:
                return TimedStream(stream, self._deadline, host)
        raise httpcore.ConnectError(f"{host} has no address")


class TimedStream(httpcore.NetworkStream):
    """A connection on which each wait ends with the deadline, so that a server that sends a byte a second
    does not hold us for an hour.
    """

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline, host: str) -> None:
        self._stream = stream
        self._deadline = deadline
        self._host = host

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """As the inner stream, within the deadline."""
        return self._stream.read(max_bytes, self._deadline.remaining(self._host, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """As the inner stream, within the deadline."""
        self._stream.write(buffer, self._deadline.remaining(self._host, timeout))

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Encrypt; the certificate must be the one of the host's name, not of the address."""
        left = self._deadline.remaining(self._host, timeout)
        return TimedStream(
            self._stream.start_tls(ssl_context, server_hostname, left), self._deadline, self._host
        )

    def get_extra_info(self, info: str) -> Any:
        """Facts about the inner stream."""
        return self._stream.get_extra_info(info)


class _Body(httpx.SyncByteStream):
    def __init__(self, parts: Any) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[bytes]:
        yield from self._parts

    def close(self) -> None:
        self._parts.close()


class GuardedTransport(httpx.BaseTransport):
    """Requests over guarded connections, one after the other; proxies of the environment are not used."""

    def __init__(self, deadline: Deadline) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=_tls(), max_connections=2, retries=0, network_backend=GuardedBackend(deadline)
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send it and give the answer with its body still to be read, packed as it came."""
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        asked = httpcore.Request(
            request.method,
            url,
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        answer = self._pool.handle_request(asked)
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer.stream), extensions=answer.extensions
        )

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)
