"""What can be asked of a report: its filters as fields, and raw input made into checked filters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from django.utils.translation import gettext as _
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from apps.core.errors import Invalid
from apps.core.reporting import Filters, Options
from apps.core.reporting.filters import PRESETS

if TYPE_CHECKING:
    from apps.accounts.models import User

FieldKind = Literal["period", "choice", "flag", "whole", "number", "day", "text"]
_KINDS: tuple[tuple[type, FieldKind], ...] = (
    (bool, "flag"), (int, "whole"), (float, "number"), (Decimal, "number"), (date, "day"),
)  # fmt: skip


@dataclass(frozen=True)
class FilterField:
    """One thing that a report can be asked for. `choices` are (value, label); empty for other kinds."""

    name: str
    label: str
    help: str
    kind: FieldKind
    default: Any
    choices: tuple[tuple[str, str], ...] = ()
    minimum: Any = None
    maximum: Any = None


def filter_fields(model: type[Filters], user: User) -> list[FilterField]:
    """The fields in the order of their declaration, with the choices that `user` has.

    Choices are read once for each user object, as Django reads rights: they are asked for again and again
    while one answer is made.
    """
    known: dict[type[Filters], list[FilterField]] = user.__dict__.setdefault("_filter_fields", {})
    if model not in known:
        known[model] = [_field(name, info, user) for name, info in model.model_fields.items()]
    return known[model]


def parse_filters(model: type[Filters], raw: Mapping[str, Any], user: User) -> Filters:
    """Checked filters. Raises `Invalid` whose `errors` name the fields.

    Empty text stands for "not asked" where the field takes no text; a choice must be one of the user's own.
    """
    fields = {field.name: field for field in filter_fields(model, user)}
    given = {name: value for name, value in raw.items() if not _is_blank(fields.get(name), value)}
    try:
        filters = model.model_validate(given)
    except ValidationError as error:
        raise _invalid(_messages(error)) from error
    wrong = {
        field.name: [_("Choose one of: %(values)s.") % {"values": _listed(field)}]
        for field in fields.values()
        if field.kind == "choice" and not _is_offered(field, getattr(filters, field.name))
    }
    if wrong:
        raise _invalid(wrong)
    return filters


def described(filters: Filters, user: User) -> tuple[tuple[str, str], ...]:
    """Label and value of everything but the period that restricts the rows."""
    return tuple(
        (field.label, _value_text(field, getattr(filters, field.name)))
        for field in filter_fields(type(filters), user)
        if field.kind != "period" and getattr(filters, field.name) not in (None, "", False)
    )


def _field(name: str, info: FieldInfo, user: User) -> FilterField:
    base, metadata = _unwrapped(info.annotation)
    metadata = [*info.metadata, *metadata]
    kind, choices = _kind(name, base, metadata, user)
    return FilterField(
        name=name,
        label=_translated(info.title) or name.replace("_", " ").capitalize(),
        help=_translated(info.description),
        kind=kind,
        default=info.get_default(call_default_factory=True, validated_data={}),
        choices=choices,
        minimum=_bound(metadata, "ge"),
        maximum=_bound(metadata, "le"),
    )


def _translated(declared: str | None) -> str:
    """Empty text is the name of the catalogue's header, so it is not looked up."""
    return _(declared) if declared else ""


def _kind(
    name: str, base: Any, metadata: list[Any], user: User
) -> tuple[FieldKind, tuple[tuple[str, str], ...]]:
    if name == "period":
        return "period", tuple((value, str(label)) for value, label in PRESETS.items())
    if options := next((item for item in metadata if isinstance(item, Options)), None):
        return "choice", tuple((str(value), str(label)) for value, label in options.choices(user))
    if get_origin(base) is Literal:
        return "choice", tuple((str(value), _(str(value).replace("_", " "))) for value in get_args(base))
    if isinstance(base, type) and issubclass(base, Enum):
        return "choice", tuple((str(item.value), str(getattr(item, "label", item.name))) for item in base)
    kinds = (kind for known, kind in _KINDS if isinstance(base, type) and issubclass(base, known))
    return next(kinds, "text"), ()


def _unwrapped(annotation: Any) -> tuple[Any, list[Any]]:
    """The type without `| None` and `Annotated`, and what was annotated."""
    metadata: list[Any] = []
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation, *extra = get_args(annotation)
            metadata.extend(extra)
        elif origin in (Union, UnionType):
            annotation = next(part for part in get_args(annotation) if part is not type(None))
        else:
            return annotation, metadata


def _bound(metadata: list[Any], name: str) -> Any:
    found = (getattr(item, name) for item in metadata if getattr(item, name, None) is not None)
    return next(found, None)


def _is_blank(field: FilterField | None, value: Any) -> bool:
    return (
        value == "" and field is not None and (field.kind not in {"text", "choice"} or field.default is None)
    )


def _is_offered(field: FilterField, value: Any) -> bool:
    value = value.value if isinstance(value, Enum) else value
    return value in (None, "") or str(value) in dict(field.choices)


def _listed(field: FilterField) -> str:
    return ", ".join(value for value, _label in field.choices[:20]) or _("nothing to choose from")


def _value_text(field: FilterField, value: Any) -> str:
    if value is True:
        return _("yes")
    value = value.value if isinstance(value, Enum) else value
    return dict(field.choices).get(str(value), str(value))


def _messages(error: ValidationError) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for item in error.errors():
        name = str(item["loc"][0]) if item["loc"] else "filters"
        if item["type"] == "extra_forbidden":
            text = _("This report has no such filter.")
        else:
            text = item["msg"].removeprefix("Value error, ")
        found.setdefault(name, []).append(text)
    return found


def _invalid(errors: dict[str, list[str]]) -> Invalid:
    name, messages = next(iter(errors.items()))
    return Invalid(f"{name}: {messages[0]}", code="invalid_filters", errors=errors)
