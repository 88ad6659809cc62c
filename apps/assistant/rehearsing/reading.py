"""Changes of rows as people read them, and only by those who may read the rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.db.models import Field, Model, UUIDField
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.assistant.rehearsing.changes import HIDDEN, RowDiff, columns_of, is_secret, label_of, model_of
from apps.assistant.rehearsing.values import label_of_field, text_of
from apps.audit.choices import RowOperation
from apps.core.querysets import VisibleQuerySet

TONES = {RowOperation.INSERT: "good", RowOperation.UPDATE: "info", RowOperation.DELETE: "bad"}
#: Kept by programs for programs; they say nothing that the other fields do not.
_BOOKKEEPING = {"id", "created_at", "updated_at", "position"}


@dataclass(frozen=True)
class ShownField:
    """One field: what it was and what it is."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class ShownRow:
    """One row that changed. Without the right to read it, `hidden` says so and the rest stays empty."""

    id: str
    kind: str
    label: str
    url: str
    operation: str
    tone: str
    word: str
    fields: tuple[ShownField, ...] = ()
    hidden: bool = False
    #: As `kind`, of more than one.
    kinds: str = ""


@dataclass(frozen=True)
class Change:
    """What the page is given of a row, whether from the journal or from a rehearsal."""

    table: str
    id: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    label: str = ""

    @property
    def operation(self) -> RowOperation:
        """Added, changed or deleted."""
        if self.before is None:
            return RowOperation.INSERT
        return RowOperation.DELETE if self.after is None else RowOperation.UPDATE


def from_diffs(diffs: Iterable[RowDiff]) -> list[Change]:
    """Of rows in the journal."""
    return [Change(diff.table, diff.id, diff.before, diff.after) for diff in diffs]


def from_kept(rows: Iterable[Mapping[str, Any]]) -> list[Change]:
    """Of rows that a rehearsal kept."""
    return [
        Change(row["table"], row["id"], row.get("before"), row.get("after"), row.get("label", ""))
        for row in rows
    ]


