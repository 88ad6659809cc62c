"""Did my change make it worse? A result beside what was expected, and one evaluation beside another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.assistant.choices import EvaluationStatus
from apps.assistant.evaluation import running
from apps.assistant.evaluation.comparing import compare
from apps.assistant.evaluation.judging import Happened, judge
from apps.assistant.evaluation.reading import reading_of
from apps.assistant.models import AgentVersion, Evaluation, EvaluationCase, EvaluationResult
from apps.assistant.versions.drafting import draft_version
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

Browser = Callable[[User], Client]
READABLE = {"staff": None}


def case(key: str, **fields: Any) -> EvaluationCase:
    """A case of staff."""
    return EvaluationCase.objects.create(
        **{"key": key, "title": f"About {key}", "message": key, "role": "staff", **fields}
    )


def result(evaluation: Evaluation, of: EvaluationCase, answer: str, **fields: Any) -> EvaluationResult:
    """What came of the case, judged."""
    happened = Happened(fields.get("agent", "sales"), fields.get("skill", ""), answer)
    verdict = judge(of, happened)
    return EvaluationResult.objects.create(
        evaluation=evaluation, case=of, role=of.role,
        passed=verdict.passed, checks=verdict.checks, reasons=verdict.reasons,
        agent=happened.agent, skill=happened.skill, answer=answer, tools=fields.get("tools", []),
    )  # fmt: skip


def completed(**versions: int) -> Evaluation:
    """An evaluation that is over."""
    return Evaluation.objects.create(
        status=EvaluationStatus.COMPLETED, mode="offline", agent_versions=versions
    )


@pytest.fixture
def two() -> tuple[Evaluation, Evaluation]:
    """Versions 1 and 2 of sales: one case got worse, one better, one fails always, one passes always."""
    before, after = completed(sales=1, finance=4), completed(sales=2, finance=4)
    said = {"worse": ("yes", "no"), "better": ("no", "yes"), "always": ("yes", "yes"), "never": ("no", "no")}
    for key, answers in said.items():
        wanted = case(key, facts=["yes"], agent="sales")
        for evaluation, answer in zip((before, after), answers, strict=True):
            result(evaluation, wanted, answer)
    result(after, case("new", facts=["yes"]), "no")
    return before, after


def test_what_got_worse_and_what_got_better(two: tuple[Evaluation, Evaluation]) -> None:
    found = compare(*two, READABLE)
    assert [pair.after.result.case.key for pair in found.worse] == ["worse"]
    assert [pair.after.result.case.key for pair in found.better] == ["better"]
    assert [pair.after.result.case.key for pair in found.still_failing] == ["never"]
    assert (found.same, found.only_one) == (1, 1)
    # A case that only one of them played must not move the rates.
    assert (found.passed.before, found.passed.after) == (found.passed.after, found.passed.before)
    assert [(one.agent, one.before, one.after) for one in found.versions] == [("sales", 1, 2)]
    assert {both.name: both.points for both in found.columns} == {"agent": 0, "facts": 0}


def test_the_page_shows_both_answers_of_what_got_worse(
    cast: Cast,
    two: tuple[Evaluation, Evaluation],
    browser_client: Browser,
    django_assert_max_num_queries: Any,
) -> None:
    before, after = two
    client = browser_client(cast.manager)
    url = reverse("admin:assistant_evaluation_compare", args=[after.pk])
    client.get(url)
    with django_assert_max_num_queries(15):
        shown = client.get(url, {"with": str(before.pk)}).content.decode()
    assert "1 case got worse, 1 got better." in shown
    assert "v1 → v2" in shown
    # Whichever was opened, the earlier one stands on the left.
    turned = client.get(
        reverse("admin:assistant_evaluation_compare", args=[before.pk]), {"with": str(after.pk)}
    ).content.decode()
    assert "v1 → v2" in turned
    assert client.get(url, {"with": "nonsense"}).status_code == 404
    assert browser_client(cast.owner).get(url).status_code in {302, 403, 404}


def test_expected_stands_beside_what_came() -> None:
    wanted = case(
        "all", agent="finance", skill="lead_lookup", tools=["find_leads"], facts=["249", "re:gr?ow"],
        forbidden=["secret"], expected_arguments={"send_mail": {"subject": "Stamps"}},
    )  # fmt: skip
    calls = [{"tool": "send_mail", "arguments": {"subject": "Coupons"}}]
    came = result(completed(), wanted, "It will grow. A **secret**.", skill="", tools=calls)
    lines = {line.label: line for line in reading_of(came, READABLE).lines}
    assert lines["Agent"].got == "Sales"
    assert lines["Skill"].got == "none"
    assert (lines["Tools"].got, lines["Tools"].is_met) == ("Send mail", False)
    assert lines["Must say"].got == "missing: 249"
    assert [point.is_met for point in lines["Must say"].expected] == [False, True]
    assert lines["Must not say"].got == "it says: secret"
    assert (lines["Send mail: subject"].expected[0].text, lines["Send mail: subject"].got) == (
        "Stamps",
        "Coupons",
    )
    assert all(not line.is_met for line in lines.values())


def test_arguments_and_answers_of_a_role_with_more_rights_stay_hidden() -> None:
    wanted = case("hidden", role="admin", expected_arguments={"send_mail": {"subject": "Stamps"}})
    calls = [{"tool": "send_mail", "arguments": {"subject": "Salaries"}}]
    reading = reading_of(result(completed(), wanted, "Salaries", tools=calls), READABLE)
    assert "Salaries" not in reading.answer + "".join(line.got for line in reading.lines)


def test_no_expectation_is_tried_on_an_answer_that_one_may_not_read() -> None:
    before, after = completed(), completed()
    wanted = case("guessed", role="admin", facts=["nothing of it"])
    for evaluation in (before, after):
        result(evaluation, wanted, "SGD 987654")
    wanted.role, wanted.facts, wanted.forbidden = "staff", ["re:SGD 98"], ["re:98"]
    wanted.save()
    [pair] = compare(before, after, READABLE).still_failing
    for reading in pair.sides:
        assert (reading.may_read, reading.lines, reading.answer, reading.was_changed) == (
            False,
            [],
            "",
            False,
        )


def test_a_draft_is_evaluated_from_its_page_and_says_how_it_did(cast: Cast, browser_client: Browser) -> None:
    draft = draft_version(actor=cast.admin, agent="sales")
    client = browser_client(cast.admin)
    asking = client.get(
        reverse("admin:assistant_evaluation_ask"), {"version": str(draft.pk)}
    ).content.decode()
    assert f"answers with version {draft.number}" in asking
    assert "Instructions are read by models only." in asking
    answer = client.post(
        reverse("admin:assistant_evaluation_ask"), {"version": str(draft.pk), "mode": "offline"}
    )
    evaluation = Evaluation.objects.get()
    assert answer["Location"] == reverse("admin:assistant_evaluation_change", args=[evaluation.pk])
    assert evaluation.agent_versions["sales"] == draft.number
    running.close(evaluation, "")
    Evaluation.objects.update(status=EvaluationStatus.COMPLETED, passed=7, total=9)
    shown = client.get(reverse("admin:assistant_agentversion_change", args=[draft.pk])).content.decode()
    assert "7 of 9 passed" in shown
    assert "before your last changes" not in shown
    AgentVersion.objects.get(pk=draft.pk).save()
    shown = client.get(reverse("admin:assistant_agentversion_compare", args=[draft.pk])).content.decode()
    assert "before your last changes" in shown


def test_try_it_leads_to_a_rehearsal_of_that_version(cast: Cast, browser_client: Browser) -> None:
    draft = draft_version(actor=cast.admin, agent="sales")
    client = browser_client(cast.admin)
    page = client.get(reverse("admin:assistant_agentversion_change", args=[draft.pk]))
    form = client.get(page.context["try_url"]).content.decode()
    assert f'<option value="{draft.pk}" selected>' in form
