"""The assistant in the back office."""

from __future__ import annotations

from apps.assistant.admin import approvals, runs

__all__ = ["approvals", "runs"]
