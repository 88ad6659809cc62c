"""The plan of an undo as a page shows it: sums by kind of row, and some of the rows in full."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from apps.accounts.models import User
from apps.assistant.rehearsing.changes import model_of
from apps.assistant.rehearsing.reading import TONES, Change, Reader, ShownRow
from apps.assistant.undoing.planning import Plan, Restorable
from apps.audit.choices import RowOperation

#: Rows that a page shows in full.
PAGE_ROWS = 200
#: Taking back what was added deletes it, and so on.
BACKWARDS = {
    RowOperation.INSERT: RowOperation.DELETE,
    RowOperation.UPDATE: RowOperation.UPDATE,
    RowOperation.DELETE: RowOperation.INSERT,
}


@dataclass(frozen=True)
class Sum:
    """So many rows of a kind to which the same is done, or which stay for the same `reason`."""

    number: int
    kind: str
    word: str
    tone: str
    reason: str


@dataclass(frozen=True)
class Shown:
    """What the page shows: all rows as sums, and those of one page with what becomes of them."""

    going: list[Sum]
    staying: list[Sum]
    page: Page[Restorable]
    rows: list[tuple[Restorable, ShownRow]]

    @property
    def number_going(self) -> int:
        """How many are put back."""
        return sum(one.number for one in self.going)

    @property
    def number_staying(self) -> int:
        """How many are not."""
        return sum(one.number for one in self.staying)

    @property
    def following(self) -> int:
        """How many come on later pages."""
        return self.page.paginator.count - self.page.end_index()


def shown(plan: Plan, viewer: User, *, number: str | int | None = 1) -> Shown:
    """The page of that number; what stays comes first. The queries do not grow with the plan."""
    page = Paginator([*plan.refused, *plan.put_back], PAGE_ROWS).get_page(number)
    return Shown(_sums(plan.put_back), _sums(plan.refused), page, _read(plan, viewer, list(page)))


def _sums(rows: Iterable[Restorable]) -> list[Sum]:
    counted = Counter((row.table, row.operation, row.refusal) for row in rows)
    return [Sum(number, _kind(table, number), *_done(operation), reason)
            for (table, operation, reason), number in counted.most_common()]  # fmt: skip


def _kind(table: str, number: int) -> str:
    model = model_of(table)
    if model is None:
        return table
    return str(model._meta.verbose_name if number == 1 else model._meta.verbose_name_plural)


def _done(operation: RowOperation) -> tuple[str, str]:
    back = BACKWARDS[operation]
    return str(back.label), TONES[back]


def _read(plan: Plan, viewer: User, rows: Sequence[Restorable]) -> list[tuple[Restorable, ShownRow]]:
    """Each row with what would become of it: the change of the run, read backwards."""
    named = {key for row in rows if model_of(row.table) for key in row.points_at}
    around = [row for row in plan.rows if row.key in named]
    changes = [_backwards(row) for row in rows]
    known = {(one.table, one.id): one for one in [*map(_backwards, around), *changes]}
    reader = Reader(viewer, list(known.values()), insiders=[plan.run.user_id])
    return list(zip(rows, reader.read(changes), strict=True))


def _backwards(row: Restorable) -> Change:
    return Change(row.table, row.id, row.last.after, row.first.before)
