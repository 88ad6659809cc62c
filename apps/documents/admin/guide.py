"""What to write in a template, and what our slides fill, told to those who edit in Word and PowerPoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.documents.choices import TemplateKind
from apps.documents.models import Template


@dataclass(frozen=True)
class Placeholder:
    """A placeholder as its author copies it: one line, or the lines around a list."""

    name: str
    description: str
    written: tuple[str, ...]
    sample: str
    is_required: bool


#: The layouts of a master by name, and what our slides put into their placeholders.
_LAYOUTS: tuple[tuple[str, Promise, tuple[Promise, ...]], ...] = (
    ("Cover", _("The first slide"), (_("title"), _("line under it"), _("who made it, and when"))),
    ("Content", _("Slides with points"), (_("title"), _("points"))),
    ("Title only", _("Slides with a chart, a table, cards or steps"), (_("title"),)),
    ("Closing", _("The last slide"), (_("title"), _("next steps and contact"))),
)


def layouts(template: Template) -> tuple[tuple[str, Promise, tuple[Promise, ...]], ...]:
    """Name, use and contents of each layout that a master must have."""
    return _LAYOUTS if template.kind == TemplateKind.PPTX else ()


def placeholders(template: Template) -> list[Placeholder]:
    """All of them, with what to write for each."""
    return [
        Placeholder(
            item["name"],
            item["description"],
            _written(item["name"], item["sample"], in_word=template.kind == TemplateKind.DOCX),
            _told(item["sample"]),
            bool(item.get("required")),
        )
        for item in template.variables
    ]


def _written(name: str, sample: Any, *, in_word: bool) -> tuple[str, ...]:
    if not isinstance(sample, list):
        return (f"{{{{ {name} }}}}",)
    one = _singular(name)
    each = [f"{one}.{key}" for key in sample[0]] if sample and isinstance(sample[0], dict) else [one]
    opening, closing = ("{%p", "%}") if in_word else ("{%", "%}")
    lines = [f"{opening} for {one} in {name} {closing}", *(f"{{{{ {part} }}}}" for part in each)]
    return (*lines, f"{opening} endfor {closing}")


def _singular(name: str) -> str:
    return name[:-1] if name.endswith("s") else f"one_{name}"


def _told(sample: Any) -> str:
    """A sample as a reader sees it: lists by their first words, no code."""
    if isinstance(sample, list):
        return " · ".join(_told(item) for item in sample)
    if isinstance(sample, dict):
        # The database does not keep the order of keys.
        named = (sample.get(key) for key in ("title", "label", *sample))
        return next((_told(value) for value in named if value), "")
    return str(sample)
