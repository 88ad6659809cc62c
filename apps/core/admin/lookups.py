"""Which conditions an address may hold."""

from __future__ import annotations

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.db.models.constants import LOOKUP_SEP

#: How a field may be compared. Patterns (regex, similarity) cost what their writer wants and tell letter by
#: letter what a field holds; parts of dates overflow with any number.
COMPARISONS = frozenset({"exact", "in", "gt", "gte", "lt", "lte", "isnull", "hour", "iso_week_day"})


def is_plain(model: type[Model], lookup: str) -> bool:
    """Whether `lookup` is a path of fields followed by nothing but `COMPARISONS`, or names no field at all:
    then Django leads back to the list.
    """
    parts = lookup.split(LOOKUP_SEP)
    found: type[Model] | None = model
    while parts and found is not None:
        try:
            field = found._meta.pk if parts[0] == "pk" else found._meta.get_field(parts[0])
        except FieldDoesNotExist:
            break
        parts.pop(0)
        found = getattr(field, "related_model", None)
    return parts == lookup.split(LOOKUP_SEP) or COMPARISONS.issuperset(parts)
