"""Entries of the ledger."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone

from apps.accounts.models import User
from apps.finance.choices import EntryStatus
from apps.finance.models import Category, Entry
from tests.factories.accounts import UserFactory


def category(code: str) -> Category:
    """One of the usual ones."""
    return Category.objects.get(code=code)


class EntryFactory(factory.django.DjangoModelFactory[Entry]):
    """A posted expense, unless something else is asked for: `code="subscriptions"`, `draft=True`."""

    class Meta:
        model = Entry

    class Params:
        code = "software"
        draft = False

    category = factory.LazyAttribute(lambda entry: category(entry.code))
    booked_on = date(2026, 10, 15)
    amount = Decimal("100.00")
    currency = "SGD"
    party = factory.Sequence(lambda number: f"Party {number}")
    recorded_by = factory.SubFactory(UserFactory, roles=["finance_manager"])
    status = factory.LazyAttribute(lambda entry: EntryStatus.DRAFT if entry.draft else EntryStatus.POSTED)
    posted_by = factory.LazyAttribute(lambda entry: None if entry.draft else entry.recorded_by)
    posted_at = factory.LazyAttribute(lambda entry: None if entry.draft else timezone.now())


def facts(**given: Any) -> dict[str, Any]:
    """What `record_draft` needs."""
    wanted = {
        "category": category("software"),
        "booked_on": date(2026, 10, 15),
        "amount": Decimal("12.30"),
        "party": "Atlassian",
    }
    return {**wanted, **given}


def finance_manager(**given: Any) -> User:
    """Somebody who keeps the books."""
    user: User = UserFactory(**{"name": "Fiona Finance", "roles": ["finance_manager"], **given})
    return user
