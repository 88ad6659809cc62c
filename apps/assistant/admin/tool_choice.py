"""Choosing a tool, or several by a pattern, by names that a person can read."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from apps.assistant.toolkit import Tool, tools

Choices = list[tuple[str, Any]]


class ToolField(forms.ChoiceField):
    """One tool of a list, by family; a whole family is a choice, too."""

    widget = UnfoldAdminSelectWidget

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=gettext_lazy("Tool"), required=False, choices=lambda: choices(tools), **options
        )


class PatternField(forms.CharField):
    """What the list does not have: a pattern that some tool answers to."""

    widget = UnfoldAdminTextInputWidget

    def __init__(self, **options: Any) -> None:
        help_text = gettext_lazy("Instead of a choice from the list, for several tools: crm.delete_*")
        label = gettext_lazy("Or a pattern")
        super().__init__(label=label, required=False, max_length=120, help_text=help_text, **options)

    def clean(self, value: Any) -> str:
        """The pattern. Raises a `ValidationError` that names similar tools when none answers to it."""
        pattern = str(super().clean(value) or "").strip()
        return known(pattern) if pattern else ""


def choices(among: Iterable[Tool]) -> Choices:
    """The tools by family, the whole family first; with an empty choice in front."""
    found = sorted(among, key=lambda tool: (tool.qualified_name.partition(".")[0], tool.title))
    grouped: Choices = [("", "–")]
    for family, listed in groupby(found, key=lambda tool: tool.qualified_name.partition(".")[0]):
        rows = [(f"{family}.*", _everything(family)), *((tool.qualified_name, tool.title) for tool in listed)]
        grouped.append((_family(family), rows))
    return grouped


def known(pattern: str) -> str:
    """The pattern, if any tool answers to it. Raises a `ValidationError` that names similar ones."""
    names = [tool.qualified_name for tool in tools]
    if any(fnmatchcase(name, pattern) for name in names):
        return pattern
    near = difflib.get_close_matches(pattern, names, n=3, cutoff=0.5)
    hint = _(" Do you mean %(names)s?") % {"names": ", ".join(near)} if near else ""
    raise forms.ValidationError(f"{_('No tool has this name.')}{hint}")


def chosen(form: forms.BaseForm) -> str:
    """What was chosen or written, exactly one of the two; else the form says so and it is ""."""
    found = [form.cleaned_data.get(name) or "" for name in ("tool", "pattern")]
    if all(found):
        form.add_error("tool", _("Either a choice from the list or a pattern, not both."))
        return ""
    if not any(found) and "pattern" not in form.errors:
        form.add_error("tool", _("Please choose a tool."))
    return "".join(found)


def readable(pattern: str) -> str:
    """A tool, a family or a pattern as a list shows it."""
    family, _point, name = pattern.partition(".")
    if name == "*" and "*" not in family:
        return _everything(family)
    for tool in tools:
        if tool.qualified_name == pattern:
            return f"{_family(family)}: {tool.title}"
    return pattern


def show_known(form: Any, is_offered: Callable[[Tool], bool] | None = None) -> None:
    """Only those tools that are offered; a pattern that is in force stands in its own field."""
    listed = choices(tool for tool in tools if is_offered is None or is_offered(tool))
    form.fields["tool"].choices = listed
    names = {name for _family, rows in listed[1:] for name, _title in rows}
    if (given := form.initial.get("tool")) and given not in names:
        form.initial["tool"], form.initial["pattern"] = "", given


def _everything(family: str) -> str:
    return _("All tools of %(family)s") % {"family": _family(family)}


def _family(name: str) -> str:
    return name.upper() if name == "crm" else name.replace("_", " ").capitalize()
