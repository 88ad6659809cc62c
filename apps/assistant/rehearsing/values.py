"""The value of a field of a row as people read it: choices, money, days and spans of time in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import DateField, DateTimeField, DecimalField, Field, IntegerField
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.formats import date_format, localize
from django.utils.translation import gettext as _

from apps.documents.numbers import duration, plain

MAX_VALUE = 600
#: Programs name a number after its unit; read aloud, the unit stands behind the number.
_SECONDS, _BYTES, _USD = "seconds", "bytes", "usd"


def label_of_field(one: Field[Any, Any]) -> str:
    """What people call the field; a unit in its name goes, because the value says it."""
    words = str(one.verbose_name)
    if one.name == _SECONDS:
        return _("Lasted")
    if _unit_of(one):
        words = words.removesuffix(f" {_unit_of(one)}")
    return words[:1].upper() + words[1:]


def text_of(one: Field[Any, Any], value: Any, *, currency: str = "") -> str:
    """The value, as JSON keeps it, in words. `currency` is the row's, for its amounts."""
    if one.choices:
        return str(dict(one.flatchoices).get(value, value))
    text = _nested(value) if isinstance(value, dict | list) else _plain(one, value, currency)
    return text if len(text) <= MAX_VALUE else text[: MAX_VALUE - 1] + "…"


def money(value: Decimal, currency: str) -> str:
    """`SGD 7,100`, with cents only when there are some."""
    places = 0 if value == value.to_integral_value() else 2
    return f"{currency} {plain(value, places)}"


def _unit_of(one: Field[Any, Any]) -> str:
    last = one.name.rpartition("_")[2]
    return last if last in {_SECONDS, _BYTES, _USD} else ""


def _plain(one: Field[Any, Any], value: Any, currency: str) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    try:
        python = one.to_python(value)
    except ValidationError:
        return str(value)
    if isinstance(one, DateTimeField):
        return date_format(timezone.localtime(python), "j M Y, H:i")
    if isinstance(one, DateField):
        return date_format(python, "j M Y")
    return _measured(one, python, "USD" if _unit_of(one) == _USD else currency)


def _measured(one: Field[Any, Any], python: Any, currency: str) -> str:
    """A number with its unit, anything else as it is."""
    if isinstance(one, DecimalField) and currency:
        return money(python, currency)
    if isinstance(one, IntegerField) and _unit_of(one) == _SECONDS:
        return duration(python)
    if isinstance(one, IntegerField) and _unit_of(one) == _BYTES:
        return str(filesizeformat(python))
    return str(localize(python))


def _nested(value: Any) -> str:
    """Lists one after the other, mappings with their names; what is empty is left out."""
    if isinstance(value, dict):
        named = ((_words(key), _nested(inner)) for key, inner in value.items())
        return "; ".join(f"{name}: {text}" for name, text in named if text)
    if isinstance(value, list):
        return ", ".join(text for inner in value if (text := _nested(inner)))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return "" if value is None else str(value)


def _words(key: Any) -> str:
    words = str(key).replace("_", " ")
    return words[:1].upper() + words[1:]
