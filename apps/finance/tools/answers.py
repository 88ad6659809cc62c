"""What the tools of the ledger give back, and how they get at an entry."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel

from apps.assistant.skillkit import Citation
from apps.assistant.toolkit import ToolContext, ToolError, Touched
from apps.core.versions import version_of
from apps.finance.choices import EntryKind
from apps.finance.models import Category, Entry
from apps.finance.selectors import category_of


class FoundEntry(BaseModel):
    """An entry of the ledger. `amount` is positive, also of corrections (`is_reversal`)."""

    id: str
    kind: str
    category: str
    category_name: str
    party: str
    booked_on: date
    paid_on: date | None
    amount: Decimal
    currency: str
    description: str
    reference: str
    status: str
    is_reversal: bool
    is_reversed: bool
    document: str
    citation: Citation


class CategorySum(BaseModel):
    """How many entries of a category there are in a currency, and their sum, less reversals."""

    kind: str
    code: str
    name: str
    currency: str
    count: int
    amount: Decimal


class FoundEntries(BaseModel):
    """The first rows, newest first; how many there are in all, and their sums less reversals: by currency,
    and by category with the largest first.

    Sums count drafts too where no status was asked for; they mix revenue and expenses unless a kind was.
    """

    total: int
    sums: dict[str, Decimal]
    by_category: list[CategorySum]
    rows: list[FoundEntry]


def found_entry(entry: Entry) -> FoundEntry:
    """The entry as answers show it."""
    return FoundEntry(
        id=str(entry.pk),
        kind=entry.category.kind,
        category=entry.category.code,
        category_name=entry.category.name,
        party=entry.party,
        booked_on=entry.booked_on,
        paid_on=entry.paid_on,
        amount=entry.amount,
        currency=entry.currency,
        description=entry.description,
        reference=entry.external_reference,
        status=entry.status,
        is_reversal=entry.reverses_id is not None,
        is_reversed=getattr(entry, "reversal", None) is not None,
        document=entry.document.name if entry.document else "",
        citation=citation(entry),
    )


def citation(entry: Entry) -> Citation:
    """Opens the entry."""
    return Citation(kind="finance.entry", id=str(entry.pk), label=str(entry), url=entry.admin_url)


def touched(entry: Entry) -> Touched:
    """The entry as it is shown to the person who is asked."""
    return Touched(
        model="finance.entry",
        id=str(entry.pk),
        version=version_of(entry),
        label=str(entry),
        url=entry.admin_url,
    )


def entry_of(ctx: ToolContext, entry_id: str) -> Entry:
    """An entry that the user may see. Raises `ToolError`."""
    try:
        rows = Entry.objects.visible_to(ctx.user).select_related("category", "document", "company")
        return rows.get(pk=UUID(entry_id))
    except (Entry.DoesNotExist, ValueError) as error:
        raise ToolError("There is no such entry.") from error


def named_category(code: str, kind: EntryKind) -> Category:
    """The category in use of that code or name. Raises `ToolError`, which lists those there are."""
    found = category_of(code, kind)
    if found is None:
        codes = Category.objects.active().filter(kind=kind).values_list("code", flat=True)
        raise ToolError(f"There is no {kind.label} category “{code}”. There are: {', '.join(codes)}.")
    return found
