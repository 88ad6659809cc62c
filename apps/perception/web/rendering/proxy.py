"""The browser's only way out: a proxy on loopback that connects to checked addresses.

The browser itself looks up no names and opens no connections elsewhere, so neither a script nor a name server
that changes its mind leads it to a private machine.
"""

from __future__ import annotations

import re
import select
import socket
import threading
from collections.abc import Callable
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Self

from apps.perception.web.addresses import checked_addresses, parse
from apps.perception.web.errors import PageError, private_address

MAX_HEAD = 64 * 1024
CHUNK = 64 * 1024
CONNECT_SECONDS = 8.0
SILENT_SECONDS = 15.0
_REQUEST = re.compile(
    rb"(?P<method>[A-Z]{3,10}) (?P<target>\S+) HTTP/1\.[01]\r\n(?P<headers>.*?\r\n\r\n)", re.DOTALL
)
_DROPPED = re.compile(rb"^(proxy-[\w-]*|connection|keep-alive)\s*:[^\r\n]*\r\n", re.IGNORECASE | re.MULTILINE)


class GuardProxy:
    """The running proxy. A context manager; `url` is for the browser, `refused` are hosts it may not reach.

    It serves what was admitted: a browser also calls its maker, which is none of our business. After `limit`
    bytes from the sites it gives nothing more.
    """

    def __init__(self, *, limit: int) -> None:
        self.refused: list[str] = []
        self._admitted: set[tuple[str, int]] = set()
        self._left = limit
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.proxy = self

    @property
    def url(self) -> str:
        """For the browser's settings."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def admit(self, url: str) -> None:
        """The page may ask the host of this address, if the host is public."""
        try:
            parsed = parse(url)
        except PageError:
            return
        self._admitted.add((parsed.host, parsed.port or (443 if parsed.scheme == "https" else 80)))

    def open(self, host: str, port: int) -> socket.socket:
        """A connection to one of the checked addresses of the host. Raises `PageError` or `OSError`."""
        try:
            url = parse(f"http://{f'[{host}]' if ':' in host else host}:{port}/")
            if (url.host, port) not in self._admitted:
                raise private_address(host)
            addresses = checked_addresses(url.host, port, timeout=CONNECT_SECONDS)
        except PageError:
            self.refused.append(host[:100])
            raise
        return socket.create_connection((addresses[0], port), timeout=CONNECT_SECONDS)

    def take(self, size: int) -> bool:
        """Whether so many bytes more may come in."""
        with self._lock:
            self._left -= size
            return self._left >= 0

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True, name="proxy").start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    proxy: GuardProxy


class _Handler(BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        client: socket.socket = self.request
        client.settimeout(SILENT_SECONDS)
        try:
            head, rest = _head(client)
            asked = _REQUEST.fullmatch(head)
            if asked is None:
                client.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            elif asked["method"] == b"CONNECT":
                self._tunnel(client, asked["target"].decode("ascii", "replace"), rest)
            else:
                self._forward(client, asked, rest)
        except PageError:
            _refuse(client)
        except (OSError, UnicodeError, ValueError):
            return

    def _tunnel(self, client: socket.socket, target: str, rest: bytes) -> None:
        host, _, port = target.rpartition(":")
        with self.server.proxy.open(host.strip("[]"), int(port)) as upstream:
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            upstream.sendall(rest)
            _relay(client, upstream, self.server.proxy.take)

    def _forward(self, client: socket.socket, asked: re.Match[bytes], rest: bytes) -> None:
        url = parse(asked["target"].decode("ascii", "replace"))
        if url.scheme != "http":
            return
        with self.server.proxy.open(url.host, url.port or 80) as upstream:
            headers = _DROPPED.sub(b"", asked["headers"])
            line = asked["method"] + b" " + url.raw_path + b" HTTP/1.1\r\nConnection: close\r\n"
            upstream.sendall(line + headers + rest)
            _relay(client, upstream, self.server.proxy.take)


def _head(client: socket.socket) -> tuple[bytes, bytes]:
    """The request up to its empty line, and what came behind it."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = client.recv(CHUNK)
        data += piece
        if not piece or len(data) > MAX_HEAD:
            raise ValueError
    head, _, rest = data.partition(b"\r\n\r\n")
    return head + b"\r\n\r\n", rest


def _relay(client: socket.socket, upstream: socket.socket, take: Callable[[int], bool]) -> None:
    """Carry bytes both ways until one side has nothing more to say."""
    pair = {client: upstream, upstream: client}
    while True:
        ready, _, _ = select.select(list(pair), [], [], SILENT_SECONDS)
        if not ready:
            return
        for source in ready:
            piece = source.recv(CHUNK)
            if not piece or (source is upstream and not take(len(piece))):
                return
            pair[source].sendall(piece)


def _refuse(client: socket.socket) -> None:
    try:
        client.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    except OSError:
        return
