"""The financial statement as a paper: profit and loss and cash of one period, by currency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pydantic import BaseModel

from apps.core.periods import Period
from apps.core.reporting.numbers import percent
from apps.documents.numbers import amount, day
from apps.documents.report import Report
from apps.finance.completeness import Completeness, completeness
from apps.finance.models import Entry
from apps.finance.statements import Books, CashBooks, Line, Statement, cash_summary, ordered, profit_and_loss
from apps.finance.totals import ZERO

if TYPE_CHECKING:
    from apps.accounts.models import User

DASH = "–"


class StatementLine(BaseModel):
    """A line of a statement. `kind` is category, sum, result (in between) or total (the last line)."""

    label: str
    kind: Literal["category", "sum", "result", "total"]
    amount: Decimal
    before: Decimal


class CurrencyStatement(BaseModel):
    """What happened in one currency. `receivable` and `payable` are booked and not paid when it ended."""

    currency: str
    profit_and_loss: list[StatementLine]
    cash: list[StatementLine]
    receivable: Decimal
    payable: Decimal


@dataclass(frozen=True)
class Paper:
    """All that a statement says. `drafts` are entries of the period that are not posted, and not counted;
    `standing` is whether it may still change.
    """

    profit: Books
    cash: CashBooks
    drafts: int
    standing: Completeness

    @property
    def period(self) -> Period:
        """Of which days it is."""
        return self.profit.period

    @property
    def statements(self) -> list[CurrencyStatement]:
        """By currency, that of the house first; a currency without any line is left out."""
        profit = {found.currency: found for found in self.profit.statements}
        cash = {found.currency: found for found in self.cash.statements}
        unpaid = self.cash.unpaid
        known = (*profit, *cash, *unpaid.receivable, *unpaid.payable)
        found = [
            CurrencyStatement(
                currency=currency,
                profit_and_loss=_lines(profit.get(currency)),
                cash=_lines(cash.get(currency)),
                receivable=unpaid.receivable.get(currency, ZERO),
                payable=unpaid.payable.get(currency, ZERO),
            )
            for currency in ordered(known)
        ]
        return [each for each in found if _says_something(each)]


def paper(user: User, period: Period, now: datetime) -> Paper:
    """What the statement of `period` says to `user` at `now`, from entries that the user may see."""
    before = period.before(now.astimezone(ZoneInfo(period.tz)).date())
    drafts = Entry.objects.visible_to(user).drafts()
    return Paper(
        profit=profit_and_loss(user, period, before),
        cash=cash_summary(user, period, before),
        drafts=drafts.filter(booked_on__gte=period.start, booked_on__lt=period.end).count(),
        standing=completeness(user, period, now),
    )


def report_of(found: Paper, user: User, now: datetime) -> Report:
    """The cover and the notes of the paper; its tables are `tables_of`."""
    return Report(
        title=_("Financial statement"),
        subtitle=_("Compared with %(before)s") % {"before": found.profit.before},
        period=str(found.period),
        sections=(),
        prepared_on=now.astimezone(ZoneInfo(user.timezone)).date(),
        prepared_for=user.name or user.email,
        time_zone_note=found.period.tz,
        highlights=(*_results(found), found.standing.sentence),
        sources=tuple(_notes(found)),
    )


def tables_of(found: Paper) -> list[dict[str, Any]]:
    """Everything as readers see it: a title, headings, and rows of a kind, a label and cells."""
    tables = []
    for each in found.statements:
        tables.append(_table(_("Profit and loss"), each.currency, each.profit_and_loss, found.profit))
        tables.append(_table(_("Cash summary"), each.currency, each.cash, found.cash))
    return tables


def share(line: StatementLine) -> str:
    """By how many per cent it moved; a dash of nothing."""
    found = percent(line.amount - line.before, abs(line.before))
    return DASH if found is None else f"{found:+}".replace("-", "−")


def span_words(span: Period) -> str:
    """`October 2026`, `Q3 2026` or `2026` for what is whole by the calendar, else its first and last day."""
    if span == Period.month_of(span.start, span.tz):
        return date_format(span.start, "F Y")
    if span == Period.quarter_of(span.start, span.tz):
        return _("Q%(quarter)d %(year)d") % {"quarter": span.start.month // 3 + 1, "year": span.start.year}
    if span == Period.year_of(span.start, span.tz):
        return str(span.start.year)
    if span.start == span.last_day:
        return day(span.start)
    return _("%(first)s to %(last)s") % {"first": day(span.start), "last": day(span.last_day)}


def _table(title: str, currency: str, lines: Sequence[StatementLine], books: Books) -> dict[str, Any]:
    return {
        "title": f"{title}, {currency}",
        "currency": currency,
        "columns": [span_words(books.period), span_words(books.before), _("Change"), "%"],
        "rows": [
            {
                "kind": line.kind,
                "label": line.label,
                "cells": [
                    amount(line.amount),
                    amount(line.before),
                    amount(line.amount - line.before),
                    share(line),
                ],
            }
            for line in lines
        ],
    }


def _lines(statement: Statement | None) -> list[StatementLine]:
    found: Sequence[Line] = statement.lines if statement else ()
    return [
        StatementLine(label=line.label, kind=line.kind, amount=line.amount, before=line.before)
        for line in found
    ]


def _says_something(each: CurrencyStatement) -> bool:
    lines = (*each.profit_and_loss, *each.cash)
    return any(line.amount or line.before for line in lines) or bool(each.receivable or each.payable)


def _results(found: Paper) -> list[str]:
    told = []
    for each in found.statements:
        if not each.profit_and_loss:
            continue
        result = each.profit_and_loss[-1]
        said = {"currency": each.currency, "now": amount(result.amount), "before": amount(result.before)}
        told.append(_("Net profit %(currency)s %(now)s; before: %(before)s.") % said)
    return told


def _days(books: Books) -> str:
    """Of which days the figures are, and of which those beside them."""
    said = {
        "period": str(books.period),
        "days": (books.period.end - books.period.start).days,
        "before": str(books.before),
        "days_before": (books.before.end - books.before.start).days,
        "zone": books.period.tz,
    }
    text = _(
        "%(period)s (%(days)d days) beside %(before)s (%(days_before)d days), on the calendar of %(zone)s."
    )
    return text % said


def _notes(found: Paper) -> list[str]:
    notes = [
        _days(found.profit),
        _("Only posted entries count: in profit and loss on the day they are booked, as cash when paid."),
        _("Amounts in different currencies are never added together. Balances of banks are not part of it."),
    ]
    for each in found.statements:
        if each.receivable or each.payable:
            said = {
                "currency": each.currency,
                "receivable": amount(each.receivable),
                "payable": amount(each.payable),
            }
            text = _("Not paid at the end: owed to us %(currency)s %(receivable)s, by us %(payable)s.")
            notes.append(text % said)
    if found.drafts:
        text = ngettext(
            "%(count)d draft of this period is not counted.",
            "%(count)d drafts of this period are not counted.",
            found.drafts,
        )
        notes.append(text % {"count": found.drafts})
    return notes
