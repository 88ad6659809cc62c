"""Recipes: named ways to make a file from arguments and today's data, so that it can be made again.

    @recipe("proposal_pdf", arguments=ProposalArguments, permission="documents.add_lineage")
    def proposal_pdf(user, now, arguments) -> Made: ...

Declare them in the module (or package) `recipes` of an app; they are found at start-up. Make files with
`documents.services.make`, which stores the file and keeps where it came from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from apps.core.registry import Registry
from apps.documents.content import Table, cell_text

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.documents.models import TemplateVersion
    from apps.documents.report import Report


class SnapshotTable(BaseModel):
    """Rows that the file shows. `key` are the columns by which rows of two snapshots are matched."""

    title: str = ""
    columns: list[str]
    rows: list[list[str]]
    key: list[int] = Field(default_factory=lambda: [0])


class Snapshot(BaseModel):
    """What a file says, as data: single facts by label, and tables. Everything as readers see it."""

    facts: dict[str, str] = Field(default_factory=dict)
    tables: list[SnapshotTable] = Field(default_factory=list)


@dataclass(frozen=True)
class Made:
    """A made file. `snapshot` has the shape of `Snapshot`; `text` is what it says, for the brand's rules."""

    name: str
    content: bytes
    snapshot: dict[str, Any] = field(default_factory=dict)
    template_version: TemplateVersion | None = None
    text: str = ""


Make = Callable[["User", datetime, Any], Made]
#: Whether what was asked for, as it was kept, is still for the user.
May = Callable[["User", Mapping[str, Any]], bool]


@dataclass(frozen=True)
class Recipe:
    """A registered way to make a file; `permission` is needed to make and to regenerate it."""

    key: str
    title: Any
    arguments: type[BaseModel]
    permission: str
    make: Make
    may: May | None = None

    def allowed(self, user: User) -> bool:
        """Whether the user's rights include it."""
        return not self.permission or user.has_perm(self.permission)

    def may_repeat(self, user: User, arguments: Mapping[str, Any]) -> bool:
        """Whether the user may make the file of these arguments again."""
        return self.allowed(user) and (self.may is None or self.may(user, arguments))


recipes: Registry[Recipe] = Registry("recipes")


def recipe(
    key: str, *, arguments: type[BaseModel], permission: str, title: Any = "", may: May | None = None
) -> Callable[[Make], Make]:
    """Register `fn(user, now, arguments) -> Made`. It reads only what `user` may see, and writes nothing.

    `arguments` are kept as JSON with the file: names and ids, never the data that today's file shall show.
    `may` is for recipes whose arguments decide on whom they are for.
    """

    def register(make: Make) -> Make:
        recipes.register(
            key, Recipe(key, title or key.replace("_", " ").capitalize(), arguments, permission, make, may)
        )
        return make

    return register


def table_of(table: Table, *, title: str = "", key: Sequence[int] = (0,)) -> SnapshotTable:
    """A typed table as it is kept; its total is the last row."""
    rows = [*table.rows, *([table.total] if table.total else [])]
    return SnapshotTable(
        title=title or table.caption,
        columns=[" ".join(filter(None, (column.label, column.unit))) for column in table.columns],
        rows=[_cells(table, row) for row in rows],
        key=list(key),
    )


def snapshot_of(
    report: Report, *, facts: Mapping[str, str] | None = None, keys: Iterable[int] = (0,)
) -> dict[str, Any]:
    """What a report says, for `Made.snapshot`: its tiles as facts, its tables as they are."""
    tiles = {
        f"{section.title}: {tile.label}" if len(report.sections) > 1 else tile.label: tile.value
        for section in report.sections
        for tile in section.tiles
    }
    tables = [
        table_of(section.table, title=section.title, key=list(keys))
        for section in report.sections
        if section.table is not None
    ]
    return Snapshot(facts={**tiles, **(facts or {})}, tables=tables).model_dump()


def _cells(table: Table, row: Sequence[Any]) -> list[str]:
    return [cell_text(column, value) for column, value in zip(table.columns, row, strict=True)]
