"""What there is to choose between two rows, as people read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from django.apps import apps
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from apps.core.errors import Invalid
from apps.crm.choices import LeadStatus
from apps.crm.models import Lead, Merge
from apps.crm.services.merging.rules import Choice, Group, Mergeable, furthest, rules_of
from apps.crm.services.merging.snapshots import revive

#: Stands between two notes that were put together.
SEPARATOR = "\n\n– – –\n\n"


@dataclass(frozen=True)
class FieldChoice:
    """A field in which two rows differ. `kept` and `other` are the values as people read them ("" is empty).

    `options` are the choices there are; with only one of them, `reason` says why.
    """

    name: str
    label: str
    kept: str
    other: str
    suggestion: Choice
    options: tuple[Choice, ...]
    reason: str = ""


@dataclass(frozen=True)
class Told:
    """A field of a finished merge: whose value stayed, and the value ("" is empty)."""

    label: str
    choice: str
    value: str


def field_choices(kept: Mergeable, other: Mergeable) -> list[FieldChoice]:
    """The fields in which the rows differ, in the order of the page."""
    found = (_choice(group, kept, other) for group in rules_of(kept).groups if group.differs(kept, other))
    return [choice for choice in found if choice.kept or choice.other]


def decide(kept: Mergeable, other: Mergeable, chosen: Mapping[str, str]) -> dict[str, Choice]:
    """Field → choice for every field that differs: what was chosen, else what is suggested.

    Raises `Invalid` for a field that there is not, or a choice that is not offered.
    """
    rules = rules_of(kept)
    for name in chosen:
        rules.group(name)
    decided: dict[str, Choice] = {}
    for field in field_choices(kept, other):
        choice = next((option for option in field.options if option == chosen.get(field.name)), None)
        if choice is None and field.name in chosen:
            raise Invalid(
                field.reason or _("“%(label)s” cannot be chosen so.") % {"label": field.label},
                errors={field.name: list(field.options)},
            )
        decided[field.name] = choice or field.suggestion
    return decided


def apply(kept: Mergeable, other: Mergeable, choices: Mapping[str, Choice]) -> None:
    """Give `kept` the values that were chosen. Saves nothing."""
    rules = rules_of(kept)
    for name, choice in choices.items():
        for field in rules.group(name).fields:
            if choice == "both":
                setattr(kept, field, SEPARATOR.join([getattr(kept, field), getattr(other, field)]))
            elif choice == "other":
                setattr(kept, field, getattr(other, field))


def told_choices(done: Merge) -> list[Told]:
    """What was chosen in a merge, from the two rows as they were, in the order of the page."""
    model = cast("type[Mergeable]", apps.get_model(done.model))
    rows: dict[str, Any] = {"kept": revive(model, done.before), "other": revive(model, done.merged)}
    return [
        Told(str(group.label), done.choices[group.name], _values(group, rows, done.choices[group.name]))
        for group in rules_of(model).groups
        if group.name in done.choices
    ]


def _values(group: Group, rows: Mapping[str, Any], choice: str) -> str:
    sides = ("kept", "other") if choice == "both" else (choice,)
    return SEPARATOR.join(_text(rows[side], group) for side in sides)


def _choice(group: Group, kept: Mergeable, other: Mergeable) -> FieldChoice:
    texts = _text(kept, group), _text(other, group)
    won = _won(group, kept, other)
    options: tuple[Choice, ...] = (won,) if won else ("kept", "other")
    if group.may_both and all(texts):
        options = (*options, "both")
    return FieldChoice(
        name=group.name,
        label=str(group.label),
        kept=texts[0],
        other=texts[1],
        suggestion=options[-1] if len(options) != 2 else _suggestion(group, kept, other, texts),
        options=options,
        reason=_("A won lead is a customer and stays won.") if won else "",
    )


def _suggestion(group: Group, kept: Mergeable, other: Mergeable, texts: tuple[str, str]) -> Choice:
    """What is there rather than nothing, the furthest stage, else what the row that stays says."""
    if not all(texts):
        return "kept" if texts[0] else "other"
    if group.name == "status" and isinstance(kept, Lead) and isinstance(other, Lead):
        return furthest(kept, other)
    return "kept"


def _won(group: Group, kept: Mergeable, other: Mergeable) -> Choice | None:
    if group.name != "status":
        return None
    won = [row.status == LeadStatus.CLOSED_WON for row in (kept, other) if isinstance(row, Lead)]
    if True not in won:
        return None
    return "kept" if won[0] else "other"


def _text(row: Any, group: Group) -> str:
    if group.name == "status":
        return " · ".join(filter(None, [row.get_status_display(), _lost(row)]))
    if group.name == "value":
        return f"{row.currency} {_shown(row.value)}" if row.value is not None else ""
    field = row._meta.get_field(group.name)
    if isinstance(field, models.ForeignKey):
        return str(getattr(row, field.name) or "")
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    return _shown(getattr(row, field.name))


def _lost(lead: Lead) -> str:
    return lead.lost_note or str(lead.get_lost_reason_display()) if lead.lost_reason else ""


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    if isinstance(value, Decimal):
        return number_format(value, 2, use_l10n=True, force_grouping=True)
    return str(value)
