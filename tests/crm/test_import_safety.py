"""An import is all or nothing, stops when asked, and adds no lead twice, whoever imports at once."""

from __future__ import annotations

import threading
import time
from typing import Any
from unittest import mock

import pytest
from django.db import connection, transaction

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.contacts.models import Company, Contact
from apps.core.errors import Conflict, DomainError
from apps.crm.importing.outcome import ImportOutcome
from apps.crm.models import Activity, Lead, LeadImport, StageChange
from apps.crm.services import imports, locks
from apps.crm.services.leads import create_lead
from apps.perception.errors import UnreadableFile
from apps.perception.tables import Limits, read_table
from tests.conftest import Cast
from tests.factories.crm import Grid, uploaded, xlsx_bytes

HEAD = ["Company", "Contact", "E-mail", "Phone"]

pytestmark = pytest.mark.django_db


def run(user: User, content: bytes | Grid, name: str = "leads.csv", **options: Any) -> ImportOutcome:
    return imports.import_leads(artifact=uploaded(user, content, name), user=user, **options)


def test_an_error_in_the_middle_leaves_nothing_behind(cast: Cast) -> None:
    grid = [HEAD, *[[f"Company {n}", "", f"c{n}@x.sg", ""] for n in range(6)]]
    with (
        mock.patch.object(imports, "BATCH", 2),
        mock.patch.object(imports, "write_drafts", side_effect=[None, RuntimeError("disk")]),
        pytest.raises(RuntimeError),
    ):
        run(cast.owner, grid)
    _assert_untouched()


def test_a_damaged_end_of_the_file_leaves_nothing_behind(cast: Cast) -> None:
    grid = [HEAD, *[[f"Company {n}", "", "", ""] for n in range(6)]]
    content = xlsx_bytes(grid)

    def short(stream: Any, **options: Any) -> Any:
        return read_table(stream, **options, limits=Limits(rows=5))

    with (
        mock.patch.object(imports, "BATCH", 2),
        mock.patch.object(imports, "read_table", short),
        pytest.raises(UnreadableFile),
    ):
        run(cast.owner, content, "leads.xlsx")
    _assert_untouched()


def test_cancelling_stops_between_batches_and_leaves_nothing_behind(cast: Cast) -> None:
    class Stop(Exception):
        pass

    def progress(text: str) -> None:
        said.append(text)
        if len(said) == 2:
            raise Stop

    said: list[str] = []
    grid = [HEAD, *[[f"Company {n}", "", "", ""] for n in range(6)]]
    with mock.patch.object(imports, "BATCH", 2), pytest.raises(Stop):
        run(cast.owner, grid, progress=progress)
    assert said == ["2 of 6 rows …", "4 of 6 rows …"]
    _assert_untouched()


def _assert_untouched() -> None:
    for model in (Lead, LeadImport, Activity, StageChange, Company, Contact):
        assert not model.objects.exists()
    assert not AuditEvent.objects.filter(action__startswith="crm.").exists()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"Name,Phone\nJohn,91234567\n", "no_company_column"),
        (b"Company,Phone\n", "no_rows"),
        (b"%PDF-1.7 named .csv", "wrong_kind"),
    ],
)
def test_a_file_that_cannot_be_imported_is_refused_with_a_reason(
    cast: Cast, content: bytes, code: str
) -> None:
    with pytest.raises(DomainError) as caught:
        run(cast.owner, content)
    assert caught.value.code == code
    _assert_untouched()


def test_many_rows_are_imported_in_bounded_steps(cast: Cast) -> None:
    grid = [[*HEAD, "Notes"]]
    for n in range(10_000):
        # Every tenth row repeats the address of the row before.
        person = n - 1 if n % 10 == 9 else n
        reach = [f"p{person}@merchant.sg", f"9{n:07d}"]
        grid.append([f"Merchant {n}", f"Person {n}", *reach, "a note,\nwith a line end"])
    said: list[str] = []
    outcome = run(cast.owner, grid, progress=said.append)
    assert (outcome.created, outcome.duplicates, outcome.refused) == (9_000, 1_000, 0)
    assert Lead.objects.count() == 9_000
    assert said[0] == "2,000 of 10,000 rows …"
    assert said[-2:] == ["10,000 of 10,000 rows …", "Checking what was written …"]


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_file_at_once_add_each_lead_once(cast: Cast) -> None:
    grid = [HEAD, *[[f"Company {n}", "", f"c{n}@x.sg", ""] for n in range(40)]]
    artifact = uploaded(cast.owner, grid)
    results: list[ImportOutcome] = []
    start = threading.Barrier(3)

    def work() -> None:
        try:
            start.wait(timeout=20)
            results.append(imports.import_leads(artifact=artifact, user=cast.owner))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(outcome.created for outcome in results) == [0, 0, 40]
    assert Lead.objects.count() == 40


@pytest.mark.django_db(transaction=True)
def test_nobody_adds_a_lead_in_the_middle_of_an_import(cast: Cast) -> None:
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                locks.hold_door(patience=1)
                held.set()
                release.wait(timeout=20)
        finally:
            connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(timeout=20)
    started = time.monotonic()
    with mock.patch("apps.crm.services.leads.PATIENCE", 0.3), pytest.raises(Conflict) as caught:
        create_lead(actor=cast.owner, company_name="ABC")
    assert caught.value.code == "busy"
    assert time.monotonic() - started < 10
    release.set()
    thread.join(timeout=20)
    assert create_lead(actor=cast.owner, company_name="ABC").pk
