"""Leads and files of leads."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO
from typing import Any

import factory
from openpyxl import Workbook

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.artifacts.services import store
from apps.crm.models import Lead
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
