"""Entries of a house that sells subscriptions to restaurants: posted up to today, with some drafts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from django.db import transaction

from apps.accounts.models import User
from apps.audit import services as audit
from apps.core.demo import demo_rows
from apps.core.periods import Period
from apps.finance.choices import HOUSE_CURRENCY, EntryStatus
from apps.finance.models import CENT, Category, Entry
from apps.finance.services.posting import reverse

MONTHS = 24
ZONE = "Asia/Singapore"
WORDS = Path(__file__).with_name("words.yaml")


@dataclass
class _Book:
    """What the rows of one demo ledger share."""

    rng: Random
    today: date
    by: User
    at: datetime
    words: dict[str, Any]
    codes: dict[str, Category]
    invoices: int = field(default=0)

    def entry(self, code: str, party: str, day: date, amount: Decimal, currency: str, **more: Any) -> Entry:
        """A posted entry."""
        return Entry(
            category=self.codes[code],
            party=party,
            booked_on=day,
            amount=amount.quantize(CENT),
            currency=currency,
            recorded_by=self.by,
            **{"status": EntryStatus.POSTED, "posted_by": self.by, "posted_at": self.at, **more},
        )

    def between(self, low: float, high: float) -> Decimal:
        """An amount with cents; a fixed one as it is."""
        return (
            Decimal(low) if low == high else Decimal(self.rng.randint(int(low * 100), int(high * 100))) / 100
        )

    def paid(self, day: date, within: int) -> date | None:
        """A day up to `within` days later, unless that is still to come."""
        later = day + timedelta(days=self.rng.randint(0, within))
        return later if later <= self.today else None


@demo_rows("ledger entries")
@transaction.atomic
def seed_ledger(*, seed: int, people: Mapping[str, User], now: datetime) -> int:
    """Two years of entries, the last month up to today; none into a ledger that has some."""
    if Entry.objects.exists():
        return 0
    codes = {category.code: category for category in Category.objects.all()}
    today = now.astimezone(ZoneInfo(ZONE)).date()
    words = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    rng = Random(seed)  # noqa: S311 - not for secrets
    book = _Book(rng, today, people["finance"], now, words, codes)
    rows = [entry for number, month in enumerate(_months(today)) for entry in _month(book, month, number)]
    posted = Entry.objects.bulk_create(entry for entry in rows if entry.booked_on <= today)
    drafts = Entry.objects.bulk_create(_drafts(book))
    _correct_one(book, posted)
    audit.record(action="finance.demo.seeded", details={"seed": seed, "entries": len(posted)})
    return len(posted) + len(drafts) + 1


def _months(today: date) -> list[Period]:
    months = [Period.month_of(today, ZONE)]
    while len(months) < MONTHS:
        months.insert(0, months[0].previous())
    return months


def _month(book: _Book, month: Period, number: int) -> Iterator[Entry]:
    yield from _invoices(book, month, number)
    yield from _commissions(book, month, number)
    for code, party, currency, (low, high) in book.words["monthly"]:
        day = month.start + timedelta(days=book.rng.randint(0, 4))
        yield book.entry(code, party, day, book.between(low, high), currency, paid_on=book.paid(day, 14))
    for _time in range(5 + number // 6):
        code, party, (low, high) = book.rng.choice(book.words["now_and_then"])
        day = _some_day(book, month)
        yield book.entry(code, party, day, book.between(low, high), HOUSE_CURRENCY, paid_on=day)
    if month.start.month == 3:
        day = month.start + timedelta(days=9)
        yield book.entry("insurance", "Great Eastern", day, Decimal(1860), HOUSE_CURRENCY, paid_on=day)


def _invoices(book: _Book, month: Period, number: int) -> Iterator[Entry]:
    """The house grows: each month a few more merchants pay, for more branches."""
    at_home = [row for row in book.words["merchants"] if row[1] == HOUSE_CURRENCY]
    abroad = [row for row in book.words["merchants"] if row[1] != HOUSE_CURRENCY]
    for party, currency, price in at_home[: 6 + number // 3] + abroad[: number // 8]:
        book.invoices += 1
        branches = 1 + (book.invoices + number) % (3 + number // 4)
        day = month.start + timedelta(days=book.rng.randint(0, 6))
        reference = f"INV-{month.start:%Y}-{book.invoices:04d}"
        yield book.entry(
            "subscriptions", party, day, Decimal(price * branches * 2), currency,
            description=f"Subscription {month.start:%B %Y}, branches: {branches}",
            external_reference=reference, paid_on=book.paid(day, 35),
        )  # fmt: skip


def _commissions(book: _Book, month: Period, number: int) -> Iterator[Entry]:
    day = month.last_day
    earned = book.between(2400 + 260 * number, 3100 + 300 * number)
    about = f"{month.start:%B %Y}"
    yield book.entry(
        "coupon_commissions", "Stripe payout", day, earned, HOUSE_CURRENCY,
        description=f"Commission on redeemed coupons, {about}", paid_on=book.paid(day, 3),
    )  # fmt: skip
    fees = earned * Decimal("0.029")
    yield book.entry("payment_fees", "Stripe", day, fees, HOUSE_CURRENCY, paid_on=book.paid(day, 0))
    if number % 3 == 1:
        day = _some_day(book, month)
        fee = Decimal(book.rng.choice([450, 600, 900]))
        party = book.rng.choice(book.words["merchants"])[0]
        yield book.entry("setup_fees", party, day, fee, HOUSE_CURRENCY, paid_on=book.paid(day, 20))


def _drafts(book: _Book) -> Iterator[Entry]:
    """Receipts of the last days that wait for somebody to post them."""
    for back, (code, party, amount, what) in enumerate(book.words["drafts"], start=1):
        day = book.today - timedelta(days=back)
        nobody = {"status": EntryStatus.DRAFT, "posted_by": None, "posted_at": None}
        yield book.entry(
            code, party, day, Decimal(str(amount)), HOUSE_CURRENCY, description=what, paid_on=day, **nobody
        )


def _correct_one(book: _Book, posted: list[Entry]) -> None:
    """Somebody booked a bookshop twice."""
    wrong = [entry for entry in posted if entry.category.code == "office" and entry.paid_on is not None][-1]
    reverse(actor=book.by, entry=wrong, reason="Booked twice by mistake.")


def _some_day(book: _Book, month: Period) -> date:
    return month.start + timedelta(days=book.rng.randint(0, 27))
