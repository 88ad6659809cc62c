"""Who keeps the books, a receipt, and a whole turn of the assistant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.artifacts.services import store
from apps.assistant.models import Run
from apps.assistant.running.runner import execute
from apps.assistant.services import start_run
from tests.factories.accounts import DepartmentFactory
from tests.factories.finance import finance_manager


@pytest.fixture
def keeper(db: None) -> User:
    """A finance manager."""
    return finance_manager(department=DepartmentFactory(slug="finance", name="Finance"))


@pytest.fixture
def turn() -> Callable[..., Run]:
    """`turn(user, "words", files…)` is a whole turn of the assistant in this process."""

    def take(user: User, body: str, *attachments: Artifact, **options: Any) -> Run:
        run = start_run(user=user, body=body, attachments=attachments, ring=False, **options)
        execute(run.pk)
        run.refresh_from_db()
        return run

    return take


RECEIPT = """TOAST BOX
313@Somerset, Singapore
Receipt No: TB-20991
Date: 12 Nov 2026 08:41
Kaya Toast Set      6.80
Kopi-O              4.40
Subtotal           11.20
GST 9%              1.01
TOTAL           S$ 12.21
VISA ****1234
"""


@pytest.fixture
def receipt() -> Callable[..., Artifact]:
    """`receipt(user)` is an uploaded receipt; another text can be given."""

    def uploaded(user: User, text: str = RECEIPT, name: str = "toast-box.txt") -> Artifact:
        return store(owner=user, name=name, content=text.encode(), origin="uploaded")

    return uploaded
