"""The side bar: who sees which entry, and which one a page belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest

from apps.core.reporting import reports


def may_read_reports(request: HttpRequest) -> bool:
    """Whether there is any report that the person may read."""
    user: Any = request.user
    return any(report.allowed(user) for report in reports)


def place_of(path: str, items: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    """The entry of the side bar that the page at `path` belongs to: of those whose addresses it lies below,
    the most specific. `within` of an entry is where its pages begin, if not at its own link.

    The home page and the chat lie above everything, so they hold no page but themselves.
    """
    found: tuple[int, dict[str, Any] | None] = (0, None)
    for item in items:
        link, within = str(item["link"]), str(item.get("within") or item["link"])
        if path == link or (item.get("holds_pages", True) and path.startswith(within)):
            length = len(link) if path.startswith(link) else len(within)
            found = max(found, (length, item), key=lambda pair: pair[0])
    return found[1]
