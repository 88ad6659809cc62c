"""Connections and the outbox in the back office."""

from __future__ import annotations

from apps.integrations.admin.connections import ConnectionAdmin
from apps.integrations.admin.outbox import DispatchAdmin

__all__ = ["ConnectionAdmin", "DispatchAdmin"]
