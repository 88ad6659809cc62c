"""Forms that never overwrite what somebody else changed since the page was opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from apps.core.errors import DomainError
from apps.core.models import BaseModel
from apps.core.versions import version_of
from apps.crm.changes import FieldChange, field_changes, last_change

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Clash:
    """A field that somebody else changed meanwhile; `is_mine` when the person at the form changed it too."""

    label: str
    now: str
    change: FieldChange | None
    is_mine: bool


class VersionedForm(forms.ModelForm[M]):
    """A form that knows what each field held when the page was opened.

    When the row was changed meanwhile, the form is refused once: fields that the person did not touch take
    the new value, those they did touch keep what was typed, and `clashes` says what somebody else changed.
    Saving again then means it. A change of fields that are not on the form disturbs nobody.
    """

    #: What the service said when it was asked to save what was typed; set by the admin.
    refusal: DomainError | None = None
    version = forms.CharField(widget=forms.HiddenInput, required=False)
    data: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.clashes: list[Clash] = []
        self.fields["version"].initial = version_of(self.instance) if self._is_change else ""
        self.initial = {name: _comparable(value) for name, value in self.initial.items()}
        if self.is_bound:
            self.data = self._comparable_data()
        for name in self._own_fields:
            self.fields[name].show_hidden_initial = self._carries_version

    @cached_property
    def changed_data(self) -> list[str]:
        """The fields that the person changed, whatever others did."""
        return [name for name, bound in self._own_items if bound._has_changed()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse once what would hide somebody else's change, and what the service refused already."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.refusal is not None:
            raise ValidationError(self.refusal.detail, code=self.refusal.code)
        if not (self._is_change and self._carries_version):
            return cleaned
        current = version_of(self.instance)
        if cleaned.get("version") != current:
            self._take_in_theirs()
        cleaned["version"] = current
        if self.clashes:
            raise ValidationError(
                _(
                    "Somebody else changed this while you were typing. What you typed is still here: "
                    "look at what is new, then save again."
                ),
                code="stale",
            )
        return cleaned

    def edits(self) -> dict[str, Any]:
        """What the person changed, by field; for a new row all that was filled in."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name in self.cleaned_data}

    @property
    def _is_change(self) -> bool:
        return not self.instance._state.adding

    @property
    def _carries_version(self) -> bool:
        """Whether the page carries what its fields held; a bare POST (no page) does not."""
        return self._is_change and (not self.is_bound or self.add_prefix("version") in self.data)

    @property
    def _own_fields(self) -> list[str]:
        return [name for name in self.fields if name != "version"]

    @property
    def _own_items(self) -> list[tuple[str, BoundField]]:
        return [(name, self[name]) for name in self._own_fields]

    def _comparable_data(self) -> Any:
        """What came in, with one kind of line end: browsers send another one than they were given."""
        data = self.data.copy()
        for name in self.data:
            if isinstance(self.data[name], str):
                data[name] = self.data[name].replace("\r\n", "\n")
        return data

    def _take_in_theirs(self) -> None:
        """Find what others changed; show their values in fields that were not touched, and the new base."""
        mine = set(self.changed_data)
        theirs = [name for name, bound in self._own_items if self._differs_from_seen(bound)]
        changes = field_changes(self.instance) if theirs else []
        for name in theirs:
            bound = self[name]
            shown = _as_data(bound)
            is_mine = name in mine and bound.field.has_changed(bound.initial, bound.data)
            self.data[bound.html_initial_name] = shown
            if not is_mine:
                self.data[bound.html_name] = shown
            self.clashes.append(Clash(str(bound.label), _reading(bound), last_change(changes, name), is_mine))
        self.data[self.add_prefix("version")] = version_of(self.instance)

    def _differs_from_seen(self, bound: BoundField) -> bool:
        seen = self.data.get(bound.html_initial_name, "")
        return bool(bound.field.has_changed(bound.initial, seen))


def _comparable(value: Any) -> Any:
    """As a browser sends it back when nobody touched it."""
    if isinstance(value, datetime):
        return value.replace(second=0, microsecond=0)
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


def _as_data(bound: BoundField) -> str:
    """The row's value as a browser would send it."""
    value = bound.field.prepare_value(bound.initial)
    return "" if value is None else str(value)


def _reading(bound: BoundField) -> str:
    """The row's value as people read it."""
    text = _as_data(bound)
    if isinstance(bound.field, forms.ModelChoiceField):
        found = bound.field.queryset.filter(pk=text).first() if text and bound.field.queryset else None
        return str(found or "")
    choices: Any = getattr(bound.field, "choices", [])
    return str(dict(choices).get(text, text)) if choices else text
