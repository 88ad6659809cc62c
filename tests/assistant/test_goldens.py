"""Our own cases, played without a model: how good the agents are, held by a threshold."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from apps.artifacts.models import Artifact
from apps.assistant.choices import CaseOrigin, EvaluationStatus
from apps.assistant.evaluation import files, running
from apps.assistant.models import Evaluation, EvaluationCase, Run
from apps.audit.choices import EmailStatus
from apps.audit.models import EmailLog
from apps.core.errors import Invalid
from apps.crm.models import Lead
from apps.finance.choices import EntryStatus
from apps.finance.models import Category, Entry
from apps.knowledge.services import index_knowledge
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

#: Of a hundred cases, so many have to pass in each file.
THRESHOLD = 95
LEAST_CASES = 120
TAGS = sorted(path.stem for path in files.folder().glob("*.yaml"))


def test_there_are_enough_cases_for_every_agent_and_every_skill_of_the_first_seven() -> None:
    cases = files.read_all()
    assert len(cases) >= LEAST_CASES
    assert {case.agent for case in cases} >= {"sales", "finance", "marketing", "management"}
    assert {case.skill for case in cases} >= {
        "content_generation", "data_analysis", "email_outreach", "financial_reporting",
        "linkedin_prospecting", "pitch_deck_generation", "web_research",
    }  # fmt: skip


@pytest.mark.parametrize("tag", TAGS)
def test_the_cases_of_a_file_pass(tag: str) -> None:
    index_knowledge()
    files.sync_cases()
    evaluation = running.run(running.start(), cases=running.active_cases("offline", tag=tag))
    failed = {
        result.case.key: result.reasons
        for result in evaluation.results.filter(passed=False).select_related("case")
    }
    assert evaluation.passed * 100 >= THRESHOLD * evaluation.total, failed


@pytest.fixture
def lived_in(cast: Cast) -> None:
    """A house in which people have been: the sample papers were recorded, entries, mails and a task wait."""
    person, today = cast.admin, timezone.localdate()
    posted = {"status": EntryStatus.POSTED, "posted_by": person, "posted_at": timezone.now()}
    rows: list[dict[str, Any]] = [
        {"code": "meals", "amount": "12.21", "booked_on": date(2026, 10, 12), "number": "TB-GOLDEN-1"},
        {"code": "office", "amount": "63.22", "booked_on": date(2026, 10, 5), "number": "SS-GOLDEN-77"},
        {"code": "travel", "amount": "84.50", "booked_on": today},
        {"code": "travel", "amount": "9.00", "booked_on": today, "currency": "CHF"},
    ]  # fmt: skip
    for row in rows:
        category, number = Category.objects.get(code=row.pop("code")), row.pop("number", "")
        more = posted if number else {}
        Entry.objects.create(
            category=category, party="Toast Box", recorded_by=person, external_reference=number, **row, **more
        )
    for status in (EmailStatus.DRAFT, EmailStatus.SENT, EmailStatus.FAILED):
        EmailLog.objects.create(user=person, recipients=["ann@abc.example"], subject="Hi", status=status)


SENSITIVE = [
    "day-call", "day-decide", "day-finance", "house-mails", "house-runs", "entry-expense", "receipt-text",
    "receipt-pdf", "receipt-chinese", "receipt-malay", "receipt-twice", "receipt-alike",
]  # fmt: skip


def test_what_people_did_before_changes_no_verdict(lived_in: None) -> None:
    files.sync_cases()
    evaluation = running.run(running.start(), cases=running.active_cases("offline", keys=SENSITIVE))
    results = evaluation.results.select_related("case")
    assert {result.case.key: result.reasons for result in results if not result.passed} == {}
    assert evaluation.passed == len(SENSITIVE)


def test_a_sample_is_attached_as_a_paper_of_its_own() -> None:
    for name in ("receipt.txt", "invoice.pdf"):
        assert b"GOLDEN" in files.sample(name).read_bytes()
        assert b"GOLDEN" not in files.paper(name)
        assert len(files.paper(name)) == files.sample(name).stat().st_size


def test_an_error_that_nobody_foresaw_is_told_in_a_sentence(cast: Cast) -> None:
    taken = {"category": "meals", "party": "Wok", "amount": "1", "external_reference": "TWICE"}
    case = EvaluationCase.objects.create(
        key="twice", title="t", message="hello", role="finance_manager", given={"entries": [taken, taken]}
    )
    result = running.run(running.start(), cases=[case]).results.get()
    assert not result.passed
    assert "given cannot be beside what is there" in result.error
    assert "IntegrityError" not in result.error + " ".join(result.reasons)
    assert "TWICE" not in result.error + " ".join(result.reasons)


def test_nothing_that_a_case_made_stays() -> None:
    files.sync_cases()
    stored = len(list(_files()))
    cases = running.active_cases("offline", keys=["import-file", "pipeline-mine"])
    evaluation = running.run(running.start(), cases=cases)
    assert evaluation.status == EvaluationStatus.COMPLETED
    assert (Lead.objects.count(), Run.objects.count(), Artifact.objects.count()) == (0, 0, 0)
    assert len(list(_files())) == stored


def _files() -> Any:
    location = settings.STORAGES["artifacts"]["OPTIONS"]["location"]
    return (path for path in Path(location).rglob("*") if path.is_file())


def test_a_case_that_left_its_file_is_switched_off_and_its_results_stay() -> None:
    old = EvaluationCase.objects.create(
        key="of-yesterday", title="x", message="x", role="staff", origin=CaseOrigin.FILE
    )
    running.run(running.start(), cases=[old])
    files.sync_cases()
    old.refresh_from_db()
    assert not old.is_active
    assert old.results.count() == 1


def test_a_case_that_a_person_switched_off_stays_off_and_one_that_comes_back_is_on() -> None:
    files.sync_cases()
    EvaluationCase.objects.filter(key="pipeline-mine").update(is_active=False)
    left = EvaluationCase.objects.filter(key="pipeline-empty")
    left.update(is_active=False, tags=[])
    EvaluationCase.objects.filter(key="kpi-weekly").update(origin=CaseOrigin.OFFICE, message="Mine")
    files.sync_cases()
    assert not EvaluationCase.objects.get(key="pipeline-mine").is_active
    assert left.get().is_active
    assert EvaluationCase.objects.get(key="kpi-weekly").message == "Mine"


def test_a_mistake_in_a_file_is_told_with_its_place(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("cases:\n  - {key: x, message: y, skil: z}\n", encoding="utf-8")
    with pytest.raises(Invalid, match=r"wrong\.yaml"):
        files.read(wrong)


@pytest.mark.parametrize("name", ["../pyproject.toml", "/etc/passwd", "none.csv"])
def test_a_case_attaches_our_samples_only(name: str) -> None:
    with pytest.raises(Invalid):
        files.sample(name)


def test_a_case_that_crashes_fails_and_the_others_are_played() -> None:
    files.sync_cases()
    odd = EvaluationCase.objects.create(
        key="a-odd", title="odd", message="hello", role="staff", given={"nothing": [{}]}
    )
    cases = [odd, *running.active_cases("offline", keys=["pipeline-empty"])]
    evaluation = running.run(running.start(), cases=cases)
    assert (evaluation.passed, evaluation.total) == (1, 2)


def test_the_command_fails_below_its_threshold(capsys: pytest.CaptureFixture[str]) -> None:
    EvaluationCase.objects.create(
        key="a-never", title="never", message="hello", role="staff", facts=["a word that nobody says"]
    )
    with pytest.raises(CommandError, match="0 % passed"):
        call_command("evaluate", case=["a-never"])
    assert "a word that nobody says" in capsys.readouterr().out
    assert Evaluation.objects.get().columns == {"facts": [0, 1]}
