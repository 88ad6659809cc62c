"""Writes: what is to be sent, and the connections it is sent through."""

from __future__ import annotations

from apps.integrations.services.connections import Check, check, rotate_keys, save_connection
from apps.integrations.services.devices import forget_device, register_device
from apps.integrations.services.sending import (
    About,
    create_event,
    outcome,
    post_to_teams,
    push,
    send_mail,
)
from apps.integrations.services.steering import cancel, retry

__all__ = [
    "About",
    "Check",
    "cancel",
    "check",
    "create_event",
    "forget_device",
    "outcome",
    "post_to_teams",
    "push",
    "register_device",
    "retry",
    "rotate_keys",
    "save_connection",
    "send_mail",
]
