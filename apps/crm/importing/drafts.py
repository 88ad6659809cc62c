"""One row of a file as a lead that is not yet saved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from apps.accounts.models import User
from apps.contacts.normalisation import company_key
from apps.core.ids import uuid7
from apps.core.moments import FIRST_YEAR, LAST_YEAR
from apps.crm.choices import LeadSource, LeadStatus
from apps.crm.importing.dates import NotADate, OtherYear, parse_day, parse_moment
from apps.crm.importing.headings import Columns
from apps.crm.importing.money import NotMoney, parse_currency, parse_money
from apps.crm.importing.values import (
    Refusal,
    bounded,
    cell,
    clean_email,
    clean_phone,
    clean_source,
    clean_status,
)
from apps.crm.models import HOUSE_CURRENCY
from apps.perception.tables import Row

MAX_NOTES = 5_000
MAX_EXTRA = 2_000


@dataclass(slots=True)
class LeadDraft:
    """The cleaned values of a row; keys are in comparable form. `assigned_to` is a user's id."""

    row: int
    company_name: str
    company_key: str
    contact_name: str
    contact_email: str
    contact_phone: str
    phone_key: str
    industry: str
    location: str
    source: LeadSource
    status: LeadStatus
    notes: str
    last_contacted: datetime | None
    follow_up_date: date | None
    value: Decimal | None
    currency: str
    assigned_to: UUID
    extra: dict[str, str]
    id: UUID = field(default_factory=uuid7)
    company_id: UUID | None = None
    contact_id: UUID | None = None


@dataclass
class RowReader:
    """Makes drafts of the rows of one file.

    `owners` maps e-mail addresses and names (comparable form) to the users who may be given leads; empty when
    the importing person may not give leads to others. `unknown_owners` collects what was not found there.
    """

    columns: Columns
    importer: UUID
    owners: Mapping[str, UUID]
    now: datetime
    zone: ZoneInfo
    unknown_owners: set[str] = field(default_factory=set)

    def read(self, row: Row) -> LeadDraft:
        """The row's values. Raises `Refusal` with the first reason why they make no lead."""
        if any(row.cells[len(self.columns.headings) :]):
            raise Refusal("The row has more cells than there are headings; a separator may be inside a text.")
        name = bounded(self._cell(row, "company_name"), 200, "company name")
        key = company_key(name)
        if not key:
            raise Refusal("The company name is missing.")
        phone, phone_key = clean_phone(self._cell(row, "contact_phone"))
        value, currency = self._value(row)
        extra = self._extra(row)
        source, is_known = clean_source(self._cell(row, "source"))
        if not is_known:
            extra[self.columns.headings[self.columns.fields["source"]]] = self._cell(row, "source")[
                :MAX_EXTRA
            ]
        return LeadDraft(
            row=row.number,
            company_name=name,
            company_key=key,
            contact_name=bounded(self._cell(row, "contact_name"), 160, "contact name"),
            contact_email=clean_email(self._cell(row, "contact_email")),
            contact_phone=phone,
            phone_key=phone_key,
            industry=bounded(self._cell(row, "industry"), 80, "industry"),
            location=bounded(self._cell(row, "location"), 120, "location"),
            source=source,
            status=clean_status(self._cell(row, "status")),
            notes=self._notes(row),
            last_contacted=self._last_contacted(row),
            follow_up_date=self._follow_up(row),
            value=value,
            currency=currency,
            assigned_to=self._owner(row),
            extra=extra,
        )

    def _cell(self, row: Row, name: str) -> str:
        index = self.columns.fields.get(name)
        return "" if index is None else cell(row.cells[index])

    def _notes(self, row: Row) -> str:
        notes = self._cell(row, "notes")
        if len(notes) > MAX_NOTES:
            raise Refusal(f"The notes are longer than {MAX_NOTES} characters.")
        return notes

    def _last_contacted(self, row: Row) -> datetime | None:
        text = self._cell(row, "last_contacted")
        if not text:
            return None
        try:
            moment = parse_moment(text, self.zone)
        except NotADate as error:
            raise _no_date(text, error) from error
        if moment > self.now:
            raise Refusal(f"The last contact, {text}, lies in the future.")
        return moment

    def _follow_up(self, row: Row) -> date | None:
        text = self._cell(row, "follow_up_date")
        try:
            return parse_day(text) if text else None
        except NotADate as error:
            raise _no_date(text, error) from error

    def _value(self, row: Row) -> tuple[Decimal | None, str]:
        text, named = self._cell(row, "value"), self._cell(row, "currency")
        try:
            value, currency = parse_money(text) if text else (None, "")
        except NotMoney as error:
            raise Refusal(f"“{text[:80]}” is not an amount of money.") from error
        try:
            stated = parse_currency(named) if named else ""
        except NotMoney as error:
            raise Refusal(f"“{named[:80]}” is not a currency I know.") from error
        if currency and stated and currency != stated:
            raise Refusal(f"The value is in {currency}, the currency column says {stated}.")
        return value, currency or stated or HOUSE_CURRENCY

    def _owner(self, row: Row) -> UUID:
        text = self._cell(row, "owner_email")
        if not text or not self.owners:
            return self.importer
        found = self.owners.get(" ".join(text.casefold().split()))
        if found is None:
            self.unknown_owners.add(text[:80])
        return found or self.importer

    def _extra(self, row: Row) -> dict[str, str]:
        return {
            heading[:80]: text[:MAX_EXTRA]
            for index, heading in self.columns.others
            if (text := cell(row.cells[index]))
        }


def owners_by_name(people: Iterable[User]) -> dict[str, UUID]:
    """E-mail address or name (as `RowReader` compares them) → user; an address wins."""
    found = list(people)
    by_name = {" ".join(person.name.casefold().split()): person.pk for person in found}
    return by_name | {person.email: person.pk for person in found}


def _no_date(text: str, error: NotADate) -> Refusal:
    if isinstance(error, OtherYear):
        return Refusal(f"“{text[:80]}” is not in the years {FIRST_YEAR} to {LAST_YEAR}.")
    return Refusal(f"“{text[:80]}” is not a date (day/month/year).")
