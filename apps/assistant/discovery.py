"""Filling the registries at start-up."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from django.apps import apps

from apps.core.discovery import autodiscover


def discover() -> None:
    """Import every `tools` module and every module of every `skills` package of our apps."""
    autodiscover("tools")
    autodiscover("skills")
    for config in apps.get_app_configs():
        if config.name.startswith("apps."):
            _import_skills(config.name)


def _import_skills(app: str) -> None:
    try:
        package = import_module(f"{app}.skills")
    except ModuleNotFoundError as error:
        if error.name != f"{app}.skills":
            raise
        return
    for module in iter_modules(package.__path__):
        import_module(f"{app}.skills.{module.name}")
