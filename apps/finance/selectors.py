"""Reading the ledger: entries that are searched for, entries that look alike, and what became of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Sum
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from apps.audit.models import AuditEvent
from apps.finance.choices import EntryStatus
from apps.finance.models import Category, Entry

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.finance.querysets import EntryQuerySet

MAX_ROWS = 100
#: A receipt of the same amount within so many days may be the same receipt.
ALIKE_WITHIN = timedelta(days=3)
HISTORY = 50


@dataclass(frozen=True)
class Wanted:
    """What entries are searched for. Empty fields do not narrow; `until` is the last day, included."""

    query: str = ""
    kind: str = ""
    category: str = ""
    status: str = ""
    currency: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Found:
    """The first rows, newest first; how many there are in all, and their sum in each currency.

    Reversals are below zero in the sums.
    """

    rows: Sequence[Entry]
    total: int
    sums: dict[str, Decimal]


def find_entries(*, user: User, wanted: Wanted, limit: int = 20) -> Found:
    """The entries that `user` may see and that are as `wanted`; without a status, discarded ones are out."""
    rows = _narrowed(Entry.objects.visible_to(user), wanted)
    by_currency = rows.order_by().values("currency").annotate(count=Count("pk"), amount=Sum("signed"))
    sums = {row["currency"]: row for row in by_currency}
    return Found(
        rows=list(with_names(rows).order_by("-booked_on", "-id")[: max(1, min(limit, MAX_ROWS))]),
        total=sum(row["count"] for row in sums.values()),
        sums={currency: sums[currency]["amount"] for currency in sorted(sums)},
    )


def with_names(rows: EntryQuerySet) -> EntryQuerySet:
    """With what a row is shown with."""
    return rows.select_related("category", "document", "reversal").defer("search", "reversal__search")


def category_of(code: str, kind: str = "") -> Category | None:
    """The category in use of that code or name, however it is written; of `kind`, if one is given."""
    known = Category.objects.active().filter(**({"kind": kind} if kind else {}))
    wanted = code.strip().casefold()
    return next((row for row in known if wanted in {row.code.casefold(), row.name.casefold()}), None)


def usual_category(*, user: User, party: str, kind: str) -> Category | None:
    """The category that the latest posted entry with this party has."""
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
    }
    found = rows.search(wanted.query) if wanted.query else rows
    if not wanted.status:
        found = found.exclude(status=EntryStatus.VOID)
    return found.filter(**{name: value for name, value in conditions.items() if value})
