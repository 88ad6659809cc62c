"""How many rows of a file of leads are imported in a second."""

from __future__ import annotations

import csv
import io
import random
import time

from django.db import transaction

from apps.artifacts import services as artifacts
from apps.crm.services.imports import import_leads
from benchmarks.people import benchmark_user

HEADINGS = ["Company", "Contact", "Email", "Phone", "City", "Status", "Value", "Notes"]
STATUSES = ["new", "contacted", "qualified", "proposal"]


class _Undo(Exception):
    """Rolls the measured import back."""


def main(*, rows: int) -> None:
    """Import one file, print rows per second against merely reading it, and leave nothing behind."""
    content = _file(rows)
    began = time.perf_counter()
    read = sum(1 for _ in csv.reader(io.StringIO(content.decode()))) - 1
    reading = time.perf_counter() - began
    artifact = artifacts.store(owner=benchmark_user(), name="leads.csv", content=content, origin="uploaded")
    began = time.perf_counter()
    try:
        with transaction.atomic():
            outcome = import_leads(artifact=artifact, user=benchmark_user())
            took = time.perf_counter() - began
            raise _Undo
    except _Undo:
        artifact.delete()
    print(f"Import of {outcome.rows:,} rows, {outcome.created:,} of them new leads")
    print(f"  csv.reader alone {read / reading:12,.0f} rows/s")
    print(f"  import           {outcome.rows / took:12,.0f} rows/s, {took:.2f} s, x{took / reading:.0f}")


def _file(rows: int) -> bytes:
    numbers = random.Random(7)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    for row in range(rows):
        writer.writerow(
            [
                f"Restaurant {row} Group",
                f"Person {row}",
                f"person{row}@restaurant{row}.example",
                f"+65 6{numbers.randrange(10**6, 10**7)}",
                "Singapore",
                numbers.choice(STATUSES),
                numbers.randrange(500, 20_000),
                "Met at the fair;\nwants a loyalty programme" if row % 10 == 0 else "",
            ]
        )
    return out.getvalue().encode()
