"""Tools for a table of entries: looked through first, and taken as drafts when a person agrees."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from pydantic import BaseModel

from apps.artifacts.choices import Kind
from apps.artifacts.models import Artifact
from apps.assistant.toolkit import Preview, ToolContext, ToolError, tool
from apps.finance.choices import EntryKind
from apps.finance.exchange.reading import Look, look, take
from apps.finance.wording import money

#: Wrong rows that an answer names.
NAMED = 10


class WrongEntryRow(BaseModel):
    """A row of the file by its number there, and what is wrong with it."""

    row: int
    reasons: list[str]


class EntryTable(BaseModel):
    """What taking the file would do: `new` drafts, `known` rows that are in the ledger already. The first
    `wrong` rows; with one, or with a `missing` column, nothing can be taken. `sums` are of the new rows.
    """

    file_name: str
    rows: int
    new: int
    known: int
    missing: list[str]
    wrong_rows: int
    wrong: list[WrongEntryRow]
    sums: list[str]
    import_url: str


class EntriesTaken(BaseModel):
    """So many drafts were recorded; `url` lists the drafts of the ledger."""

    drafts: int
    file_name: str
    url: str


@tool(
    permission="finance.add_entry",
    read_only=True,
    untrusted=True,
    timeout=180,
    summary="Looking through the table …",
)
def read_entry_table(ctx: ToolContext, *, artifact_id: str) -> EntryTable:
    """Look through an attached table (CSV, XLSX) of ledger entries: how many rows, which are new, which are
    in the ledger already, and which are wrong, by their numbers. Nothing is recorded.
    """
    file = _table(ctx, artifact_id)
    found = look(user=ctx.user, file=file)
    return EntryTable(
        file_name=file.name,
        rows=found.rows,
        new=found.new,
        known=found.known,
        missing=list(found.missing),
        wrong_rows=len(found.wrong),
        wrong=[WrongEntryRow(row=row.number, reasons=list(row.reasons)) for row in found.wrong[:NAMED]],
        sums=_sums(found),
        import_url=reverse("admin:finance_entry_import"),
    )


def preview_taking(ctx: ToolContext, *, artifact_id: str) -> Preview:
    """How many drafts it would be, and what they come to."""
    file = _table(ctx, artifact_id)
    found = look(user=ctx.user, file=file)
    lines = [("File", file.name), ("Rows", f"{found.rows:,}"), ("New drafts", f"{found.new:,}")]
    lines += [("In the ledger already", f"{found.known:,}")] if found.known else []
    lines += [("Together", " · ".join(_sums(found)))]
    return Preview(
        title=f"Record {found.new:,} drafts from {file.name}",
        lines=lines,
        body="Each draft keeps the name of the file and its row.",
        effect=f"Records {found.new:,} drafts, which count nowhere until somebody posts them.",
        files=[str(file.pk)],
        blocked="" if found.is_right and found.new else "The file has wrong rows, or no new ones.",
    )


@tool(
    permission="finance.add_entry",
    destructive=True,
    timeout=180,
    summary="Recording the rows of the table …",
    preview=preview_taking,
)
def record_entry_table(ctx: ToolContext, *, artifact_id: str) -> EntriesTaken:
    """Record the rows of an attached table of ledger entries as drafts, all or none, after a person has
    agreed. Look through it with read_entry_table first.
    """
    file = _table(ctx, artifact_id)
    url = f"{reverse('admin:finance_entry_changelist')}?{urlencode({'status__exact': 'draft'})}"
    return EntriesTaken(drafts=take(user=ctx.user, file=file), file_name=file.name, url=url)


def _table(ctx: ToolContext, artifact_id: str) -> Artifact:
    file = ctx.attachment(artifact_id)
    if file.kind not in {Kind.CSV, Kind.XLSX}:
        raise ToolError("This file is no table.")
    return file


def _sums(found: Look) -> list[str]:
    """“Revenue SGD 5.00”, each kind and currency by itself."""
    sums: dict[tuple[str, str], Decimal] = dict(sorted(found.sums.items(), reverse=True))
    return [f"{EntryKind(kind).label} {money(amount, currency)}" for (kind, currency), amount in sums.items()]
