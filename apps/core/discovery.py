"""Finding what the apps declare, as Django finds `admin.py`."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps


def autodiscover(module: str) -> None:
    """Import `<app>.<module>` of our apps. A broken module fails loudly, a missing one is skipped."""
    for config in apps.get_app_configs():
        if not config.name.startswith("apps."):
            continue
        name = f"{config.name}.{module}"
        if find_spec(name) is not None:
            import_module(name)
