"""The arguments of a tool call as a form that a person can read and change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.assistant.admin.argument_fields import field_for, file_link, files_field
from apps.assistant.toolkit import FILE_ARGUMENT, Tool, Touched
from apps.core.ids import uuid_or_none

FILES_ARGUMENT = f"{FILE_ARGUMENT}s"


@dataclass(frozen=True)
class Fixed:
    """What the call is about and cannot be exchanged for another: its name, leading to it."""

    label: str
    text: str
    url: str = ""


class ArgumentsForm(forms.Form):
    """One field for each argument of `tool` that a person can judge; the tool itself checks the values.

    Files are chosen from the proposed ones by their names. Ids say nothing to a person: `fixed` names the
    rows behind them, as far as `touches` and `user` know them, and they stay as they were proposed.
    """

    def __init__(
        self,
        tool: Tool,
        arguments: Mapping[str, Any],
        data: Any = None,
        *,
        user: User | None = None,
        touches: Iterable[Touched] = (),
    ) -> None:
        super().__init__(data, initial=dict(arguments), prefix="arg", auto_id="arg_%s")
        self.proposed = dict(arguments)
        self.fixed: list[Fixed] = []
        files = _files(arguments, user)
        rows = {row.id: row for row in touches}
        for name, schema in _properties(tool).items():
            value = arguments.get(name)
            if name == FILES_ARGUMENT:
                if value:
                    self.fields[name] = files_field([str(key) for key in value], files)
            elif name == FILE_ARGUMENT:
                if value:
                    self.fixed.append(Fixed(_("File"), file_link(files.get(str(value)))))
            elif name.endswith(("_id", "_ids")):
                if row := rows.get(str(value)):
                    label = name.removesuffix("_id").replace("_", " ").capitalize()
                    self.fixed.append(Fixed(label, row.label.removeprefix(f"{label} "), row.url))
            else:
                self.fields[name] = field_for(name, schema, value)

    def edited(self) -> dict[str, Any] | None:
        """The arguments as changed, None if nothing was. Only for a valid form.

        What has no field stays as it was; what was left out of the proposal and is still empty stays out.
        """
        kept = {name: value for name, value in self.proposed.items() if name not in self.fields}
        given = {
            name: self.proposed[name] if self._is_same(name, value) else value
            for name, value in self.cleaned_data.items()
            if name in self.proposed or not (value is False or value in (None, "", []))
        }
        edited = {**kept, **given}
        return None if edited == self.proposed else edited

    def _is_same(self, name: str, value: Any) -> bool:
        """A text area turns line ends into its own, and a number may be written in two ways."""
        before = self.proposed.get(name)
        if isinstance(before, str) and isinstance(value, str):
            return before.replace("\r\n", "\n").strip() == value.replace("\r\n", "\n").strip()
        if isinstance(before, bool) or isinstance(value, bool):
            return before is value
        if before is None and value in ("", []):
            return True
        return bool(before == value) or (before is not None and str(before) == str(value))


def _properties(tool: Tool) -> dict[str, Any]:
    """The schema of each argument, with what it merely names put in its place."""
    named = tool.input_schema.get("$defs", {})

    def resolved(schema: Any) -> Any:
        if "$ref" in schema:
            return {**named.get(schema["$ref"].rpartition("/")[2], {}), **schema}
        if "anyOf" in schema:
            return {**schema, "anyOf": [resolved(option) for option in schema["anyOf"]]}
        return schema

    return {name: resolved(schema) for name, schema in tool.input_schema.get("properties", {}).items()}


def _files(arguments: Mapping[str, Any], user: User | None) -> dict[str, Artifact]:
    """Those of the proposed files that the person may see, by their ids."""
    ids = [*(arguments.get(FILES_ARGUMENT) or []), arguments.get(FILE_ARGUMENT)]
    keys = [key for one in ids if one and (key := uuid_or_none(str(one)))]
    if user is None or not keys:
        return {}
    return {str(file.pk): file for file in Artifact.objects.visible_to(user).filter(pk__in=keys)}
