"""The colours of states in lists."""

from __future__ import annotations

STATUS_COLOURS = {
    "queued": "info",
    "running": "info",
    "waiting_approval": "warning",
    "completed": "success",
    "failed": "danger",
    "cancelled": "default",
    "pending": "warning",
    "approved": "success",
    "rejected": "danger",
    "expired": "default",
}

STEP_COLOURS = {"running": "info", "done": "success", "error": "warning", "failed": "danger"}
