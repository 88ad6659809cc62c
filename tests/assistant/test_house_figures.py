"""Questions about the house itself: costs of models, runs, mails, changes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from apps.assistant.rehearsing.playing import Played
from apps.assistant.reporting import reader_of
from apps.audit.choices import EmailStatus
from apps.audit.models import EmailLog
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

Rehearse = Callable[..., Played]


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("what did the assistant cost us this month?", "Model usage and cost"),
        ("which runs failed this week", "Agent activity and failures"),
        ("which mails did we send this week", "E-mail log"),
        ("who changed records this week, from the audit trail", "Audit activity"),
        ("show KPI numbers for last month vs the month before", "Management KPIs"),
        ("what have we paid for Claude this month?", "Model usage and cost"),
    ],
)
def test_each_question_is_answered_from_its_report(
    cast: Cast, rehearse: Rehearse, words: str, title: str
) -> None:
    played = rehearse(cast.admin, words)
    assert played.skill == "house_figures"
    assert played.answer.startswith(f"**{title}**")
    assert played.citations[0]["url"].startswith("/admin/reports/")


def test_the_figures_are_those_of_the_rows(cast: Cast, rehearse: Rehearse) -> None:
    for status in (EmailStatus.SENT, EmailStatus.SENT, EmailStatus.BOUNCED):
        EmailLog.objects.create(recipients=["ann@abc.example"], subject="Menu", status=status)
    body = rehearse(cast.admin, "how many e-mails did we send this month").answer
    assert "- Mails: **3**" in body
    assert "- Failed or bounced: **1**" in body


def test_who_may_not_read_a_report_is_told_so(cast: Cast, rehearse: Rehearse) -> None:
    played = rehearse(cast.owner, "what did the assistant cost us this month?")
    assert "right" in played.answer
    assert "**Model usage" not in played.answer


def test_a_report_that_is_not_there_is_an_error_of_the_programmer() -> None:
    with pytest.raises(LookupError, match="moon_phases"):
        reader_of("moon_phases")


def test_mails_that_stayed_are_told_apart_from_those_that_left(cast: Cast, rehearse: Rehearse) -> None:
    for status in (EmailStatus.SENT, EmailStatus.DRAFT, EmailStatus.DRAFT):
        EmailLog.objects.create(recipients=["ann@abc.example"], subject="Menu", status=status)
    body = rehearse(cast.admin, "how many mails did we send this week?").answer
    assert "3 mails were written: 1 sent, 2 kept as drafts" in body
    assert "- Sent: **1**" in body
    assert "- Drafts, not sent: **2**" in body


def test_an_answer_says_whose_mails_it_counted(cast: Cast, rehearse: Rehearse) -> None:
    EmailLog.objects.create(
        recipients=["ann@abc.example"], subject="Menu", status=EmailStatus.DRAFT, user=cast.owner
    )
    body = rehearse(cast.manager, "how many mails did we send this week?").answer
    assert "Only your own mails are counted" in body
    assert (
        "Everybody's mails are counted"
        in rehearse(cast.admin, "how many mails did we send this week?").answer
    )


def test_what_one_has_to_know_stands_beside_a_file_as_well(cast: Cast, rehearse: Rehearse) -> None:
    body = rehearse(cast.admin, "export the mails that we sent this week as csv").answer
    assert "attached" in body
    assert "Everybody's mails are counted" in body
