"""Finding what the apps declare, as Django finds `admin.py`."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from types import ModuleType

from django.apps import apps


def autodiscover(module: str) -> None:
    """Import `<app>.<module>` of our apps, or all modules of the package of that name.

    A broken module fails loudly, a missing one is skipped.
    """
    for config in apps.get_app_configs():
        if not config.name.startswith("apps."):
            continue
        name = f"{config.name}.{module}"
        if find_spec(name) is not None:
            _import_members(import_module(name))


def _import_members(module: ModuleType) -> None:
    for member in iter_modules(getattr(module, "__path__", [])):
        import_module(f"{module.__name__}.{member.name}")
