"""The filters of a report as a form whose address is the report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.errors import DomainError
from apps.reports.asking import FilterField

OTHER_DAYS = "days"
FROM, TO = "from", "to"
_DAY = {"type": "date", "class": "mz-input"}


class FilterForm(forms.Form):
    """The fields of a report, filled with what was asked; what is wrong with it comes from the engine."""

    def __init__(self, fields: Iterable[FilterField], asked: Mapping[str, Any]) -> None:
        super().__init__()
        self.asked = dict(asked)
        self.problems: dict[str, list[str]] = {}
        self.refusal = ""
        for field in fields:
            self.fields[field.name] = _form_field(field)
            self.initial[field.name] = self.asked.get(field.name, field.default)
            if field.kind == "period":
                self._add_days(str(self.initial[field.name]))

    def refuse(self, error: DomainError) -> None:
        """Show what is wrong: beside the fields if it is theirs, else above them."""
        self.problems = {name: list(messages) for name, messages in error.errors.items()}
        self.refusal = "" if self.problems else error.detail
        for name, field in self.fields.items():
            if name in self.problems:
                field.widget.attrs |= {"aria-invalid": "true", "aria-describedby": f"problem-{name}"}

    def rows(self) -> list[tuple[forms.BoundField, list[str]]]:
        """Each field with what is wrong with it."""
        return [(field, self.problems.get(field.name, [])) for field in self]

    @property
    def other_problems(self) -> list[str]:
        """What is wrong apart from the fields of the form."""
        unknown = [
            f"{name}: {message}"
            for name, messages in self.problems.items()
            if name not in self.fields
            for message in messages
        ]
        return [*filter(None, [self.refusal]), *unknown]

    def _add_days(self, period: str) -> None:
        first, dots, last = period.partition("..")
        for name, label in ((FROM, _("From")), (TO, _("To, included"))):
            widget = forms.TextInput(attrs=_DAY)
            self.fields[name] = forms.CharField(label=label, widget=widget, required=False)
        self.initial[FROM], self.initial[TO] = (first, last) if dots else ("", "")
        if dots:
            self.initial["period"] = OTHER_DAYS


def asked_filters(query: Mapping[str, str]) -> dict[str, Any]:
    """What the address asks: two days make a period, all else is as it stands there."""
    asked = {name: value for name, value in query.items() if name not in (FROM, TO)}
    if asked.get("period") == OTHER_DAYS:
        asked["period"] = f"{query.get(FROM, '')}..{query.get(TO, '')}"
    return asked


def _form_field(field: FilterField) -> forms.Field:
    common: dict[str, Any] = {"label": field.label, "help_text": field.help, "required": False}
    if field.kind == "period":
        choices = [*field.choices, (OTHER_DAYS, _("Other days …"))]
        return forms.ChoiceField(**{**common, "help_text": ""}, choices=choices, widget=_select())
    if field.kind == "choice":
        return forms.ChoiceField(**common, choices=_optional(field), widget=_select())
    if field.kind == "flag":
        choices = [("true", _("Yes")), ("false", _("No"))]
        return forms.TypedChoiceField(**common, choices=choices, coerce=str, widget=_FlagSelect(attrs=_CLASS))
    if field.kind in {"whole", "number"}:
        attrs = {"type": "number", "min": field.minimum, "max": field.maximum}
        return forms.CharField(
            **common, widget=_input({**attrs, "step": 1 if field.kind == "whole" else "any"})
        )
    return forms.CharField(**common, widget=_input({"type": "date" if field.kind == "day" else "text"}))


_CLASS = {"class": "mz-select"}


class _FlagSelect(forms.Select):
    """Yes or no, given as a boolean or as text."""

    def format_value(self, value: Any) -> list[str]:
        return [str(value).lower()]


def _select() -> forms.Select:
    return forms.Select(attrs=_CLASS)


def _input(attrs: dict[str, Any]) -> forms.TextInput:
    widget = forms.TextInput(attrs={name: value for name, value in attrs.items() if value is not None})
    widget.input_type = str(attrs["type"])
    widget.attrs["class"] = "mz-input"
    return widget


def _optional(field: FilterField) -> list[tuple[str, Any]]:
    """The choices, with "all" first where nothing need be chosen."""
    is_optional = field.default in (None, "") and "" not in dict(field.choices)
    return [*([("", _("All"))] if is_optional else []), *field.choices]
