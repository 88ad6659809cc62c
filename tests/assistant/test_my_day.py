"""What waits for a person, asked for in the chat."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.assistant.rehearsing.playing import Played
from tests.conftest import Cast
from tests.factories.accounts import UserFactory
from tests.factories.crm import LeadFactory, TaskFactory
from tests.factories.finance import EntryFactory

pytestmark = pytest.mark.django_db

Rehearse = Callable[..., Played]


def told(played: Played) -> str:
    """The answer, given by the right skill."""
    assert played.skill == "my_day"
    return played.answer


def test_it_says_what_is_due_and_where_to_start(cast: Cast, rehearse: Rehearse) -> None:
    today = timezone.localdate()
    late = LeadFactory(
        assigned_to=cast.owner, company_name="Late Lunch", follow_up_date=today - timedelta(days=3)
    )
    LeadFactory(assigned_to=cast.colleague, company_name="Not Mine", follow_up_date=today)
    TaskFactory(
        lead=late, assigned_to=cast.owner, title="Send the menu", due_at=timezone.now() - timedelta(hours=2)
    )
    answer = told(rehearse(cast.owner, "who should I call today?"))
    assert answer.startswith("Waiting for you: Follow-ups (1), My tasks (1). I would start with [Late Lunch]")
    assert "Send the menu" in answer
    assert "Not Mine" not in answer


def test_finance_is_told_of_drafts_to_post_and_sales_is_not(cast: Cast, rehearse: Rehearse) -> None:
    EntryFactory(draft=True, party="Grab", amount="84.50")
    EntryFactory(party="Posted already")
    finance = UserFactory(roles=["finance_manager"])
    answer = told(rehearse(finance, "what is waiting for me?"))
    assert "**Entries to post**" in answer
    assert "Grab, SGD 84.50" in answer
    assert "Posted already" not in answer
    assert "Grab" not in told(rehearse(cast.owner, "what is waiting for me?"))


def test_nothing_to_do_is_said_in_a_sentence(cast: Cast, rehearse: Rehearse) -> None:
    assert "Nothing waits for you" in told(rehearse(cast.outsider, "what is on my plate today?"))


def test_names_do_not_become_markup(cast: Cast, rehearse: Rehearse) -> None:
    LeadFactory(
        assigned_to=cast.owner, company_name="[Click](https://evil.example) *Bar*",
        follow_up_date=timezone.localdate(),
    )  # fmt: skip
    answer = told(rehearse(cast.owner, "which follow-ups are due"))
    assert "[Click](https://evil.example)" not in answer
