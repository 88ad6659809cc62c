"""The processes beside the measuring one: the stand-in for the Messages API, and a worker as in
production.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psutil

KEY = "sk-benchmark"
TOKENS = 200
TOKEN_DELAY_MS = 20.0
TURN_SECONDS = TOKENS * TOKEN_DELAY_MS / 1000
PATIENCE = 30.0


@contextmanager
def messages_api() -> Iterator[str]:
    """The stand-in, answering every request with 200 tokens, 20 ms apart; yields its base URL."""
    port = _free_port()
    command = [sys.executable, "-m", "tests.standins.messages_api", "--port", str(port)]
    command += ["--tokens", str(TOKENS), "--delay-ms", str(TOKEN_DELAY_MS)]
    with _running(command, {}):
        _wait_for_port(port)
        yield f"http://127.0.0.1:{port}"


@contextmanager
def assistant_worker(api_url: str) -> Iterator[psutil.Process]:
    """A Celery worker that executes runs with Claude at `api_url`; yields its process."""
    options = "--quiet -A mezzofy worker --loglevel ERROR --without-gossip --without-mingle"
    command = [sys.executable, "-W", "ignore::Warning:celery.platforms", "-m", "celery", *options.split()]
    command += ["-Q", "assistant", "-P", "threads", "-c", "64"]
    with _running(command, {**model_settings(api_url), "LOG_LEVEL": "ERROR"}) as process:
        yield psutil.Process(process.pid)


def model_settings(api_url: str) -> dict[str, str]:
    """Environment variables that make Claude, at `api_url`, the only model."""
    return {
        "LLM_PRIMARY": "claude",
        "LLM_FALLBACK": "",
        "ANTHROPIC_API_KEY": KEY,
        "ANTHROPIC_BASE_URL": api_url,
    }


def cpu_seconds(process: psutil.Process) -> float:
    """Processor time that it has used, in user and kernel mode."""
    times = process.cpu_times()
    return float(times.user + times.system)


@contextmanager
def _running(command: list[str], variables: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, env={**os.environ, **variables}, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_for_port(port: int) -> None:
    ends_at = time.monotonic() + PATIENCE
    while time.monotonic() < ends_at:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("The stand-in for the Messages API did not start.")
