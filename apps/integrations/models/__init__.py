"""Connections, the outbox, and people's phones."""

from __future__ import annotations

from apps.integrations.models.connections import Connection
from apps.integrations.models.devices import PushDevice
from apps.integrations.models.dispatches import Dispatch

__all__ = ["Connection", "Dispatch", "PushDevice"]
