"""Undo what a run changed."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.assistant.choices import FINAL
from apps.assistant.models import Run, RunUndo
from apps.assistant.rehearsing.changes import model_of
from apps.assistant.undoing import rows
from apps.assistant.undoing.dependants import clear_traces
from apps.assistant.undoing.planning import IN_ITS_PLACE, Plan, Restorable, plan_undo, settle
from apps.assistant.undoing.rights import holds_right, who_may
from apps.audit import services as audit
from apps.audit.choices import RowOperation
from apps.audit.models import RowChange
from apps.core.errors import Conflict, Forbidden
from apps.core.retrying import atomic_retried


def preview(*, run: Run, actor: User) -> Plan:
    """What an undo would put back, and what not. Raises as `undo_run` does before it looks at rows."""
    _require(run, actor)
    return plan_undo(run, actor)


def can_be_undone(*, run: Run, actor: User) -> bool:
    """Whether it is worth asking: the run is over, was not undone, and the actor may undo some of it."""
    return (
        run.status in FINAL
        and not who_may(run, actor)
        and _holds_right_to_some(run, actor)
        and not RunUndo.objects.filter(run=run).exists()
    )


def _holds_right_to_some(run: Run, actor: User) -> bool:
    kinds = RowChange.objects.filter(run_id=run.pk).values_list("table", "operation").order_by().distinct()
    return any(
        (model := model_of(table)) is not None and holds_right(run, actor, model, RowOperation(operation))
        for table, operation in kinds
    )


@atomic_retried
def undo_run(*, run: Run, actor: User, rest: bool = False) -> RunUndo:
    """Put back every row that the run changed, exactly as it was; once.

    All of it or nothing, unless `rest` asks for what is possible. A row that was changed since, by whomever,
    is refused, as is one on which others depend by now. Mails and files that were sent stay sent.

    Raises `Forbidden`, and `Conflict` with the code "run_active", "undone_already", "nothing_to_undo" or
    "undo_refused" (with the rows and reasons in `errors`).
    """
    held = Run.objects.select_for_update(of=("self",), no_key=True).select_related("user").get(pk=run.pk)
    _require(held, actor)
    plan = plan_undo(held, actor, locked=True)
    while True:
        _require_something(plan, rest=rest)
        try:
            with transaction.atomic():
                _write(plan)
        except _Stays as stays:
            stays.row.refusal = stays.reason
            settle(plan)
        else:
            break
    undo = RunUndo.objects.create(
        run=held,
        undone_by=actor,
        undone=[row.told() for row in plan.put_back],
        refused=[row.told() for row in plan.refused],
    )
    counts = {"undone": len(plan.put_back), "refused": len(plan.refused), "outside": len(plan.outside)}
    audit.record(action="assistant.run.undone", obj=held, actor=actor, details=counts)
    return undo


@dataclass
class _Stays(Exception):
    """The database speaks against one row."""

    row: Restorable
    reason: str


def _require(run: Run, actor: User) -> None:
    if reason := who_may(run, actor):
        raise Forbidden(reason)
    if run.status not in FINAL:
        raise Conflict(_("The run is not over yet."), code="run_active")
    if RunUndo.objects.filter(run=run).exists():
        raise Conflict(_("This run was undone already."), code="undone_already")


def _require_something(plan: Plan, *, rest: bool) -> None:
    refusals = {f"{row.table} {row.id}": [row.refusal] for row in plan.refused}
    if refusals and not rest:
        raise Conflict(
            _("Not everything can be put back, so nothing was. Look at the reasons, then decide."),
            code="undo_refused",
            errors=refusals,
        )
    if not plan.put_back:
        raise Conflict(_("There is nothing to put back."), code="nothing_to_undo", errors=refusals)


def _write(plan: Plan) -> None:
    """The changes of all rows that can be put back, the last first, as if the run went backwards."""
    watched = rows.watched_tables()
    changes = [(change, row) for row in plan.put_back for change in row.changes]
    for change, row in sorted(changes, key=lambda pair: -pair[0].pk):
        try:
            with transaction.atomic():
                if change.before is None:
                    clear_traces(row.model, row.id, watched=watched)
                rows.take_back(row.model, change)
        except IntegrityError as error:
            raise _Stays(row, str(IN_ITS_PLACE)) from error
    try:
        connection.check_constraints()
    except IntegrityError as error:
        raise Conflict(
            _("What the run changed hangs together with other rows by now. Nothing was put back."),
            code="undo_refused",
        ) from error
