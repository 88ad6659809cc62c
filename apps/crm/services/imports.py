"""Importing a file of leads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.artifacts import services as artifacts
from apps.artifacts.models import Artifact
from apps.audit import services as audit
from apps.core.db import batched
from apps.core.errors import Forbidden, Invalid
from apps.crm.importing.drafts import LeadDraft, RowReader, owners_by_name
from apps.crm.importing.duplicates import Known, split_duplicates
from apps.crm.importing.headings import Columns, match_columns
from apps.crm.importing.outcome import (
    SHOWN,
    CreatedLead,
    ImportOutcome,
    RecognisedColumn,
    RowNote,
)
from apps.crm.importing.rejects import RejectsFile
from apps.crm.importing.values import Refusal
from apps.crm.importing.writing import settle, write_drafts
from apps.crm.models import LeadImport
from apps.crm.selectors import lead_holders, lead_url
from apps.crm.services.locks import hold_door
from apps.perception.tables import Row, Table, read_table

BATCH = 2000
#: Seconds to wait for another import before giving up.
PATIENCE = 120.0

Progress = Callable[[str], None]
T = TypeVar("T")


@transaction.atomic
def import_leads(
    *, artifact: Artifact, user: User, sheet: str = "", progress: Progress = lambda _: None
) -> ImportOutcome:
    """Make leads of the rows of a CSV or XLSX file, all or none.

    Each row becomes a lead, is recognised as a duplicate, or is refused with a reason; the latter two are
    kept in a report file. `progress` gets a line for each batch of rows and may raise to stop everything. The
    leads belong to `user`, or to the colleague an owner column names if `user` may give leads away. Raises
    `UnreadableFile` for a file that is no table, `Invalid` when no column tells the company, `Forbidden`.
    """
    if not user.has_perm("crm.add_lead"):
        raise Forbidden("You may not add leads.")
    with artifacts.open_bytes(artifact) as stream:
        table = read_table(stream, sheet=sheet)
        columns = _columns(table)
        hold_door(patience=PATIENCE, waiting=lambda: progress("Another import is running; waiting for it …"))
        work = _Import(artifact, user, table, columns, timezone.now())
        for rows in batched(table.rows, BATCH):
            work.take(rows)
            progress(work.line())
    if not work.outcome.rows:
        raise Invalid("The file has headings and no rows below them.", code="no_rows")
    if work.outcome.created > BATCH:
        progress("Checking what was written …")
        settle()
    return work.finish()


def _columns(table: Table) -> Columns:
    columns = match_columns(table.header)
    if "company_name" not in columns.fields:
        seen = ", ".join(f"“{heading}”" for heading in table.header[:12] if heading)
        raise Invalid(
            f"I found no column with the company name. The headings are: {seen}. "
            "Please name one of them “Company”.",
            code="no_company_column",
        )
    return columns


@dataclass(frozen=True)
class _Rejected:
    row: Row
    result: str
    note: RowNote


class _Import:
    """An import under way."""

    def __init__(self, artifact: Artifact, user: User, table: Table, columns: Columns, now: datetime) -> None:
        self.user = user
        self.table = table
        self.now = now
        self.reader = RowReader(columns, user.pk, _owners(user, columns), now, ZoneInfo(user.timezone))
        self.row = LeadImport.objects.create(user=user, artifact=artifact, file_name=artifact.name)
        self.outcome = ImportOutcome(
            import_id=str(self.row.pk),
            file_name=artifact.name,
            sheet=table.sheet,
            columns=[
                RecognisedColumn(heading=table.header[index], field=name)
                for name, index in columns.fields.items()
            ],
            repeated_columns=list(columns.repeated),
            unknown_columns=list(columns.unknown),
        )
        self.rejects = RejectsFile(table.header)

    def take(self, rows: list[Row]) -> None:
        """Work through one batch: read, compare, write."""
        drafts: list[LeadDraft] = []
        rejected: list[_Rejected] = []
        for row in rows:
            try:
                drafts.append(self.reader.read(row))
            except Refusal as refusal:
                note = RowNote(row=row.number, company=self._company(row), reason=str(refusal))
                rejected.append(_Rejected(row, "refused", note))
        fresh, repeated = split_duplicates(drafts, user=self.user, lead_import=self.row.pk)
        by_number = {row.number: row for row in rows}
        rejected.extend(
            _Rejected(by_number[draft.row], "duplicate", _duplicate(draft, known, shared))
            for draft, known, shared in repeated
        )
        write_drafts(fresh, lead_import=self.row.pk, user=self.user.pk, now=self.now)
        self._count(len(rows), fresh, rejected)

    def line(self) -> str:
        """How far it is."""
        done = f"{self.outcome.rows:,}"
        total = self.table.expected_rows
        return f"{done} of {total:,} rows …" if total is not None else f"{done} rows …"

    def finish(self) -> ImportOutcome:
        """Keep the report and the counts."""
        outcome = self.outcome
        outcome.remarks = list(self._remarks())
        if self.rejects.rows:
            name = f"{PurePath(outcome.file_name).stem[:150]}-not-imported.csv"
            self.row.report = artifacts.store(owner=self.user, name=name, content=self.rejects.content())
            outcome.report_id = str(self.row.report.pk)
        counts = {name: getattr(outcome, name) for name in ("rows", "created", "duplicates", "refused")}
        for name, count in counts.items():
            setattr(self.row, name, count)
        self.row.summary = outcome.model_dump(mode="json")
        self.row.save()
        audit.record(action="crm.leads.imported", obj=self.row, details=counts)
        return outcome

    def _company(self, row: Row) -> str:
        return row.cells[self.reader.columns.fields["company_name"]][:80]

    def _count(self, rows: int, fresh: list[LeadDraft], rejected: list[_Rejected]) -> None:
        outcome = self.outcome
        outcome.rows += rows
        outcome.created += len(fresh)
        _extend(outcome.first_created, (_created(draft) for draft in fresh))
        for item in sorted(rejected, key=lambda item: item.row.number):
            self.rejects.add(item.row.number, item.result, item.note.reason, item.row.cells)
        refused = [item.note for item in rejected if item.result == "refused"]
        repeated = [item.note for item in rejected if item.result == "duplicate"]
        outcome.refused += len(refused)
        outcome.duplicates += len(repeated)
        _extend(outcome.first_refused, iter(refused))
        _extend(outcome.first_duplicates, iter(repeated))

    def _remarks(self) -> Iterator[str]:
        if self.table.other_sheets:
            others = ", ".join(f"“{name}”" for name in self.table.other_sheets[:10])
            yield f"Only the sheet “{self.table.sheet}” was read; the workbook also has {others}."
        if "owner_email" in self.reader.columns.fields and not self.reader.owners:
            yield "The column of owners was left aside: you may not give leads to others, so all are yours."
        if self.reader.unknown_owners:
            names = ", ".join(sorted(self.reader.unknown_owners)[:10])
            yield f"Nobody here who works with leads is called {names}; those leads are yours."


def _extend(shown: list[T], items: Iterator[T]) -> None:
    """Fill the list up to `SHOWN`."""
    for item in items:
        if len(shown) >= SHOWN:
            return
        shown.append(item)


def _owners(user: User, columns: Columns) -> dict[str, UUID]:
    """People who may be given leads, by e-mail and by name; none if the user may not give leads."""
    if "owner_email" not in columns.fields or not user.has_perm("crm.assign_lead"):
        return {}
    return owners_by_name(lead_holders())


def _created(draft: LeadDraft) -> CreatedLead:
    label = f"{draft.company_name} ({draft.contact_name})" if draft.contact_name else draft.company_name
    return CreatedLead(lead_id=str(draft.id), label=label, url=lead_url(draft.id))


def _duplicate(draft: LeadDraft, known: Known, shared: str) -> RowNote:
    note = RowNote(row=draft.row, company=draft.company_name, reason="")
    if not known.is_visible:
        # Not more than this: the other lead belongs to somebody else.
        note.reason = f"A colleague's lead has {shared}."
        return note
    note.lead_id, note.lead_url = str(known.id), lead_url(known.id)
    where = f"row {known.row}" if known.row else f"the lead {known.label}"
    note.reason = f"Has {shared} as {where}."
    return note
