"""Approvals in templates."""

from __future__ import annotations

from django import template

from apps.assistant.approving import effects
from apps.assistant.models import Approval

register = template.Library()


@register.filter
def why(approval: Approval) -> str:
    """What it does and why a person was asked."""
    return effects.why(approval)
