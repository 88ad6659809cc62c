"""A stand-in for the Messages API (Anthropic, API version 2026-10-21) that speaks the real protocol on
loopback.

In tests: script it with `api.reply(Reply(...), …)`; each request takes the next one. By hand, for
demonstrations and benchmarks: ``python -m tests.standins.messages_api --port 8081 --delay-ms 5`` answers
everything with a text of 200 tokens.
"""

from __future__ import annotations

import argparse
import json
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from uuid import uuid4

from tests.standins.messages_rules import refusal
from tests.standins.messages_script import Call, Reply, events, plain_answer, whole_message

__all__ = ["Call", "MessagesApi", "Recorded", "Reply", "events", "plain_answer", "whole_message"]


@dataclass(frozen=True)
class Recorded:
    """One request as it arrived; header names in lower case."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    def texts(self) -> list[str]:
        """Every text of the messages, in order."""
        found: list[str] = []
        for message in self.body["messages"]:
            content = message["content"]
            blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
            found += [block["text"] for block in blocks if block["type"] == "text"]
        return found


class MessagesApi:
    """The running stand-in. A context manager; `url` is its base URL."""

    def __init__(self, *, port: int = 0, default: Callable[[dict[str, Any]], Reply] | None = None) -> None:
        self.key = ""
        self.requests: list[Recorded] = []
        self.stopping = threading.Event()
        self._default = default
        self._replies: deque[Reply] = deque()
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.api = self

    @property
    def url(self) -> str:
        """Base URL for an SDK client."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def reply(self, *replies: Reply) -> None:
        """Answer the coming requests with these, in this order."""
        self._replies.extend(replies)

    def next_reply(self, body: dict[str, Any]) -> Reply:
        """The scripted reply, or the default one, or an error that says the script is over."""
        if self._replies:
            return self._replies.popleft()
        if self._default is not None:
            return self._default(body)
        return Reply(status=500, error_message="the test has not scripted a reply for this request")

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve, daemon=True, name="messages-api").start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()

    def serve(self) -> None:
        """Answer requests until stopped."""
        self._server.serve_forever(poll_interval=0.05)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    api: MessagesApi

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is part of many tests, not an error of the stand-in."""


class _BrokenError(Exception):
    """The script says that the connection is cut here."""


class _EndedError(Exception):
    """The script says that the stream ends here, in good order but early."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Be silent."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        headers = {name.lower(): value for name, value in self.headers.items()}
        api = self.server.api
        api.requests.append(Recorded(self.path, headers, body))
        problem = refusal(self.path, headers, body, key=api.key)
        reply = problem or api.next_reply(body)
        api.stopping.wait(reply.delay_before_headers)
        if reply.status != 200:
            self._json(reply.status, reply.error(), reply.retry_after)
        elif body.get("stream"):
            self._stream(reply, body["model"])
        else:
            self._json(200, whole_message(reply, body["model"]))

    def _json(self, status: int, content: dict[str, Any], retry_after: str = "") -> None:
        payload = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        if retry_after:
            self.send_header("Retry-After", retry_after)
        self.end_headers()
        self.wfile.write(payload)

    def _stream(self, reply: Reply, model: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.send_header("Request-Id", f"req_{uuid4().hex[:20]}")
        self.end_headers()
        deltas = 0
        try:
            for name, data in events(reply, model):
                if name == "content_block_delta" and data["delta"]["type"] in {
                    "text_delta",
                    "input_json_delta",
                }:
                    self._before_delta(reply, deltas)
                    deltas += 1
                self._event(name, data)
                if name == "error":
                    break
            self.wfile.write(b"0\r\n\r\n")
        except _BrokenError:
            self.close_connection = True
        except _EndedError:
            self.wfile.write(b"0\r\n\r\n")

    def _before_delta(self, reply: Reply, number: int) -> None:
        if reply.on_delta is not None:
            reply.on_delta(number)
        if reply.delay_per_chunk:
            time.sleep(reply.delay_per_chunk)
        if number == reply.stall_after:
            self._stall(reply.release)
        if number == reply.break_after:
            raise _BrokenError
        if number == reply.end_after:
            raise _EndedError
        if number == reply.error_after:
            self._event("error", reply.error())
            raise _EndedError

    def _stall(self, release: threading.Event | None) -> None:
        stopping = self.server.api.stopping
        while not stopping.wait(0.02) and not (release is not None and release.is_set()):
            pass

    def _event(self, name: str, data: dict[str, Any]) -> None:
        payload = f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()
        self.wfile.write(f"{len(payload):x}\r\n".encode() + payload + b"\r\n")


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--tokens", type=int, default=200)
    parser.add_argument("--delay-ms", type=float, default=5.0, help="between two tokens")
    options = parser.parse_args()
    api = MessagesApi(
        port=options.port, default=plain_answer(tokens=options.tokens, delay=options.delay_ms / 1000)
    )
    print(f"Messages API stand-in at {api.url}", flush=True)
    api.serve()


if __name__ == "__main__":
    main()
