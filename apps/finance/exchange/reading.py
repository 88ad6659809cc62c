"""A file of entries outside the back office: looked through without a trace, or taken, by the same rules."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from import_export.results import Result

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.artifacts.services import open_bytes
from apps.audit import services as audit
from apps.core.errors import Conflict, Invalid
from apps.finance.exchange.cells import Columns
from apps.finance.exchange.resources import EntryResource
from apps.reports.exchange.formats import AnyTable, FileRows
from apps.reports.exchange.pages import MAX_BYTES


@dataclass(frozen=True)
class WrongRow:
    """A row by its number in the file, and all that is wrong with it."""

    number: int
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Look:
    """What a file holds: so many rows, of which `new` would become drafts and `known` are in the ledger.

    `missing` are columns that every entry needs, by their headings; without them no row was read. `sums` of
    the new rows by kind and currency.
    """

    rows: int
    new: int
    known: int
    missing: tuple[str, ...]
    wrong: tuple[WrongRow, ...]
    sums: dict[tuple[str, str], Decimal]

    @property
    def is_right(self) -> bool:
        """Whether all of it can be taken."""
        return not (self.missing or self.wrong)


def look(*, user: User, file: Artifact) -> Look:
    """What taking the file would do; nothing is recorded. Raises `Invalid`, `UnreadableFile`."""
    dataset = _dataset(file)
    fields = EntryResource().fields
    missing = tuple(str(fields[name].column_name) for name in Columns.of(dataset.headings).missing)
    if missing:
        return Look(len(dataset), 0, 0, missing, (), {})
    resource, result = _import(user, file, dataset, dry_run=True)
    sums = _sums(resource.taken)
    return Look(len(dataset), len(resource.taken), result.totals["skip"], (), tuple(_wrong(result)), sums)


def take(*, user: User, file: Artifact) -> int:
    """Record the rows as drafts, all or none; how many there are now. Raises `Conflict` when one is wrong."""
    _resource, result = _import(user, file, _dataset(file), dry_run=False)
    if wrong := _wrong(result):
        told = {"row": wrong[0].number, "reason": "; ".join(wrong[0].reasons)}
        raise Conflict(_("Nothing was recorded. Row %(row)s: %(reason)s") % told, code="wrong_rows")
    totals = {name: count for name, count in result.totals.items() if count}
    audit.record(action="finance.entries.imported", actor=user, details={"rows": result.total_rows, **totals})
    return int(result.totals["new"])


def _dataset(file: Artifact) -> FileRows:
    if file.size_bytes > MAX_BYTES:
        raise Invalid(_("The file is larger than 5 MB. Divide it into smaller ones."))
    with open_bytes(file) as stream:
        return AnyTable().create_dataset(stream.read())


def _import(user: User, file: Artifact, dataset: FileRows, *, dry_run: bool) -> tuple[EntryResource, Result]:
    resource = EntryResource()
    result: Result = resource.import_data(
        dataset,
        dry_run=dry_run,
        use_transactions=True,
        rollback_on_validation_errors=True,
        user=user,
        file_name=file.name,
    )
    return resource, result


def _wrong(result: Result) -> list[WrongRow]:
    """Those that make no sense and those that crashed, in the order of the file."""
    found = [
        WrongRow(row.number, tuple(f"{name}: {text}" if name else text for name, text in _reasons(row)))
        for row in result.invalid_rows
    ]
    found += [
        WrongRow(row.number, tuple(str(each.error) for each in row.errors)) for row in result.error_rows
    ]
    return sorted(found, key=lambda row: row.number)


def _reasons(row: Any) -> list[tuple[str, str]]:
    fields = EntryResource().fields
    told = [
        (str(fields[name].column_name) if name in fields else "", str(text))
        for name, texts in row.field_specific_errors.items()
        for text in texts
    ]
    return told + [("", str(text)) for text in row.non_field_specific_errors]


def _sums(rows: list[dict[str, Any]]) -> dict[tuple[str, str], Decimal]:
    found: dict[tuple[str, str], Decimal] = {}
    for row in rows:
        key = (row["category"].kind, row["currency"])
        found[key] = found.get(key, Decimal(0)) + row["amount"]
    return found
