"""Keys in addresses: a link from a mail lets its holder decide, so nothing that is kept may show it."""

from __future__ import annotations

import re
from typing import Any

_SLASH = r"(?:/|%2F)"
_KEY_IN_ADDRESS = re.compile(rf"({_SLASH}approvals{_SLASH})[\w.~-]{{20,}}", re.IGNORECASE)


def without_keys(text: str) -> str:
    """The text with "…" in place of each key."""
    return _KEY_IN_ADDRESS.sub(r"\1…", text)


def scrubbed(value: Any, *_hint: Any) -> Any:
    """The value with every text in it masked, however deep: events and breadcrumbs of an error tracker."""
    if isinstance(value, str):
        return without_keys(value)
    if isinstance(value, dict):
        return {scrubbed(name): scrubbed(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(scrubbed(item) for item in value)
    return value
