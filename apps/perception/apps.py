"""Bytes in, text and tables out."""

from __future__ import annotations

from django.apps import AppConfig


class PerceptionConfig(AppConfig):
    """Readers of files and of pages of the web."""

    name = "apps.perception"
    label = "perception"
