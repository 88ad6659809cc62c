"""Paging by position: the cost of a page does not grow with its number, and new rows do not shift pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import reduce
from operator import or_
from typing import Any, Generic, TypeVar

from django.core import signing
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.db.models import F, OrderBy, Q, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

from apps.core.errors import Invalid

M = TypeVar("M", bound=models.Model)
Values = Sequence[Any]


@dataclass(frozen=True)
class KeysetPage(Generic[M]):
    """Rows of one page. `next` and `previous` are tokens; "" where there is nothing further."""

    rows: list[M]
    next: str
    previous: str


@dataclass(frozen=True)
class _Column:
    """One field of an ordering. `indexed` is the direction and the place of empty values in its index."""

    name: str
    descending: bool
    field: models.Field[Any, Any]
    nullable: bool
    indexed: OrderBy


class Keyset:
    """An ordering that pages can be cut from: `Keyset("-created_at", "-id")`.

    Any mix of directions; the last field must be unique and never null. Empty values come last in both
    directions. Fields may lie across relations (`owner__name`) or be annotations.
    """

    def __init__(self, *ordering: str) -> None:
        if not ordering:
            raise ValueError("A keyset needs at least one field.")
        self.ordering = ordering

    def page(self, queryset: QuerySet[M], *, limit: int, after: str = "", before: str = "") -> KeysetPage[M]:
        """The `limit` rows after the position `after` or before `before`, or the first ones.

        A page before the first row is filled up to the first page. Raises `Invalid` with code "bad_cursor"
        when a token is forged, or of another ordering.
        """
        columns = self._columns(queryset)
        if before:
            return self._backwards(queryset, columns, limit, before)
        position = self._read(after, columns) if after else None
        rows = _take(queryset, columns, position, limit + 1)
        return self._cut(rows[:limit], columns, further=len(rows) > limit, back=position is not None)

    def token(self, queryset: QuerySet[M], row: M) -> str:
        """The position of `row`: as `after`, it begins a page of `queryset` with the row that follows."""
        return self._write(row, self._columns(queryset))

    def _backwards(
        self, queryset: QuerySet[M], columns: list[_Column], limit: int, before: str
    ) -> KeysetPage[M]:
        position = self._read(before, columns)
        found = _take(queryset, columns, position, limit + 1, backwards=True)
        if len(found) < limit:
            return self.page(queryset, limit=limit)
        return self._cut(found[:limit][::-1], columns, further=True, back=len(found) > limit)

    def _cut(self, rows: list[M], columns: list[_Column], *, further: bool, back: bool) -> KeysetPage[M]:
        return KeysetPage(
            rows=rows,
            next=self._write(rows[-1], columns) if rows and further else "",
            previous=self._write(rows[0], columns) if rows and back else "",
        )

    def _columns(self, queryset: QuerySet[M]) -> list[_Column]:
        return [_column(queryset, name) for name in self.ordering]

    @property
    def _salt(self) -> str:
        return f"core.keyset:{','.join(self.ordering)}"

    def _write(self, row: models.Model, columns: list[_Column]) -> str:
        values = [_as_text(_value(row, column.name)) for column in columns]
        return signing.dumps(values, salt=self._salt)

    def _read(self, token: str, columns: list[_Column]) -> list[Any]:
        try:
            texts = signing.loads(token, salt=self._salt)
            return [
                None if text is None else column.field.to_python(text)
                for column, text in zip(columns, texts, strict=True)
            ]
        except (signing.BadSignature, ValidationError, ValueError) as error:
            raise Invalid("This page address is not valid.", code="bad_cursor") from error


def _column(queryset: QuerySet[M], name: str) -> _Column:
    path = name.removeprefix("-")
    descending = name.startswith("-")
    plain = OrderBy(F(path), nulls_last=True)
    annotation = queryset.query.annotations.get(path)
    if annotation is not None:
        return _Column(path, descending, annotation.output_field, nullable=True, indexed=plain)
    model: Any = queryset.model
    nullable = False
    for part in path.split(LOOKUP_SEP):
        field = model._meta.pk if part == "pk" else model._meta.get_field(part)
        nullable = nullable or field.null
        model = field.related_model
    if model is not None:
        raise FieldDoesNotExist(f"{path} is a relation: order by a field of it.")
    return _Column(path, descending, field, nullable, _indexed_order(queryset.model, path) or plain)


def _indexed_order(model: type[models.Model], name: str) -> OrderBy | None:
    """How the first index that begins with the field orders it."""
    for index in model._meta.indexes:
        if index.expressions:
            first = index.expressions[0]
            if isinstance(first, OrderBy) and first.expression == F(name):
                return first
        elif index.fields_orders[0][0] == name:
            downwards = index.fields_orders[0][1] == "DESC"
            return OrderBy(F(name), descending=downwards, **_empties(last=not downwards))
    return None


def _empties(*, last: bool) -> dict[str, bool]:
    return {"nulls_last": True} if last else {"nulls_first": True}


def _take(
    queryset: QuerySet[M],
    columns: list[_Column],
    position: Values | None,
    limit: int,
    *,
    backwards: bool = False,
) -> list[M]:
    """Up to `limit` rows beyond `position`; rows with and without a first value are read one after the other.

    Each part is one walk along an index, which a condition "greater or empty" would not be.
    """
    order = list(_orders(columns, backwards=backwards))
    rows: list[M] = []
    for part in _parts(columns, position, backwards=backwards):
        if len(rows) < limit:
            rows += queryset.filter(part).order_by(*order)[: limit - len(rows)]
    return rows


def _parts(columns: list[_Column], position: Values | None, *, backwards: bool) -> Iterator[Q]:
    """Conditions of the parts of the list beyond `position`, in the order of reading."""
    first, rest = columns[0], columns[1:]
    beyond = _beyond(columns, position, backwards=backwards) if position is not None else Q()
    if not first.nullable:
        yield beyond
        return
    filled, empty = Q(**{f"{first.name}__isnull": False}), Q(**{f"{first.name}__isnull": True})
    if position is None:
        yield from (filled, empty)
    elif position[0] is not None:
        yield filled & beyond
        if not backwards:
            yield empty
    else:
        yield empty & _beyond(rest, position[1:], backwards=backwards)
        if backwards:
            yield filled


def _beyond(columns: list[_Column], position: Values, *, backwards: bool) -> Q:
    """Rows beyond `position`: one comparison of rows where all fields run one way, for an index serves it."""
    directions = {column.descending != backwards for column in columns}
    if len(columns) > 1 and len(directions) == 1 and not any(column.nullable for column in columns[1:]):
        compare = TupleLessThan if directions == {True} else TupleGreaterThan
        return Q(compare(Tuple(*(F(column.name) for column in columns)), tuple(position)))
    return _spelled_out(columns, position, backwards=backwards)


def _spelled_out(columns: list[_Column], position: Values, *, backwards: bool) -> Q:
    """Beyond in the first field, or equal there and beyond in the second, and so on."""
    equal = Q()
    alternatives = []
    for column, value in zip(columns, position, strict=True):
        alternatives.append(equal & _past(column, value, backwards=backwards))
        equal &= Q(**{column.name: value}) if value is not None else Q(**{f"{column.name}__isnull": True})
    return reduce(or_, alternatives)


def _past(column: _Column, value: Any, *, backwards: bool) -> Q:
    if value is None:
        return Q(**{f"{column.name}__isnull": False}) if backwards else Q(pk__in=[])
    past = Q(**{f"{column.name}__{'lt' if column.descending != backwards else 'gt'}": value})
    if column.nullable and not backwards:
        past |= Q(**{f"{column.name}__isnull": True})
    return past


def _orders(columns: list[_Column], *, backwards: bool) -> Iterator[OrderBy]:
    first, *rest = columns
    yield _first_order(first, backwards=backwards)
    for column in rest:
        places = _empties(last=not backwards) if column.nullable else {}
        yield OrderBy(F(column.name), descending=column.descending != backwards, **places)


def _first_order(column: _Column, *, backwards: bool) -> OrderBy:
    """The direction of the first field. Each part has only empty or only filled values in it (see `_parts`).

    So the place of the empty ones is free, and is that in which an index can be walked, on or back.
    """
    descending = column.descending != backwards
    if not column.nullable:
        return OrderBy(F(column.name), descending=descending)
    along = column.indexed.descending == descending
    return OrderBy(F(column.name), descending=descending, **_empties(last=_is_last(column.indexed) == along))


def _is_last(order: OrderBy) -> bool:
    """Whether PostgreSQL puts empty values at the end: it does by default when it counts upwards."""
    return bool(order.nulls_last) or (not order.nulls_first and not order.descending)


def _value(row: models.Model, path: str) -> Any:
    value: Any = row
    for part in path.split(LOOKUP_SEP):
        value = getattr(value, part) if value is not None else None
    return value


def _as_text(value: Any) -> str | None:
    if value is None:
        return None
    return value.isoformat() if isinstance(value, date | datetime | time) else str(value)
