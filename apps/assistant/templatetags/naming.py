"""Names of programs as people read them, and spans of time."""

from __future__ import annotations

from django import template

from apps.assistant import naming
from apps.documents.numbers import duration

register = template.Library()
register.filter("agent_title", naming.agent_title)
register.filter("skill_title", naming.skill_title)
register.filter("tool_title", naming.tool_title)
register.filter("mode_title", naming.mode_title)
register.filter("duration", duration)


@register.filter
def step_title(step: object) -> str:
    """Of a step of a run, or of one as a rehearsal keeps it."""
    if isinstance(step, dict):
        return naming.step_title(str(step.get("kind", "")), str(step.get("name", "")))
    return naming.step_title(str(getattr(step, "kind", "")), str(getattr(step, "name", "")))
