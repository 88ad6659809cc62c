"""What of a run can be put back, and why the rest cannot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import cast
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.assistant.choices import StepKind, StepStatus
from apps.assistant.models import Run
from apps.assistant.rehearsing.changes import columns_of, label_of, model_of
from apps.assistant.rehearsing.effects import leaves_the_house
from apps.assistant.rehearsing.reading import visible_keys
from apps.assistant.undoing import rows
from apps.assistant.undoing.dependants import dependants_of
from apps.assistant.undoing.rights import holds_right, kinds_asked_for, no_right, was_written_along
from apps.audit.choices import RowOperation
from apps.audit.models import RowChange

Key = tuple[str, str]

IN_ITS_PLACE = gettext_lazy("The database refuses it: another row is in its place.")


@dataclass
class Restorable:
    """One row and what the run did to it, in order. `refusal` says why it stays as it is, or is empty."""

    table: str
    id: str
    changes: list[RowChange]
    refusal: str = ""

    @property
    def key(self) -> Key:
        """Table and key."""
        return self.table, self.id

    @property
    def model(self) -> type[Model]:
        """The model of its table."""
        return cast("type[Model]", model_of(self.table))

    @property
    def steps(self) -> set[UUID | None]:
        """The steps that changed it."""
        return {change.step_id for change in self.changes}

    @cached_property
    def points_at(self) -> set[Key]:
        """The rows that it belonged to at any time of the run."""
        return {
            (cast("type[Model]", one.related_model)._meta.db_table, str(side[column]))
            for change in self.changes
            for side in (change.before, change.after)
            for column, one in columns_of(self.model).items()
            if side and one.remote_field is not None and side.get(column)
        }

    @property
    def first(self) -> RowChange:
        """What holds the row as it was."""
        return self.changes[0]

    @property
    def last(self) -> RowChange:
        """What holds the row as the run left it."""
        return self.changes[-1]

    @property
    def operation(self) -> RowOperation:
        """What the run did to it, taken together."""
        if self.first.before is None:
            return RowOperation.INSERT
        return RowOperation.DELETE if self.last.after is None else RowOperation.UPDATE

    @property
    def label(self) -> str:
        """What people call it."""
        return label_of(self.table, self.last.after or self.first.before or {})

    def told(self) -> dict[str, str]:
        """As `RunUndo` keeps it."""
        return {
            "table": self.table,
            "id": self.id,
            "label": self.label,
            "operation": self.operation,
            **({"reason": self.refusal} if self.refusal else {}),
        }


@dataclass
class Plan:
    """The rows of a run, and what of its work stays whatever happens: `outside` left the house. `passed` are
    rows that it changed and left as they had been.
    """

    run: Run
    rows: list[Restorable]
    passed: list[Restorable] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    @property
    def put_back(self) -> list[Restorable]:
        """What can be put back."""
        return [row for row in self.rows if not row.refusal]

    @property
    def refused(self) -> list[Restorable]:
        """What cannot."""
        return [row for row in self.rows if row.refusal]


def plan_undo(run: Run, actor: User, *, locked: bool = False) -> Plan:
    """Look at every row that the run changed. `locked`: nobody changes them until the transaction ends."""
    plan = Plan(run, *_rows(run), _outside(run))
    for model, those in _by_model(plan.put_back).items():
        if locked:
            rows.lock(model, [row.id for row in those])
        _refuse_changed(model, those)
        _refuse_hidden(actor, model, those)
    _refuse_hidden_when_back(plan, actor)
    _refuse_without_right(plan, actor)
    settle(plan)
    return plan


def settle(plan: Plan) -> None:
    """What depends on a row that stays as it is stays, too; until nothing more follows."""
    watched = rows.watched_tables()
    while True:
        before = len(plan.refused)
        _refuse_needed(plan, watched)
        _refuse_rootless(plan)
        if len(plan.refused) == before:
            return


def _rows(run: Run) -> tuple[list[Restorable], list[Restorable]]:
    """The rows that are not as they were, and those that are."""
    found: dict[Key, Restorable] = {}
    for change in RowChange.objects.filter(run_id=run.pk).order_by("id"):
        key = change.table, change.row_id
        found.setdefault(key, Restorable(*key, [])).changes.append(change)
    left = [row for row in found.values() if row.first.before != row.last.after]
    for row in left:
        if model_of(row.table) is None:
            row.refusal = _("Rows of this kind are not kept any more.")
    passed = [row for row in found.values() if row.first.before == row.last.after and model_of(row.table)]
    return left, passed


def _outside(run: Run) -> list[str]:
    done = run.steps.filter(kind=StepKind.TOOL, status=StepStatus.DONE)
    return [step.summary.rstrip(" …") for step in done if leaves_the_house(step.name)]


def _by_model(those: Iterable[Restorable]) -> dict[type[Model], list[Restorable]]:
    found: dict[type[Model], list[Restorable]] = defaultdict(list)
    # In one order for everybody, so that two undos never wait for each other.
    for row in sorted(those, key=lambda row: row.key):
        found[row.model].append(row)
    return found


def _refuse_changed(model: type[Model], those: list[Restorable]) -> None:
    states = rows.state_since(model, {row.id: row.last for row in those})
    names = {column: one.verbose_name for column, one in columns_of(model).items()}
    for row in those:
        columns = states[row.id]
        if columns is None:
            row.refusal = _("It was deleted since.") if row.last.after else _("It is there again already.")
        elif columns:
            told = [str(names.get(column, column)) for column in columns if column != "updated_at"]
            row.refusal = _("It was changed since: %(fields)s.") % {
                "fields": ", ".join(sorted(told)) or _("saved again")
            }


def _refuse_hidden(actor: User, model: type[Model], those: list[Restorable]) -> None:
    """Of the rows that are there, those that the actor may not see."""
    there = [row for row in those if row.last.after is not None and not row.refusal]
    seen = visible_keys(actor, model, [row.id for row in there]) if there else set()
    for row in there:
        if row.id not in seen:
            row.refusal = _("You may not see it.")


def _refuse_hidden_when_back(plan: Plan, actor: User) -> None:
    """A row that is gone can be asked who may see it only when it is there again: so it comes, and goes."""
    gone = [row for row in plan.put_back if row.last.after is None]
    if not gone:
        return
    with transaction.atomic():
        came = [row for row in gone if _comes_back(row)]
        for model, those in _by_model(came).items():
            seen = visible_keys(actor, model, [row.id for row in those])
            for row in those:
                if row.id not in seen:
                    row.refusal = _("You may not see it.")
        transaction.set_rollback(True)


def _comes_back(row: Restorable) -> bool:
    try:
        with transaction.atomic():
            for change in reversed(row.changes):
                rows.take_back(row.model, change)
    except IntegrityError:
        row.refusal = str(IN_ITS_PLACE)
        return False
    return True


def _refuse_without_right(plan: Plan, actor: User) -> None:
    """The actor needs a right to each row, or to one that it was written along with in the same step."""
    open_rows = [*plan.put_back, *plan.passed]
    held = [row for row in open_rows if holds_right(plan.run, actor, row.model, row.operation)]
    keys = {row.key for row in held}
    others = [row for row in plan.put_back if row.key not in keys]
    if not others:
        return
    kinds = kinds_asked_for(plan.run, {step for row in others for step in row.steps if step})
    carried = _carried(held)
    for row in others:
        came_with = carried[row.key].union(*(carried[key] for key in row.points_at & keys))
        asked = [kinds.get(step) if step else None for step in row.steps]
        if not was_written_along(row.model, asked):
            row.refusal = no_right(row.model)
        elif not row.steps <= came_with:
            row.refusal = _("It came with another row, which stays as it is.")


def _carried(held: Iterable[Restorable]) -> dict[Key, set[UUID | None]]:
    """By row, the steps that changed it together with one of those rows, or one that points at it."""
    found: dict[Key, set[UUID | None]] = defaultdict(set)
    for row in held:
        for key in {row.key, *row.points_at}:
            found[key] |= row.steps
    return found


def _refuse_needed(plan: Plan, watched: set[str]) -> None:
    """A row that was added goes only if nothing that stays points at it."""
    going = [row for row in plan.put_back if row.operation == RowOperation.INSERT]
    afterwards = {row.key: row.first.before for row in plan.put_back}
    for model, those in _by_model(going).items():
        needed = dependants_of(model, [row.id for row in those], afterwards=afterwards, watched=watched)
        for row in those:
            if row.id in needed:
                row.refusal = _("Other rows depend on it: %(what)s.") % {"what": ", ".join(needed[row.id])}


def _refuse_rootless(plan: Plan) -> None:
    """A row comes back only if all that it pointed at is there, or comes back with it."""
    coming = {row.key for row in plan.put_back if row.operation == RowOperation.DELETE}
    pointing = [row for row in plan.put_back if row.operation != RowOperation.INSERT]
    for model, those in _by_model(pointing).items():
        for column, one in columns_of(model).items():
            if one.remote_field is None:
                continue
            target = cast("type[Model]", one.related_model)
            wanted = {str((row.first.before or {}).get(column) or "") for row in those} - {""}
            there = {
                str(pk) for pk in target._base_manager.filter(pk__in=wanted).values_list("pk", flat=True)
            }
            for row in those:
                key = str((row.first.before or {}).get(column) or "")
                if key and key not in there and (target._meta.db_table, key) not in coming:
                    row.refusal = _("What it belonged to is gone: %(what)s.") % {"what": one.verbose_name}
