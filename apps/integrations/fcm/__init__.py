"""A thin client of Firebase Cloud Messaging, HTTP v1."""

from __future__ import annotations

from apps.integrations.fcm.client import Fcm, Gone

__all__ = ["Fcm", "Gone"]
