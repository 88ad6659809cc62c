"""What the pages of agents need beyond Django's own tags."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def ag_at(mapping: Mapping[str, str], key: str) -> str:
    """The value under a key that only the template knows; "" when there is none."""
    return mapping.get(key, "")
