"""Names of programs as people read them, and spans of time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.html import linebreaks, strip_tags
from django.utils.safestring import SafeString

from apps.assistant import naming
from apps.core.markdown import rendered
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


@register.filter
def counted(number: int) -> str:
    """A number of things, grouped by thousands."""
    return number_format(number, force_grouping=True)


@register.filter
def preview_body(preview: Mapping[str, Any]) -> SafeString:
    """The text of a preview as safe HTML: Markdown rendered, of a mail in HTML its words."""
    body, kind = str(preview.get("body") or ""), preview.get("body_format")
    if kind == "markdown":
        return rendered(body)
    return SafeString(linebreaks(strip_tags(body) if kind == "html" else body, autoescape=True))
