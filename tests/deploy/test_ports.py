from __future__ import annotations

import socket

from deploy.local.ports import LOOPBACK, free_port, refusal


def test_a_free_port_can_be_listened_on() -> None:
    port = free_port()
    assert refusal(port) == ""
    with socket.create_server((LOOPBACK, port)):
        assert refusal(port) == "another program listens on it"
    assert refusal(port) == ""


def test_a_free_port_is_none_that_outgoing_connections_borrow() -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        borrowed = server.getsockname()[1]
    assert all(free_port() < min(30_000, borrowed) for _ in range(50))
