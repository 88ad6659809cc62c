"""Companies and their people as answers show them: for everybody who helps customers, also without leads."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Prefetch
from pydantic import BaseModel

from apps.accounts.models import User
from apps.contacts.models import Company, Contact
from apps.crm.models import Customer

#: People of one company that an answer names.
PEOPLE = 5


class Person(BaseModel):
    """Somebody who works there."""

    name: str
    email: str
    phone: str


class CompanyRow(BaseModel):
    """A company with its people. `customer_since` is None for one that has not bought, or whose purchase the
    user may not see.
    """

    id: str
    company: str
    industry: str
    location: str
    website: str
    customer_since: datetime | None
    customer_status: str
    account_manager: str
    people: list[Person]


def find_companies(*, user: User, query: str, limit: int) -> tuple[list[Company], bool]:
    """The companies that `user` may see by the beginnings of words of name, industry, place or address on the
    web, customers and others, by name; and whether there are more. For `company_row`; three queries.
    """
    people = Contact.objects.visible_to(user).order_by("name", "pk")[:PEOPLE]
    bought = Customer.objects.visible_to(user).select_related("account_manager")
    found = (
        Company.objects.visible_to(user)
        .search(query)
        .order_by("name", "pk")
        .prefetch_related(Prefetch("contacts", people, "people"), Prefetch("customer", bought))
    )
    rows = list(found[: limit + 1])
    return rows[:limit], len(rows) > limit


def company_row(company: Company) -> CompanyRow:
    """The row of a company that `find_companies` found."""
    customer: Customer | None = getattr(company, "customer", None)
    manager = customer.account_manager if customer else None
    return CompanyRow(
        id=str(company.pk),
        company=company.name,
        industry=company.industry,
        location=company.location,
        website=company.website,
        customer_since=customer.since if customer else None,
        customer_status=str(customer.get_status_display()) if customer else "",
        account_manager=manager.name if manager else "",
        people=[Person(name=one.name, email=one.email, phone=one.phone) for one in company.people],  # type: ignore[attr-defined]
    )
