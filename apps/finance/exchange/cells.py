"""The cells of a file of entries: exact amounts and days, or a sentence that says what is wrong."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from apps.documents.formulas import as_written
from apps.finance.choices import HOUSE_CURRENCY, EntryKind
from apps.finance.models import Category
from apps.finance.receipts.days import dated
from apps.finance.words.amounts import typed_amount

#: A file without one of these columns is no list of entries.
REQUIRED = ("booked_on", "category", "amount", "party")
_KINDS = {
    "revenue": EntryKind.REVENUE, "income": EntryKind.REVENUE, "收入": EntryKind.REVENUE,
    "hasil": EntryKind.REVENUE,
    "expense": EntryKind.EXPENSE, "expenses": EntryKind.EXPENSE, "cost": EntryKind.EXPENSE,
    "支出": EntryKind.EXPENSE, "费用": EntryKind.EXPENSE, "perbelanjaan": EntryKind.EXPENSE,
}  # fmt: skip


class Refusal(ValueError):
    """A cell that cannot be taken; the text says why."""


@dataclass(frozen=True)
class Columns:
    """Where each field of an entry stands in the rows of a file."""

    at: Mapping[str, int]

    @classmethod
    def of(cls, headings: Sequence[str]) -> Columns:
        """By the words of the headings; of two columns for one field the first counts."""
        known = _headings()
        at: dict[str, int] = {}
        for place, heading in enumerate(headings):
            name = known.get(_plain(heading))
            if name:
                at.setdefault(name, place)
        return cls(at)

    @property
    def missing(self) -> list[str]:
        """The fields that no column holds and every entry needs."""
        return [name for name in REQUIRED if name not in self.at]

    def cell(self, cells: Sequence[str], name: str) -> str:
        """The text of a cell as a person wrote it; "" where the file has no such column."""
        return as_written(cells[self.at[name]]).strip() if name in self.at else ""


def read_cells(
    columns: Columns, cells: Sequence[str], categories: Sequence[Category]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The fields of an entry out of a row, and what is wrong with it, by field."""
    fields: dict[str, Any] = {
        name: columns.cell(cells, name) for name in ("party", "description", "external_reference")
    }
    wrong: dict[str, str] = {}
    readers: dict[str, Callable[[], Any]] = {
        "booked_on": lambda: _day(columns.cell(cells, "booked_on")),
        "paid_on": lambda: _day(columns.cell(cells, "paid_on")) if columns.cell(cells, "paid_on") else None,
        "amount": lambda: _amount(columns.cell(cells, "amount"))[0],
        "currency": lambda: _currency(columns.cell(cells, "currency"), columns.cell(cells, "amount")),
        "category": lambda: _category(
            columns.cell(cells, "category"), columns.cell(cells, "kind"), categories
        ),
    }
    for name, read in readers.items():
        try:
            fields[name] = read()
        except Refusal as refusal:
            wrong.setdefault(name, str(refusal))
    if not fields["party"]:
        wrong["party"] = _("It does not say from or to whom.")
    return fields, wrong


def _day(text: str) -> date:
    if not text:
        raise Refusal(_("The date is missing."))
    bare = re.sub(r"[T ]00:00(:00)?$", "", text)
    for found in dated(bare):
        if (found.start, found.end) == (0, len(bare)):
            return found.day
    raise Refusal(_("“%(text)s” is no day. Write it as 2026-11-03 or 03/11/2026.") % {"text": text})


def _amount(text: str) -> tuple[Decimal, str]:
    """Amount and currency, which is "" when the cell names none."""
    if not text:
        raise Refusal(_("The amount is missing."))
    found = typed_amount(text)
    if found is None or (found.start, found.end) != (0, len(text)):
        reason = _(
            "“%(text)s” is no amount. Write it with at most two decimals and without a sign: 1,234.50."
        )
        raise Refusal(reason % {"text": text})
    return found.value, found.currency


def _currency(text: str, amount: str) -> str:
    """That of its column, else that of the amount, else that of the house."""
    try:
        named = _amount(amount)[1]
    except Refusal:
        named = ""
    if text and named and text.upper() != named:
        told = {"first": text.upper(), "second": named}
        raise Refusal(_("The row names two currencies: %(first)s and %(second)s.") % told)
    return text.upper() or named or HOUSE_CURRENCY


def _category(text: str, kind: str, categories: Sequence[Category]) -> Category:
    if not text:
        raise Refusal(_("The category is missing."))
    wanted = _KINDS.get(_plain(kind))
    if kind and wanted is None:
        raise Refusal(_("“%(text)s” is neither revenue nor expense.") % {"text": kind})
    same = [row for row in categories if text.casefold() in {row.code.casefold(), row.name.casefold()}]
    found = [row for row in same if wanted in {None, row.kind}]
    if len(found) == 1:
        return found[0]
    told = {"text": text, "names": ", ".join(row.name for row in categories)}
    if found:
        raise Refusal(_("There are several categories “%(text)s”. Write the code of the one.") % told)
    raise Refusal(_("There is no category “%(text)s”. There are: %(names)s.") % told)


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.sub(r"[^\w\s]|_", " ", folded).split())


@cache
def _headings() -> dict[str, str]:
    listed: dict[str, list[str]] = yaml.safe_load(
        Path(__file__).with_name("headings.yaml").read_text(encoding="utf-8")
    )
    return {_plain(word): name for name, words in listed.items() for word in words}
