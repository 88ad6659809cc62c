"""An entry that somebody says in one sentence: “record an expense of SGD 84.50 for a taxi yesterday”."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from apps.core.sentences import sentence
from apps.finance.choices import EntryKind
from apps.finance.words.amounts import TypedAmount, typed_amount
from apps.finance.words.days import typed_day
from apps.finance.words.purposes import party_in, purpose, without_party

_EXPENSE = re.compile(
    r"\b(?:expenses?|costs?|spent|spend|bought|bill|fare|perbelanjaan|belanja)\b|费用|支出|开支|开销|花|买|报销",
    re.IGNORECASE,
)
_REVENUE = re.compile(
    r"\b(?:revenue|income|earned|received|sales? of|pa(?:id|ys) us|hasil|pendapatan|diterima|menerima|"
    r"terima)\b|收入|收到|进账|到账|赚",
    re.IGNORECASE,
)
_UNPAID = re.compile(
    r"\b(?:unpaid|not (?:yet )?paid|to be paid|still (?:to pay|owe)|we owe|owes us|owed|on credit|payable|"
    r"belum (?:di)?bayar)\b|未付|没付|未收|没收到|欠",
    re.IGNORECASE,
)
_PAID = re.compile(
    r"\b(?:paid|pays|received|got|spent|bought|bayar|dibayar|diterima|terima)\b|付了|付款|收到|到账|花了",
    re.IGNORECASE,
)
#: “this receipt”, “the attached bill”, 这张发票, “resit ini”: a file that is there.
_FILE = re.compile(
    r"\b(?:this|that|the|these|attached|above|enclosed|uploaded|here is (?:a|my|the|our))\s+(?:\w+\s+){0,2}?"
    r"(?:receipts?|invoices?|bills?|files?|attachments?|pdf|photos?|pictures?|documents?|scans?)\b"
    r"|\b(?:attached|attachment|enclosed)\b|[这那]\s*[张份个]|附件"
    r"|\b(?:resit|invois|bil|fail)\s+(?:\w+\s+)?ini\b|\blampiran\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Sentence:
    """What a sentence says of an entry; what it does not say is None or empty.

    `what` is what the money is for, or whom it is from where nothing else is said. `is_paid` is whether the
    money has moved.
    """

    amount: TypedAmount | None
    day: date | None
    kind: EntryKind | None
    what: str
    party: str
    is_paid: bool | None

    @property
    def is_whole(self) -> bool:
        """Whether it says enough to be recorded."""
        return self.amount is not None and bool(self.what)


def read_sentence(text: str, today: date) -> Sentence:
    """The facts of a sentence, on a calendar where it is `today`."""
    rest = text = sentence(text)
    if day := typed_day(rest, today):
        rest = f"{rest[: day.start]} {rest[day.end :]}"
    if amount := typed_amount(rest):
        rest = f"{rest[: amount.start]} {rest[amount.end :]}"
    party = party_in(rest)
    return Sentence(
        amount=amount,
        day=day.day if day else None,
        kind=_kind(text),
        what=purpose(without_party(rest, party)) or party,
        party=party,
        is_paid=_is_paid(text),
    )


def names_a_file(text: str) -> bool:
    """Whether the words point to a file: one of this message, or of the conversation."""
    return bool(_FILE.search(sentence(text)))


def _kind(text: str) -> EntryKind | None:
    """Revenue only where nothing speaks for an expense."""
    if _EXPENSE.search(text):
        return EntryKind.EXPENSE
    return EntryKind.REVENUE if _REVENUE.search(text) else None


def _is_paid(text: str) -> bool | None:
    if _UNPAID.search(text):
        return False
    return True if _PAID.search(text) else None
