"""The headings of a list, made once: unfold makes all of them again for each row, to label its cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from unfold.templatetags import unfold_list

Headings = Callable[[Any], Iterator[dict[str, Any]]]


def once(headings: Headings) -> Headings:
    """`headings` that remember on the list what they made for it; a list lives as long as its request."""

    @wraps(headings)
    def remembered(changelist: Any) -> Iterator[dict[str, Any]]:
        known: list[dict[str, Any]] | None = vars(changelist).get("_headings")
        if known is None:
            known = vars(changelist)["_headings"] = list(headings(changelist))
        return iter(known)

    return remembered


def install() -> None:
    """Take the place of unfold's own function, whose rows look it up by its name."""
    unfold_list.result_headers = once(unfold_list.result_headers)
