"""Two years of demo data in the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from itertools import islice
from random import Random

from django.db import models, transaction

from apps.accounts.models import User
from apps.audit import services as audit
from apps.audit.models import EmailLog
from apps.contacts.models import Company, Contact
from apps.core.db import batched
from apps.core.errors import Conflict
from apps.crm.choices import ActivityKind, LeadStatus
from apps.crm.demo import rows
from apps.crm.demo.ahead import made_ahead
from apps.crm.demo.doings import (
    CUSTOMER_COLUMNS,
    MAIL_COLUMNS,
    TASK_COLUMNS,
    customer_row,
    mail_rows,
    task_rows,
)
from apps.crm.demo.loading import bare, tidy
from apps.crm.demo.merchants import ABC, merchants, repeated
from apps.crm.demo.people import ensure_people
from apps.crm.demo.rows import COMPANY_COLUMNS, CONTACT_COLUMNS, DemoLead, Row, lead_of
from apps.crm.demo.stories import Event, Story, office_hours, tell
from apps.crm.importing.writing import ACTIVITY_COLUMNS, LEAD_COLUMNS, STAGE_COLUMNS, copy_rows
from apps.crm.models import Activity, Customer, Lead, StageChange, Task
from apps.crm.services.tally import compact_tally

BATCH = 2_000
#: From so many leads on, their history is thin and the tables are filled without indexes.
BIG = 100_000
#: Who works on leads, and how often. Some that nobody has spoken to yet still wait for somebody.
OWNERS = repeated({"sales.rep": 46, "sales.rep2": 42, "sales.manager": 9})
WAITING = [*OWNERS, *repeated({"": 24})]
TABLES: tuple[type[models.Model], ...] = (Company, Contact, Lead, StageChange, Activity, Task, Customer)

Progress = Callable[[str], None]
#: Of which model, which columns, and what is in them.
Table = tuple[type[models.Model], Sequence[str], list[Row]]


def seed_demo(*, seed: int, leads: int, now: datetime, progress: Progress = lambda _: None) -> dict[str, int]:
    """Demo people, and `leads` leads with their history up to `now`; the same input gives the same rows.

    `progress` gets a line now and then. Raises `Conflict` when there are leads already: they would not be
    coherent with these.
    """
    is_big = leads >= BIG
    with transaction.atomic():
        people = ensure_people()
        if Lead.objects.exists() or Company.objects.exists():
            raise Conflict(
                "There are leads or companies already; demo data needs an empty pipeline.", code="not_empty"
            )
        loading: AbstractContextManager[None] = bare(TABLES, progress=progress) if is_big else nullcontext()
        with loading:
            made = islice(_all(seed, people, now, is_thin=is_big), leads)
            batches = (_tables(batch, people, now, is_thin=is_big) for batch in batched(made, BATCH))
            for number, tables in enumerate(made_ahead(batches) if is_big else batches, start=1):
                for model, columns, table in tables:
                    copy_rows(model, columns, table)
                progress(f"{min(number * BATCH, leads):,} of {leads:,} leads …")
        compact_tally()
        audit.record(action="crm.demo.seeded", details={"seed": seed, "leads": leads})
    if is_big:
        progress("Tidying the tables …")
        tidy(TABLES)
    return {"users": len(people), "leads": leads}


def _all(seed: int, people: Mapping[str, User], now: datetime, *, is_thin: bool) -> Iterator[DemoLead]:
    rng = Random(seed)  # noqa: S311 - not for secrets
    yield _abc(people, now)
    for merchant in merchants(rng):
        story = tell(rng, now, is_thin=is_thin)
        login = rng.choice(OWNERS if story.events else WAITING)
        yield lead_of(merchant, story, people[login].pk if login else None, rng)


def _abc(people: Mapping[str, User], now: datetime) -> DemoLead:
    """The company of the guided tour."""
    rng = Random(ABC.company)  # noqa: S311
    created = office_hours(rng, now - timedelta(days=11))
    called = office_hours(rng, created + timedelta(days=2))
    story = Story(
        created,
        [
            Event(called, ActivityKind.CALL, text="Called; interested in loyalty."),
            Event(called, to=LeadStatus.CONTACTED),
        ],
    )
    return lead_of(ABC, story, people["sales.rep"].pk, rng)


def _tables(
    batch: list[DemoLead], people: Mapping[str, User], now: datetime, *, is_thin: bool
) -> list[Table]:
    tables: list[Table] = [
        (Company, COMPANY_COLUMNS, [rows.company_row(lead) for lead in batch]),
        (Contact, CONTACT_COLUMNS, [rows.contact_row(lead) for lead in batch]),
        (Lead, LEAD_COLUMNS, [rows.lead_row(lead, now) for lead in batch]),
        (StageChange, STAGE_COLUMNS, [row for lead in batch for row in rows.stage_rows(lead)]),
        (Activity, ACTIVITY_COLUMNS, [row for lead in batch for row in rows.activity_rows(lead)]),
        (Task, TASK_COLUMNS, [row for lead in batch for row in task_rows(lead, now)]),
        (Customer, CUSTOMER_COLUMNS, [row for lead in batch if (row := customer_row(lead, now))]),
    ]
    if not is_thin:
        senders = {user.pk.hex: user.email for user in people.values()}
        mails = [row for lead in batch for row in mail_rows(lead, senders, now)]
        tables.append((EmailLog, MAIL_COLUMNS, mails))
    return tables
