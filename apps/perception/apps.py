"""Bytes in, text and tables out."""

from __future__ import annotations

from django.apps import AppConfig


class PerceptionConfig(AppConfig):
    """Readers of files. No models of its own."""

    name = "apps.perception"
    label = "perception"
