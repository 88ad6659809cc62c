"""Filling the registries at start-up."""

from __future__ import annotations

from apps.assistant import reporting
from apps.assistant.approving import mailing
from apps.core.discovery import autodiscover


def discover() -> None:
    """Import what our apps declare for the assistant: their `tools` and `skills`. Reports are tools too."""
    mailing.declare()
    autodiscover("tools")
    reporting.declare()
    autodiscover("skills")
