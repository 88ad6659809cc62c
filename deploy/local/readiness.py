"""When `make run` is ready, and what it says then."""

from __future__ import annotations

import http.client
import json
import time
from typing import Any

from deploy.local.console import say
from deploy.local.ports import LOOPBACK

DEMO_PASSWORD = "mezzofy-demo"  # noqa: S105 - public: the demo users exist in local mode only
DEMO_USERS = ("admin", "ceo", "sales.manager", "sales.rep", "sales.rep2", "finance", "marketing", "support")
DEMO_DOMAIN = "demo.mezzofy.com"
_PATIENCE = 90.0
_INTERVAL = 0.4


def announce(port: int) -> None:
    """Wait until `/health` answers 200, then print the greeting; in a thread of its own."""
    complained, deadline = False, time.monotonic() + _PATIENCE
    while True:
        status, report = health(port)
        if status == 200:
            print(greeting(port, report), flush=True)
            return
        if not complained and time.monotonic() > deadline:
            complained = True
            say(f"Not ready after {_PATIENCE:.0f} s: {_complaint(status, report)}. The log above says more.")
        time.sleep(_INTERVAL)


def health(port: int) -> tuple[int, dict[str, Any]]:
    """The status code (0 if nobody answers) and the body of `/health`."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=3)
    try:
        connection.request("GET", "/health", headers={"Host": f"localhost:{port}"})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    except (OSError, http.client.HTTPException, ValueError):
        return 0, {}
    finally:
        connection.close()


def greeting(port: int, report: dict[str, Any]) -> str:
    """What the person at the terminal reads when everything runs."""
    users = "\n".join(f"    {name}@{DEMO_DOMAIN}" for name in DEMO_USERS)
    return (
        f"\nMezzofy is ready at http://localhost:{port}\n"
        f"  Mode: {_mode(report)}\n"
        f"  Log in with the password {DEMO_PASSWORD} as one of\n{users}\n"
        "  Ctrl-C stops everything; the data stays.\n"
    )


def _mode(report: dict[str, Any]) -> str:
    mode = str(report.get("checks", {}).get("llm", {}).get("mode", "offline"))
    hint = " (no model: set ANTHROPIC_API_KEY or MOONSHOT_API_KEY, for instance in .env)"
    return mode + (hint if mode == "offline" else "")


def _complaint(status: int, report: dict[str, Any]) -> str:
    if not status:
        return "the web server does not answer"
    down = [name for name, check in report.get("checks", {}).items() if check.get("status") == "down"]
    return f"/health answers {status}" + (f" because of {', '.join(down)}" if down else "")
