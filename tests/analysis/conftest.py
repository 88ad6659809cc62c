"""What the tests of analysis share: a table opened from text, and one with everyday sales."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, timedelta

import pytest

from apps.accounts.models import User
from apps.analysis.answers import TableAnswer, ask
from apps.analysis.loading import Loaded, loaded
from apps.analysis.query import TableQuery
from apps.artifacts.choices import Origin
from apps.artifacts.models import Artifact
from apps.artifacts.services import store
from apps.assistant.models import Run
from apps.assistant.running.runner import execute
from apps.assistant.services import start_run

HEADER = "Order ID,Order date,Customer,Outlet,Country,Product,Qty,Unit price,Amount,Channel"


def sales_csv(rows: int = 400, seed: int = 7) -> str:
    """Orders of 2024 and 2025, the same for the same seed."""
    chance = random.Random(seed)
    lines = [HEADER]
    for number in range(rows):
        day = date(2024, 1, 1) + timedelta(days=chance.randrange(700))
        pieces, cents = chance.randrange(1, 9), chance.randrange(100, 4000)
        customer = chance.choice(["Golden Wok", "Sunrise Bakery", "Noodle House", "Kopi Corner"])
        outlet = chance.choice(["Orchard", "Bugis", "Jurong East"])
        country = chance.choice(["Singapore", "Malaysia"])
        product = chance.choice(["Coupon pack", "Gift card", "Latte"])
        amount = pieces * cents
        channel = chance.choice(["App", "Web"])
        lines.append(
            f"A{number:04},{day:%d/%m/%Y},{customer},{outlet},{country},{product},{pieces},"
            f"{cents // 100}.{cents % 100:02},{amount // 100}.{amount % 100:02},{channel}"
        )
    return "\n".join(lines)


@pytest.fixture
def opened() -> Iterator[Callable[..., Loaded]]:
    """`opened(text or bytes, sheet="")` is the table, closed after the test."""
    with ExitStack() as stack:

        def open_table(content: str | bytes, sheet: str = "") -> Loaded:
            data = content.encode() if isinstance(content, str) else content
            return stack.enter_context(loaded(io.BytesIO(data), sheet=sheet))

        yield open_table


@pytest.fixture(scope="session")
def sales() -> Iterator[Loaded]:
    """400 orders, which tests only ask."""
    with loaded(io.BytesIO(sales_csv().encode())) as table:
        yield table


@pytest.fixture
def answer() -> Callable[..., TableAnswer]:
    """`answer(table, dimensions=…, …)` asks with the fields of a query."""

    def of(table: Loaded, **query: object) -> TableAnswer:
        return ask(table, TableQuery.model_validate(query))

    return of


@pytest.fixture
def upload() -> Callable[..., Artifact]:
    """`upload(user, "sales.csv", content)` is an uploaded file."""

    def put(user: User, name: str, content: str | bytes) -> Artifact:
        data = content.encode() if isinstance(content, str) else content
        return store(owner=user, name=name, content=data, origin=Origin.UPLOADED)

    return put


@pytest.fixture
def turn() -> Callable[..., Run]:
    """`turn(user, "words", file, …)` is a whole turn of the assistant in this process, without a model."""

    def take(user: User, body: str, *attachments: Artifact, **options: object) -> Run:
        run = start_run(user=user, body=body, attachments=attachments, ring=False, **options)  # type: ignore[arg-type]
        execute(run.pk)
        run.refresh_from_db()
        return run

    return take
