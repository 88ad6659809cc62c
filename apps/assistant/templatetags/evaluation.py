"""What the pages of evaluations call things."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext_lazy as _

register = template.Library()

COLUMNS = {
    "agent": _("Right agent"),
    "skill": _("Right skill"),
    "tools": _("Right tools"),
    "facts": _("Says what it must"),
    "forbidden": _("Says nothing it must not"),
    "arguments": _("As a person approved"),
}


@register.filter
def column_title(name: str) -> str:
    """What a column of the verdict judges."""
    return str(COLUMNS.get(name, name))
