"""A web site on loopback: pages as a test wants them, with everything that a hostile server may do."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Answer:
    """What is sent for a path. `act` takes over the whole answer and may misbehave."""

    body: bytes | str = ""
    status: int = 200
    content_type: str = HTML
    headers: Mapping[str, str] = field(default_factory=dict)
    act: Callable[[BaseHTTPRequestHandler], None] | None = None


@dataclass(frozen=True)
class Asked:
    """A request as it arrived; header names in lower case."""

    path: str
    headers: dict[str, str]


class Website:
    """The running site. A context manager; without a rule of its own every robots.txt is missing (404)."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer] = {}
        self.asked: list[Asked] = []
        self.stopping = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.site = self

    @property
    def port(self) -> int:
        return int(self._server.server_port)

    @property
    def origin(self) -> str:
        """`127.0.0.1:port`, as the list of allowed private addresses names it."""
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/") -> str:
        return f"http://{self.origin}{path}"

    def put(self, path: str, body: bytes | str = "", **options: Any) -> str:
        """Answer `path` with this; returns its address."""
        self.pages[path] = Answer(body, **options)
        return self.url(path)

    def put_json(self, path: str, value: Any) -> str:
        return self.put(path, json.dumps(value), content_type="application/json")

    def redirect(self, path: str, target: str, status: int = 302) -> str:
        return self.put(path, status=status, headers={"Location": target})

    def paths(self) -> list[str]:
        """What was asked for, besides robots.txt."""
        return [asked.path for asked in self.asked if asked.path != "/robots.txt"]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True, name="website").start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    site: Website

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is part of many tests."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        site = self.server.site
        site.asked.append(Asked(self.path, {name.lower(): value for name, value in self.headers.items()}))
        answer = site.pages.get(self.path.partition("?")[0]) or site.pages.get(self.path)
        if answer is None:
            answer = Answer("nothing here", status=404, content_type="text/plain")
        if answer.act is not None:
            self.close_connection = True
            answer.act(self)
            return
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        self.send_response(answer.status)
        for name, value in {"Content-Type": answer.content_type, **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


def gzip_bomb(megabytes: int = 200) -> bytes:
    """Zeros, packed to a thousandth."""
    return gzip.compress(bytes(megabytes * 1024 * 1024), compresslevel=9)


def drip(site: Website, head: bytes, piece: bytes, pause: float = 0.05) -> Answer:
    """Sends `head`, then `piece` for ever, a little at a time."""

    def act(handler: BaseHTTPRequestHandler) -> None:
        try:
            handler.wfile.write(head)
            while not site.stopping.wait(pause):
                handler.wfile.write(piece)
                handler.wfile.flush()
        except OSError:
            return

    return Answer(act=act)
