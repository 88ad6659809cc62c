"""Reading the ledger: entries that are searched for, entries that look alike, and what became of one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, Sum
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from apps.artifacts.choices import Kind, Origin
from apps.artifacts.models import Artifact
from apps.audit.models import AuditEvent
from apps.finance.choices import EntryKind, EntryStatus
from apps.finance.models import Category, Entry
from apps.finance.words.guessing import likely_category, says

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.finance.querysets import EntryQuerySet

MAX_ROWS = 100
#: A receipt of the same amount within so many days may be the same receipt.
ALIKE_WITHIN = timedelta(days=3)
HISTORY = 50
#: Files that text can be read from, and that no program made for tables.
RECEIPT_KINDS = (Kind.PDF, Kind.DOCX, Kind.TEXT, Kind.MARKDOWN, Kind.IMAGE)


@dataclass(frozen=True)
class Wanted:
    """What entries are searched for. Empty fields do not narrow; the last day `until` is included, and so are
    the bounds of the amount.
    """

    query: str = ""
    kind: str = ""
    category: str = ""
    status: str = ""
    currency: str = ""
    since: date | None = None
    until: date | None = None
    at_least: Decimal | None = None
    at_most: Decimal | None = None


@dataclass(frozen=True)
class CategorySum:
    """How many entries of a category there are in a currency, and their sum."""

    kind: str
    code: str
    name: str
    currency: str
    count: int
    amount: Decimal


@dataclass(frozen=True)
class Found:
    """The first rows, newest first; how many there are in all, and their sums: in each category and currency,
    the largest first, and in each currency. Reversals are below zero in the sums.
    """

    rows: Sequence[Entry]
    total: int
    sums: dict[str, Decimal]
    by_category: Sequence[CategorySum]


def find_entries(*, user: User, wanted: Wanted, limit: int = 20) -> Found:
    """The entries that `user` may see and that are as `wanted`; without a status, discarded ones are out."""
    rows = _narrowed(Entry.objects.visible_to(user), wanted)
    by_category = _by_category(rows)
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for each in by_category:
        sums[each.currency] += each.amount
    return Found(
        rows=list(with_names(rows).order_by("-booked_on", "-id")[: max(1, min(limit, MAX_ROWS))]),
        total=sum(each.count for each in by_category),
        sums=dict(sorted(sums.items())),
        by_category=by_category,
    )


def _by_category(rows: EntryQuerySet) -> list[CategorySum]:
    found = (
        rows.order_by()
        .values("category__kind", "category__code", "category__name", "currency")
        .annotate(count=Count("pk"), amount=Sum("signed"))
        .order_by("-amount", "category__code", "currency")
    )
    return [
        CategorySum(
            kind=row["category__kind"],
            code=row["category__code"],
            name=row["category__name"],
            currency=row["currency"],
            count=row["count"],
            amount=row["amount"],
        )
        for row in found
    ]


def with_names(rows: EntryQuerySet) -> EntryQuerySet:
    """With what a row is shown with."""
    return rows.select_related("category", "document", "reversal").defer("search", "reversal__search")


def category_of(code: str, kind: str = "") -> Category | None:
    """The category in use of that code or name, however it is written; of `kind`, if one is given."""
    known = Category.objects.active().filter(**({"kind": kind} if kind else {}))
    wanted = code.strip().casefold()
    return next((row for row in known if wanted in {row.code.casefold(), row.name.casefold()}), None)


@dataclass(frozen=True)
class Proposed:
    """A category that nobody named, and the sentence that says why it is this one."""

    category: Category
    why: str


def proposed_category(
    *, user: User, kind: EntryKind, party: str, words: str, said: str = ""
) -> Proposed | None:
    """The category for an entry with `party` about `words`. What a person `said` it is for goes first: the
    category that it names, or speaks for; then that of the latest posted entry with the party, then the one
    that the words speak for. None when the one found is out of use.
    """
    active = {row.code: row for row in Category.objects.active().filter(kind=kind)}
    named = [row for row in active.values() if says(said, row.name)]
    if named:
        return Proposed(max(named, key=lambda row: len(row.name)), "")
    # Where nobody is named, the purpose stands for the party: what people made of it last time counts more.
    code, word = likely_category("" if said.casefold() == party.casefold() else said, kind)
    if word and code in active:
        return _guessed(active[code], word)
    if usual := _usual_category(user=user, party=party, kind=kind):
        why = _("The category is that of the last entry with %(party)s.") % {"party": party}
        return Proposed(usual, why)
    code, word = likely_category(words, kind)
    return _guessed(active[code], word) if code in active else None


def _guessed(category: Category, word: str) -> Proposed:
    if word:
        return Proposed(category, _("The category was guessed from “%(word)s”.") % {"word": word})
    why = _("No category fits the words, so “%(name)s” was taken.") % {"name": category}
    return Proposed(category, why)


def _usual_category(*, user: User, party: str, kind: EntryKind) -> Category | None:
    rows = Entry.objects.visible_to(user).posted().filter(party__iexact=party.strip(), category__kind=kind)
    usual = rows.filter(category__is_active=True, reverses__isnull=True).select_related("category")
    found = usual.order_by("-booked_on", "-id").first() if party.strip() else None
    return found.category if found else None


def alike(
    *, user: User, amount: Decimal, currency: str, booked_on: date, reference: str = "", exclude: Any = None
) -> list[Entry]:
    """Entries that may be the same one: that of the same reference first, then of the same amount about that
    day.
    """
    rows = Entry.objects.visible_to(user).exclude(status=EntryStatus.VOID).unreversed().exclude(pk=exclude)
    near = rows.filter(
        amount=amount,
        currency=currency,
        booked_on__gte=booked_on - ALIKE_WITHIN,
        booked_on__lte=booked_on + ALIKE_WITHIN,
    )
    same = list(rows.filter(external_reference=reference)[:1]) if reference else []
    others = near.exclude(pk__in=[row.pk for row in same]).order_by("-booked_on", "-id")
    return [*same, *others[:5]]


@dataclass(frozen=True)
class Uploaded:
    """A file of a conversation that may be a receipt; `is_named` when the words say its name."""

    file: Artifact
    is_named: bool


def is_table(*, user: User, file_id: str) -> bool:
    """Whether the file is a spreadsheet or a CSV, and no receipt."""
    return Artifact.objects.visible_to(user).filter(pk=file_id, kind__in=(Kind.CSV, Kind.XLSX)).exists()


def latest_receipt(*, user: User, conversation_id: UUID | None, words: str) -> Uploaded | None:
    """Of the files that `user` uploaded to the conversation and that may be receipts, the one whose name the
    words hold, else the latest.
    """
    if conversation_id is None:
        return None
    uploads = (
        Artifact.objects.visible_to(user)
        .filter(
            attachments__message__conversation_id=conversation_id,
            origin=Origin.UPLOADED,
            kind__in=RECEIPT_KINDS,
        )
        .order_by("-created_at")[:MAX_ROWS]
    )
    files = list(uploads)
    lowered = words.casefold()
    named = next((file for file in files if file.name.casefold() in lowered), None)
    found = named or next(iter(files), None)
    return Uploaded(found, is_named=named is not None) if found else None


@dataclass(frozen=True)
class Happening:
    """What somebody did with an entry; `lines` are the fields that changed, or what was noted."""

    at: datetime
    actor: str
    title: str
    lines: tuple[str, ...]


def history(entry: Entry) -> list[Happening]:
    """What became of an entry, newest first. The caller has made sure that the reader may see it."""
    events = (
        AuditEvent.objects.filter(object_type=entry._meta.label_lower, object_id=str(entry.pk))
        .select_related("actor")
        .order_by("-at", "-id")[:HISTORY]
    )
    return [
        Happening(event.at, str(event.actor or event.actor_label), _title(event), tuple(_lines(event)))
        for event in events
    ]


def _title(event: AuditEvent) -> str:
    titles = {
        "finance.entry.recorded": _("Recorded"),
        "finance.entry.updated": _("Changed"),
        "finance.entry.posted": _("Posted"),
        "finance.entry.reversed": _("Reversed"),
        "finance.entry.discarded": _("Discarded"),
    }
    return titles.get(event.action, event.action)


def _lines(event: AuditEvent) -> Iterator[str]:
    for name, value in event.details.items():
        label = _label(name)
        if isinstance(value, list) and len(value) == 2:
            yield f"{label}: {value[0] or '–'} → {value[1] or '–'}"
        elif name == "reason" and value:
            yield str(value)


def _label(name: str) -> str:
    fields = {field.name: field for field in Entry._meta.get_fields()}
    field: Any = fields.get(name)
    return capfirst(str(getattr(field, "verbose_name", name)))


def _narrowed(rows: EntryQuerySet, wanted: Wanted) -> EntryQuerySet:
    conditions: dict[str, Any] = {
        "category__kind": wanted.kind,
        "category__code": wanted.category,
        "status": wanted.status,
        "currency": wanted.currency.upper(),
        "booked_on__gte": wanted.since,
        "booked_on__lte": wanted.until,
        "amount__gte": wanted.at_least,
        "amount__lte": wanted.at_most,
    }
    found = rows.search(wanted.query) if wanted.query else rows
    if not wanted.status:
        found = found.exclude(status=EntryStatus.VOID)
    return found.filter(**{name: value for name, value in conditions.items() if value})
