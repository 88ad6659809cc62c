"""What somebody looks for in the ledger, said in a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from apps.assistant.slots.amounts import NUMBER, SCALE, SIGN
from apps.assistant.slots.periods import period
from apps.core.sentences import sentence
from apps.finance.choices import EntryKind
from apps.finance.models import Category
from apps.finance.words.guessing import likely_category, says

_DRAFT = re.compile(r"\bdrafts?\b|\bnot (?:yet )?posted\b|\bunposted\b|草稿|未过账|\bdraf\b", re.IGNORECASE)
_GROUPED = re.compile(
    r"\b(?:most on|biggest|largest|highest|top|by category|per category|per currency|by currency|breakdown|"
    r"terbesar|mengikut kategori)\b|最多|最大|按类别|按货币",
    re.IGNORECASE,
)
_OWED_TO_US = re.compile(
    r"\b(?:owes? us|owed to us|receivables?|outstanding|unpaid (?:invoices|revenue)|not (?:yet )?paid us|"
    r"hasn't paid|haven't paid us|berhutang (?:dengan|kepada|pada) (?:kita|kami)|belum membayar kami)\b"
    r"|欠我们|欠我|应收|还没付(?:给)?我们",
    re.IGNORECASE,
)
_WE_OWE = re.compile(
    r"\b(?:(?:we|do we|what we) (?:still )?owe|payables?|unpaid (?:bills|expenses)|(?:still )?have to pay|"
    r"(?:kita|kami) berhutang|hutang (?:kita|kami))\b|我们(?:还)?欠|应付|未付的",
    re.IGNORECASE,
)
_SINGLE = re.compile(r"\b(?:invoices?|entry|entries|receipts?)\b|发票|账目|invois|resit", re.IGNORECASE)
_FILE = re.compile(r"\b(?:excel|xlsx|spreadsheet)\b|表格", re.IGNORECASE)
_CSV = re.compile(r"\bcsv\b", re.IGNORECASE)
#: “Travel”, “transport”: what tells a category from others; not “fees”, “other”, “income”.
_NAME_WORD = re.compile(r"(?!(?:other|fees|income|expenses|tools|costs|and)\b)[A-Za-z]{4,}", re.IGNORECASE)
_AMOUNT = rf"(?:{SIGN}|[a-z]{{3}})?\s*{NUMBER}"
_ABOVE = re.compile(
    rf"(?:\b(?:above|over|more than|at least|exceeding|melebihi|lebih daripada)\b|超过|大于|>=?)\s*{_AMOUNT}",
    re.IGNORECASE,
)
_BELOW = re.compile(
    rf"(?:\b(?:below|under|less than|at most|up to|bawah|kurang daripada)\b|低于|少于|<=?)\s*{_AMOUNT}",
    re.IGNORECASE,
)
_PARTY = re.compile(
    r"\b(?:entry|entries|invoices?|receipts?|payments?)\s+(?:of|from|to|by)\s+(\S.{1,60}?)"
    r"(?=\s+(?:in the|in|since|for|from|last|this)\b|[?.,!]|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Lookup:
    """What entries are wanted. `unpaid`: who owes us (revenue), whom we owe (expense); `is_grouped`: sums by
    category rather than each entry; `as_file`: a format.
    """

    category: str = ""
    category_name: str = ""
    party: str = ""
    unpaid: tuple[EntryKind, ...] = ()
    is_draft: bool = False
    is_grouped: bool = False
    as_file: str = ""
    at_least: Decimal | None = None
    at_most: Decimal | None = None


def read_lookup(text: str, kind: str = "") -> Lookup:
    """The wishes of a sentence about entries of `kind` ("" for both)."""
    text = sentence(text)
    category = named_category(text, kind)
    return Lookup(
        category=category.code if category else "",
        category_name=category.name if category else "",
        party=_party(text),
        unpaid=_unpaid(text),
        is_draft=bool(_DRAFT.search(text)),
        is_grouped=bool(_GROUPED.search(text)) and not _SINGLE.search(text),
        as_file="csv" if _CSV.search(text) else "xlsx" if _FILE.search(text) else "",
        at_least=_bound(_ABOVE, text),
        at_most=_bound(_BELOW, text),
    )


def named_category(text: str, kind: str) -> Category | None:
    """The category in use, of `kind` if one is given, that a text speaks of: the one with most words
    of its name in it, else the one that a word speaks for."""
    known = list(Category.objects.active().filter(**({"kind": kind} if kind else {})))
    named = {row: sum(says(text, word) for word in _NAME_WORD.findall(row.name)) for row in known}
    best = max(named, key=lambda row: named[row], default=None)
    if best and named[best]:
        return best
    code, word = likely_category(text, EntryKind(kind or EntryKind.EXPENSE))
    return next((row for row in known if row.code == code), None) if word else None


def _unpaid(text: str) -> tuple[EntryKind, ...]:
    signs = ((EntryKind.REVENUE, _OWED_TO_US), (EntryKind.EXPENSE, _WE_OWE))
    return tuple(kind for kind, sign in signs if sign.search(text))


def _party(text: str) -> str:
    """A name; “the entries of Q3” says when, not with whom."""
    found = _PARTY.search(text)
    name = found.group(1).strip() if found else ""
    return name if name[:1].isupper() and period(name, date.today()) is None else ""  # noqa: DTZ011


def _bound(pattern: re.Pattern[str], text: str) -> Decimal | None:
    found = pattern.search(text)
    if not found:
        return None
    number, scale = found.group(1), found.group(2) or ""
    return Decimal(number.replace(",", "")) * SCALE.get(scale.lower(), 1)
