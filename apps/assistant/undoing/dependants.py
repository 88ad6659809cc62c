"""What points at a row, and what becomes of it when the row goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.db.models import CASCADE, SET_NULL, Model

#: Rows that are counted at most, for a sentence.
COUNTED = 100


def dependants_of(
    model: type[Model],
    keys: Collection[str],
    *,
    afterwards: Mapping[tuple[str, str], Mapping[str, Any] | None],
    watched: Collection[str],
) -> dict[str, list[str]]:
    """Of the rows with those keys the ones that must stay, with what depends on them in words.

    `afterwards` says of rows (table and key) how they will be: None when they go, too. What points at a row
    from a table that nobody works with (not `watched`) is only a trace of it, unless it forbids it to go.
    """
    found: dict[str, list[str]] = defaultdict(list)
    for relation in _pointers(model):
        other = relation.related_model
        if other._meta.db_table not in watched and _on_delete(relation) in (CASCADE, SET_NULL):
            continue
        counted: dict[str, int] = defaultdict(int)
        name = relation.field.name
        pairs = other._base_manager.filter(**{f"{name}__in": list(keys)}).values_list(
            "pk", relation.field.attname
        )
        for pk, key in pairs[: COUNTED * len(keys)]:
            there = (other._meta.db_table, str(pk))
            will_be = afterwards.get(there) or {}
            if there not in afterwards or str(will_be.get(relation.field.column)) == str(key):
                counted[str(key)] += 1
        for key, number in counted.items():
            words = other._meta.verbose_name if number == 1 else other._meta.verbose_name_plural
            found[key].append(f"{number} {words}")
    return found


def clear_traces(model: type[Model], key: str, *, watched: Collection[str]) -> None:
    """Remove what points at a row that goes from tables that nobody works with."""
    for relation in _pointers(model):
        if relation.related_model._meta.db_table in watched:
            continue
        pointing = relation.related_model._base_manager.filter(**{relation.field.name: key})
        if _on_delete(relation) is SET_NULL:
            pointing.update(**{relation.field.name: None})
        elif _on_delete(relation) is CASCADE:
            pointing.delete()


def _pointers(model: type[Model]) -> Iterator[Any]:
    """The foreign keys of all models that lead to this one, also those without a name on this side."""
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one):
            yield relation


def _on_delete(relation: Any) -> Any:
    return relation.on_delete
