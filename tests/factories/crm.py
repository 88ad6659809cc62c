"""Leads and files of leads."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any

import factory
from django.utils import timezone
from openpyxl import Workbook

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.artifacts.services import store
from apps.contacts.models import Company, Contact
from apps.crm.choices import ActivityKind, LeadStatus, LostReason
from apps.crm.models import Activity, Customer, Lead, LeadFile, StageChange, Task
from tests.factories.accounts import UserFactory

Grid = Sequence[Sequence[Any]]


class LeadFactory(factory.django.DjangoModelFactory[Lead]):
    """A new lead of a company of its own."""

    class Meta:
        model = Lead

    company_name = factory.Sequence(lambda number: f"Restaurant {number}")
    contact_name = factory.Sequence(lambda number: f"Contact {number}")
    contact_email = factory.Sequence(lambda number: f"contact{number}@restaurant.test")
    assigned_to = factory.SubFactory(UserFactory)

    class Params:
        #: `LeadFactory(lost=True)` was lost for its price; `LeadFactory(won=True)` was won.
        lost = factory.Trait(
            status=LeadStatus.CLOSED_LOST,
            lost_reason=LostReason.PRICE,
            closed_at=factory.LazyFunction(timezone.now),
        )
        won = factory.Trait(status=LeadStatus.CLOSED_WON, closed_at=factory.LazyFunction(timezone.now))


class CompanyFactory(factory.django.DjangoModelFactory[Company]):
    """A company of its own name."""

    class Meta:
        model = Company

    name = factory.Sequence(lambda number: f"Company {number}")


class ContactFactory(factory.django.DjangoModelFactory[Contact]):
    """A person of no company."""

    class Meta:
        model = Contact

    name = factory.Sequence(lambda number: f"Person outside {number}")
    email = factory.Sequence(lambda number: f"outside{number}@merchant.test")


class ActivityFactory(factory.django.DjangoModelFactory[Activity]):
    """A call with a lead just now; for a company or contact say `lead=None, company=…`."""

    class Meta:
        model = Activity

    lead = factory.SubFactory(LeadFactory)
    kind = ActivityKind.CALL
    occurred_at = factory.LazyFunction(timezone.now)
    by = factory.SubFactory(UserFactory)


class StageChangeFactory(factory.django.DjangoModelFactory[StageChange]):
    """A lead that came in just now."""

    class Meta:
        model = StageChange

    lead = factory.SubFactory(LeadFactory)
    to_status = LeadStatus.NEW
    at = factory.LazyFunction(timezone.now)


class TaskFactory(factory.django.DjangoModelFactory[Task]):
    """An open task about a lead, due tomorrow, of the lead's owner."""

    class Meta:
        model = Task

    lead = factory.SubFactory(LeadFactory)
    title = factory.Sequence(lambda number: f"Task {number}")
    assigned_to = factory.LazyAttribute(lambda task: task.lead.assigned_to)
    due_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=1))


class CustomerFactory(factory.django.DjangoModelFactory[Customer]):
    """A company that bought just now."""

    class Meta:
        model = Customer

    company = factory.SubFactory(CompanyFactory)
    since = factory.LazyFunction(timezone.now)


class LeadFileFactory(factory.django.DjangoModelFactory[LeadFile]):
    """A small file of the lead's owner, put to the lead."""

    class Meta:
        model = LeadFile

    lead = factory.SubFactory(LeadFactory)
    artifact = factory.LazyAttribute(lambda link: uploaded(link.lead.assigned_to, b"hello", "note.txt"))
    by = factory.LazyAttribute(lambda link: link.lead.assigned_to)


def csv_bytes(rows: Grid, *, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """Rows as a delimited text."""
    text = StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_bytes(rows: Grid, *, title: str = "Leads", more: dict[str, Grid] | None = None) -> bytes:
    """Rows as a workbook with one sheet, and others behind it."""
    book = Workbook(write_only=True)
    for name, content in {title: rows, **(more or {})}.items():
        sheet = book.create_sheet(name)
        for row in content:
            sheet.append(list(row))
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def uploaded(owner: User, content: bytes | Grid, name: str = "leads.csv") -> Artifact:
    """A file that a person sent."""
    data = content if isinstance(content, bytes) else csv_bytes(content)
    return store(owner=owner, name=name, content=data, origin="uploaded")
