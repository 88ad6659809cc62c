"""`manage.py ask`: what a terminal is told of a turn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from apps.assistant.choices import ApprovalStatus
from apps.assistant.models import Approval
from tests.assistant.approval_bench import calling, open_office
from tests.conftest import Cast

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_turn_that_waits_for_a_person_shows_the_draft_and_where_to_decide(
    cast: Cast,
    declare: Callable[..., Any],
    pipeline: Callable[..., Any],
    capsys: pytest.CaptureFixture[str],
    settings: Any,
) -> None:
    settings.PUBLIC_URL = "http://localhost:8000"
    office = open_office(declare)
    pipeline(calling(office.post, to="Wok", text="Dear Wok,\nsix outlets"))
    call_command("ask", "post it", "--as", cast.owner.email)
    asked = Approval.objects.get(status=ApprovalStatus.PENDING)
    said = capsys.readouterr().out
    assert "Posting to Wok" in said
    assert "  To: Wok" in said
    assert "  Dear Wok,\n  six outlets" in said
    page = reverse("admin:assistant_approval_change", args=[asked.pk])
    assert said.splitlines()[-1] == (
        f"Nothing was done yet: it waits for a decision at http://localhost:8000{page}"
    )
    assert office.sent == []