class Reader:
    """Reads changes to one person. A row that is not there any more cannot be asked who may see it: it is
    read to `insiders`, the people whose run it was, and to those who see every row of its kind. With
    `only_editable`, what the code alone writes is left out.
    """

    def __init__(
        self,
        viewer: User,
        changes: Sequence[Change],
        *,
        insiders: Iterable[UUID],
        only_editable: bool = False,
    ) -> None:
        self._viewer = viewer
        self._only_editable = only_editable
        self._inside = viewer.pk in set(insiders)
        self._names = {(change.table, change.id): self._label(change) for change in changes}
        self._seen = self._sight(changes)
        self._linked = self._links(changes)

    def read(self, changes: Iterable[Change]) -> list[ShownRow]:
        """The changes in words."""
        return [self._row(change) for change in changes]

    def _sight(self, changes: Iterable[Change]) -> set[tuple[str, str]]:
        """The rows among them that the viewer may read."""
        wanted: dict[str, set[str]] = defaultdict(set)
        for change in changes:
            wanted[change.table].add(change.id)
        seen: set[tuple[str, str]] = set()
        self._there: set[tuple[str, str]] = set()
        for table, ids in wanted.items():
            model = model_of(table)
            if model is None:
                continue
            there = {str(pk) for pk in model._base_manager.filter(pk__in=ids).values_list("pk", flat=True)}
            visible = visible_keys(self._viewer, model, there)
            self._there |= {(table, key) for key in visible}
            gone = ids - there if self._may_read_gone(model) else set()
            seen |= {(table, key) for key in visible | gone}
        return seen

    def _may_read_gone(self, model: type[Model]) -> bool:
        return self._inside or _sees_every_row(self._viewer, model)

    def _links(self, changes: Iterable[Change]) -> dict[tuple[str, str], str]:
        """What foreign keys lead to, as far as the viewer may see it: one query for each model."""
        wanted: dict[type[Model], set[str]] = defaultdict(set)
        for change in changes:
            model = model_of(change.table)
            for name, one in columns_of(model).items() if model else ():
                if one.remote_field is not None:
                    values = {str((side or {}).get(name) or "") for side in (change.before, change.after)}
                    wanted[cast("type[Model]", one.related_model)] |= values - {""}
        found: dict[tuple[str, str], str] = {}
        for model, keys in wanted.items():
            # Colleagues have names for everybody, also for those who may not open their accounts.
            rows = User.objects.all() if model is User else _visible(self._viewer, model)
            for row in rows.filter(pk__in=keys):
                found[model._meta.db_table, str(row.pk)] = str(row)[:120]
        return found

    def _label(self, change: Change) -> str:
        return change.label or label_of(change.table, change.after or change.before or {})

    def _row(self, change: Change) -> ShownRow:
        model = model_of(change.table)
        operation = change.operation
        kind = str(model._meta.verbose_name) if model else change.table
        word, tone = str(operation.label), TONES[operation]
        if model is None or (change.table, change.id) not in self._seen:
            return ShownRow("", kind, _("not for you to see"), "", operation, tone, word, hidden=True)
        there = (change.table, change.id) in self._there
        return ShownRow(
            id=change.id,
            kind=kind,
            label=self._names[change.table, change.id],
            url=_url(model, change.id) if there else "",
            operation=operation,
            tone=tone,
            word=word,
            fields=tuple(self._fields(model, change)),
            kinds=str(model._meta.verbose_name_plural),
        )

    def _fields(self, model: type[Model], change: Change) -> Iterable[ShownField]:
        before, after = change.before or {}, change.after or {}
        for name, one in columns_of(model).items():
            old, new = before.get(name), after.get(name)
            if old == new or _is_bookkeeping(one) or (self._only_editable and not one.editable):
                continue
            # A deleted row is told by what it was, a new one by what it is; empty fields say nothing.
            if not ((old or new) or (change.before and change.after)):
                continue
            # The currency of a row that came or went stands with its amounts.
            if one.name == "currency" and not (change.before and change.after):
                continue
            yield ShownField(
                label=label_of_field(one),
                before=self._value(one, old, before),
                after=self._value(one, new, after),
            )

    def _value(self, one: Field[Any, Any], value: Any, row: Mapping[str, Any]) -> str:
        if value in (None, "", [], {}):
            return ""
        if is_secret(one):
            return HIDDEN
        if one.remote_field is not None:
            table = cast("type[Model]", one.related_model)._meta.db_table
            return self._linked.get((table, str(value))) or self._named(table, str(value))
        return text_of(one, value, currency=str(row.get("currency") or ""))

    def _named(self, table: str, key: str) -> str:
        """A row that is only there in the change itself, if the viewer may read that."""
        return self._names.get((table, key), "") if (table, key) in self._seen else _("(not shown)")


def visible_keys(user: User, model: type[Model], keys: Iterable[str]) -> set[str]:
    """Those of the keys whose rows the user may see."""
    rows = _visible(user, model).filter(pk__in=list(keys))
    return {str(pk) for pk in rows.order_by().values_list("pk", flat=True)}


def may_view(user: User, model: type[Model]) -> bool:
    """Whether the user has the right to view rows of that kind at all."""
    return user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")


def _sees_every_row(user: User, model: type[Model]) -> bool:
    """Whether nothing is left out for the user, so that also a row that is gone would be theirs to see."""
    query = _visible(user, model).query
    return may_view(user, model) and not query.where.children and not query.combinator


def _visible(user: User, model: type[Model]) -> Any:
    rows: Any = model._default_manager.all()
    if isinstance(rows, VisibleQuerySet):
        return rows.visible_to(user)
    return rows if may_view(user, model) else rows.none()


def _url(model: type[Model], key: str) -> str:
    try:
        return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[key])
    except NoReverseMatch:
        return ""


def _is_bookkeeping(one: Field[Any, Any]) -> bool:
    comparable = not one.editable and one.name.endswith("_key")
    is_reference = isinstance(one, UUIDField) and one.remote_field is None
    return one.name in _BOOKKEEPING or comparable or is_reference
