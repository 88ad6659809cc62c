"""What apps above have to say of a file, on its page in the back office."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.safestring import SafeString

from apps.artifacts.models import Artifact
from apps.core.registry import Registry

#: Safe HTML of a section, or "" when there is nothing to say to this person.
Panel = Callable[[HttpRequest, Artifact], SafeString | str]

panels: Registry[Panel] = Registry("panels of files")


def panel(key: str) -> Callable[[Panel], Panel]:
    """Register `function(request, artifact)`; sections stand in the order of their keys."""

    def register(function: Panel) -> Panel:
        panels.register(key, function)
        return function

    return register
