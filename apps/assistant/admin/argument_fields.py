"""The fields in which a person edits what a call was proposed with."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _

from apps.artifacts.models import Artifact

#: A text longer than this, or of several lines, gets a field of several lines.
LONG = 80
#: Lists that are addresses, whatever is in them.
ADDRESSES = {"to", "cc", "bcc", "attendees", "recipients"}
_BETWEEN = re.compile(r"[,;\n]")
Schema = Mapping[str, Any]


class LinesField(forms.CharField):
    """A list of texts, one in each line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        """The list as lines."""
        return "\n".join(map(str, value)) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        """The lines as a list, without empty ones."""
        return [line.strip() for line in str(value or "").splitlines() if line.strip()]


class AddressesField(forms.CharField):
    """A list of addresses in one line, with commas between them."""

    def prepare_value(self, value: Any) -> Any:
        """The list as one line."""
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        """The addresses as a list; semicolons and line ends part them, too."""
        return [part.strip() for part in _BETWEEN.split(str(value or "")) if part.strip()]


class StructureField(forms.CharField):
    """Anything else, as JSON."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        """Indented, so that it can be read."""
        if value is None or isinstance(value, str):
            return value
        return json.dumps(value, indent=2, ensure_ascii=False)

    def to_python(self, value: Any) -> Any:
        """The value that the JSON stands for."""
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            raise forms.ValidationError(
                _("This is not valid JSON: %(reason)s.") % {"reason": error.msg}
            ) from error


def files_field(ids: Sequence[str], files: Mapping[str, Artifact]) -> forms.Field:
    """The proposed files by their names; one that is not chosen any more is left out."""
    return forms.MultipleChoiceField(
        label=_("Files"),
        required=False,
        choices=[(key, file_link(files.get(key))) for key in ids],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What is not ticked is left out."),
    )


def file_link(file: Artifact | None) -> str:
    """The name of a file, leading to it; a file that the person may not see has none."""
    if file is None:
        return _("A file that you may not see")
    return format_html('<a class="mz-link" href="{}">{}</a>', file.download_url, file.name)


def field_for(name: str, schema: Schema, value: Any) -> forms.Field:
    """The field for an argument, by its type and what was proposed."""
    label = name.replace("_", " ").capitalize()
    given: dict[str, Any] = {"label": label, "required": False, "help_text": schema.get("description", "")}
    if words := _words(schema):
        choices = [(word, word.replace("_", " ")) for word in words]
        if _may_be_empty(schema, value):
            choices.insert(0, ("", "–"))
        widget = forms.Select(attrs={"class": "mz-select"})
        return forms.TypedChoiceField(choices=choices, widget=widget, empty_value=None, **given)
    kind = _kind(schema)
    if kind == "list":
        return _list_field(name, value, given)
    if kind == "text":
        return forms.CharField(widget=_text(value), strip=False, **given)
    if kind == "boolean":
        return forms.BooleanField(**given)
    if kind == "integer":
        return forms.IntegerField(widget=forms.NumberInput(attrs={"class": "mz-input"}), **given)
    return StructureField(widget=_area(_rows(value)), **given)


def _list_field(name: str, value: Any, given: dict[str, Any]) -> forms.Field:
    if _is_addresses(name, value):
        return AddressesField(widget=forms.TextInput(attrs={"class": "mz-input"}), **given)
    return LinesField(widget=_area(_rows(value)), **given)


def _is_addresses(name: str, value: Any) -> bool:
    return name in ADDRESSES or bool(value and all("@" in str(one) and " " not in str(one) for one in value))


def _options(schema: Schema) -> list[Schema]:
    """What an argument may be, besides nothing."""
    return [option for option in schema.get("anyOf", [schema]) if option.get("type") != "null"]


def _may_be_empty(schema: Schema, value: Any) -> bool:
    """Whether nothing is an answer, too: the tool takes it, or was given nothing and has its own default."""
    is_nullable = any(option.get("type") == "null" for option in schema.get("anyOf", ()))
    return is_nullable or (value is None and "default" in schema)


def _words(schema: Schema) -> list[str]:
    """The words that an argument chooses from, if it does."""
    return [str(word) for option in _options(schema) for word in option.get("enum", ())]


def _kind(schema: Schema) -> str:
    """What a field has to hold: the first of the types that an optional or number-like argument allows."""
    options = _options(schema)
    types = {option.get("type", "") for option in options}
    if types <= {"string", "number"} and types:
        return "text"
    first = options[0] if options else schema
    if first.get("type") == "array" and _items(first) <= {"string", ""}:
        return "list"
    return str(first.get("type", "")) if first.get("type") in {"boolean", "integer"} else "structure"


def _items(schema: Schema) -> set[str]:
    items = schema.get("items", {})
    return {
        option.get("type", "object" if "$ref" in option else "") for option in items.get("anyOf", [items])
    }


def _text(value: Any) -> forms.Widget:
    text = str(value or "")
    if len(text) > LONG or "\n" in text:
        return _area(min(18, max(4, text.count("\n") + len(text) // 90 + 2)))
    return forms.TextInput(attrs={"class": "mz-input"})


def _area(rows: int) -> forms.Widget:
    return forms.Textarea(attrs={"class": "mz-textarea", "rows": rows})


def _rows(value: Any) -> int:
    return min(10, max(2, len(value) + 1)) if isinstance(value, list | dict) else 2
