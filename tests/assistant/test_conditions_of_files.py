"""What is asked for of a file or a text is done, or its not being done is said first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apps.artifacts.choices import Kind
from apps.assistant.models import Run
from apps.assistant.rehearsing.playing import Played
from apps.assistant.running.runner import execute
from apps.assistant.services import start_run
from tests.conftest import Cast

Rehearse = Callable[..., Played]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("create the weekly KPI report", "a PDF"),
        ("weekly KPI report as Excel", "an Excel file"),
        ("weekly KPI report in pptx", "PowerPoint slides"),
        ("weekly KPI report as PowerPoint slides", "PowerPoint slides"),
        ("weekly KPI report as csv", "a CSV file"),
        ("生成上周的KPI报告，Excel格式", "an Excel file"),
        ("laporan KPI mingguan dalam Excel", "an Excel file"),
    ],
)
def test_the_kpi_report_comes_in_the_form_asked_for(
    cast: Cast, rehearse: Rehearse, words: str, kind: str
) -> None:
    played = rehearse(cast.executive, words)
    assert played.skill == "weekly_kpi_report"
    assert f"is attached as {kind} [1]" in played.answer
    assert not played.answer.startswith("**Not")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            "weekly KPI report as a Word document",
            "**Not as Word:** reports come as PDF, Excel, CSV or PowerPoint",
        ),
        ("weekly KPI report in Chinese", "**Not in Chinese:** reports are in English."),
    ],
)
def test_what_a_report_cannot_be_is_said_first(cast: Cast, rehearse: Rehearse, words: str, said: str) -> None:
    assert rehearse(cast.executive, words).answer.startswith(said)


@pytest.mark.django_db(transaction=True)
def test_the_same_report_as_another_file_is_a_matter_of_two_words(cast: Cast) -> None:
    def say(body: str, conversation: Any = None) -> Run:
        run = start_run(user=cast.executive, body=body, conversation=conversation, ring=False)
        execute(run.pk)
        run.refresh_from_db()
        return run

    first = say("KPI report for last month")
    again = say("as Excel please", first.conversation)
    assert again.skill == "weekly_kpi_report"
    assert again.artifacts.get().kind == Kind.XLSX
    assert again.text.split("**")[1] == first.text.split("**")[1]
    assert say("what is our refund policy?", first.conversation).skill != "weekly_kpi_report"


@pytest.mark.django_db
def test_a_newsletter_is_in_the_language_and_of_the_length_asked_for(cast: Cast, rehearse: Rehearse) -> None:
    played = rehearse(cast.owner, "newsletter in English about vouchers for Chinese New Year, 120 words")
    assert played.skill == "content_generation"
    assert "### Variant 1" in played.answer
    assert played.answer.startswith("You asked for 120 words: they have 1")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("newsletter paragraph about e-vouchers in Japanese", "but no Japanese: this is in English."),
        ("newsletter paragraph about e-vouchers in Traditional Chinese", "I have no Traditional Chinese yet"),
        ("newsletter paragraph about e-vouchers, 900 words", "**You asked for 900 words; these have "),
        ("outline a blog article about loyalty points, 300 words", "it is not cut to 300 words"),
    ],
)
def test_what_a_text_is_not_is_said_first(cast: Cast, rehearse: Rehearse, words: str, said: str) -> None:
    assert said in rehearse(cast.owner, words).answer.split("\n\n")[0]
