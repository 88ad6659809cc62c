"""The arguments of a tool call as a form that a person can read and change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from apps.assistant.toolkit import Tool

#: A text longer than this, or of several lines, gets a field of several lines.
LONG = 80
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


class StructureField(forms.CharField):
    """Anything else, as JSON."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        """Indented, so that it can be read."""
        return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)

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


class ArgumentsForm(forms.Form):
    """One field for each argument of `tool`; what the tool makes of the values it checks itself."""

    def __init__(self, tool: Tool, arguments: Mapping[str, Any], data: Any = None) -> None:
        super().__init__(data, initial=dict(arguments), prefix="arg", auto_id="arg_%s")
        self.proposed = dict(arguments)
        properties = tool.input_schema.get("properties", {})
        for name, schema in properties.items():
            self.fields[name] = _field(name, schema, arguments.get(name))

    def edited(self) -> dict[str, Any] | None:
        """The arguments as changed, None if nothing was. Only for a valid form.

        What was left out of the proposal and is still empty stays left out.
        """
        values = {
            name: value
            for name, value in self.cleaned_data.items()
            if name in self.proposed or not (value is False or value in (None, "", []))
        }
        restored = {
            name: self.proposed[name] if self._is_same(name, value) else value
            for name, value in values.items()
        }
        return None if restored == self.proposed else restored

    def _is_same(self, name: str, value: Any) -> bool:
        """A text area turns line ends into its own, and a number may be written in two ways."""
        before = self.proposed.get(name)
        if isinstance(before, str) and isinstance(value, str):
            return before.replace("\r\n", "\n").strip() == value.replace("\r\n", "\n").strip()
        if isinstance(before, bool) or isinstance(value, bool):
            return before is value
        return bool(before == value) or (before is not None and str(before) == str(value))


def _field(name: str, schema: Schema, value: Any) -> forms.Field:
    label = name.replace("_", " ").capitalize()
    given: dict[str, Any] = {"label": label, "required": False, "help_text": schema.get("description", "")}
    kind = _kind(schema)
    if choices := _choices(schema):
        return forms.ChoiceField(choices=choices, widget=forms.Select(attrs={"class": "mz-select"}), **given)
    if kind == "boolean":
        return forms.BooleanField(**given)
    if kind == "integer":
        return forms.IntegerField(widget=forms.NumberInput(attrs={"class": "mz-input"}), **given)
    if kind == "list":
        return LinesField(widget=_area(_rows(value)), **given)
    if kind == "text":
        return forms.CharField(widget=_text(value), strip=False, **given)
    return StructureField(widget=_area(_rows(value)), **given)


def _kind(schema: Schema) -> str:
    """What a field has to hold: the first of the types that an optional or number-like argument allows."""
    options = [option for option in schema.get("anyOf", [schema]) if option.get("type") != "null"]
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


def _choices(schema: Schema) -> list[tuple[str, str]]:
    words = schema.get("enum", [])
    return [(str(word), str(word).replace("_", " ")) for word in words]


def _text(value: Any) -> forms.Widget:
    text = str(value or "")
    if len(text) > LONG or "\n" in text:
        return _area(min(18, max(4, text.count("\n") + len(text) // 90 + 2)))
    return forms.TextInput(attrs={"class": "mz-input"})


def _area(rows: int) -> forms.Widget:
    return forms.Textarea(attrs={"class": "mz-textarea", "rows": rows})


def _rows(value: Any) -> int:
    return min(10, max(2, len(value) + 1)) if isinstance(value, list | dict) else 2
