from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from deploy.local import readiness
from deploy.local.ports import LOOPBACK, free_port

ANSWERS: list[tuple[int, dict[str, Any]]] = []


class Health(http.server.BaseHTTPRequestHandler):
    """Gives the next of ANSWERS; the last one for ever."""

    def do_GET(self) -> None:
        status, report = ANSWERS.pop(0) if len(ANSWERS) > 1 else ANSWERS[0]
        body = json.dumps(report).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Silent."""


@pytest.fixture
def port() -> Iterator[int]:
    with http.server.ThreadingHTTPServer((LOOPBACK, 0), Health) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def test_ready_is_said_when_health_is_good_and_not_before(
    port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    good = {"status": "ok", "checks": {"llm": {"ok": True, "mode": "claude"}}}
    ANSWERS[:] = [(503, {"checks": {"database": {"ok": False}}}), (200, good)]
    readiness.announce(port)
    said = capsys.readouterr().out
    assert said.count(f"Mezzofy is ready at http://localhost:{port}\n") == 1
    assert "Mode: claude\n" in said
    assert len(ANSWERS) == 1


def test_the_greeting_names_every_demo_user_and_the_password() -> None:
    text = readiness.greeting(8000, {})
    for name in (
        "admin",
        "ceo",
        "sales.manager",
        "sales.rep",
        "sales.rep2",
        "finance",
        "marketing",
        "support",
    ):
        assert f" {name}@demo.mezzofy.com\n" in text
    assert "mezzofy-demo" in text


def test_the_greeting_says_plainly_when_there_is_no_model() -> None:
    assert "Mode: offline (no model: set ANTHROPIC_API_KEY" in readiness.greeting(
        8000, {"checks": {"llm": {"mode": "offline"}}}
    )


def test_health_of_nobody_is_zero() -> None:
    assert readiness.health(free_port()) == (0, {})
