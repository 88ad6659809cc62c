"""TCP ports on loopback."""

from __future__ import annotations

import errno
import random
import socket

from deploy.local.console import LauncherError

LOOPBACK = "127.0.0.1"
# Below the range from which kernels lend ports to outgoing connections: while a server is down, such a
# connection could take the server's own port, and the server could not come back on it.
FIRST, LAST = 15_000, 29_999


def refusal(port: int) -> str:
    """Why no server could listen on this loopback port now; empty if one could."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            return "another program listens on it" if error.errno == errno.EADDRINUSE else str(error.strerror)
    return ""


def free_port() -> int:
    """A loopback port on which nobody listens."""
    for _ in range(200):
        port = random.randint(FIRST, LAST)  # noqa: S311 - a port is not a secret
        if not refusal(port):
            return port
    raise LauncherError(f"Found no free port between {FIRST} and {LAST} on {LOOPBACK}.")
