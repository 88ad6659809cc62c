"""The verdict on an answer: each expectation is a column, and what is not expected is not judged."""

from __future__ import annotations

from typing import Any

import pytest

from apps.assistant.evaluation.judging import Happened, judge
from apps.assistant.models import EvaluationCase

LETTER = "Dear Mei, " + "thank you for the good talk about stamps for your six outlets last week. " * 4


def case(**fields: Any) -> EvaluationCase:
    return EvaluationCase(key="case", message="words", **fields)


def happened(**fields: Any) -> Happened:
    given: dict[str, Any] = {"agent": "sales", "skill": "lead_lookup", "answer": "", **fields}
    return Happened(**given)


def test_a_case_that_expects_nothing_passes_and_judges_nothing() -> None:
    verdict = judge(case(), happened())
    assert verdict.passed
    assert set(verdict.checks.values()) == {None}


@pytest.mark.parametrize(
    ("expected", "found", "column"),
    [
        ({"agent": "finance"}, {}, "agent"),
        ({"skill": "move_lead"}, {}, "skill"),
        ({"tools": ["send_mail"]}, {"calls": [("find_leads", {})]}, "tools"),
        ({"facts": ["249"]}, {"answer": "It costs 89."}, "facts"),
        ({"forbidden": ["secret"]}, {"answer": "The Secret is out."}, "forbidden"),
        ({"expected_arguments": {"send_mail": {"to": "a@b.sg"}}}, {}, "arguments"),
    ],
)
def test_each_wrong_thing_fails_its_own_column_with_a_reason(
    expected: dict[str, Any], found: dict[str, Any], column: str
) -> None:
    verdict = judge(case(**expected), happened(**found))
    assert not verdict.passed
    assert verdict.checks.pop(column) is False
    assert set(verdict.checks.values()) == {None}
    assert len(verdict.reasons) == 1


def test_a_failure_of_the_run_is_never_a_pass() -> None:
    verdict = judge(case(facts=["x"]), happened(answer="x", error="Something broke."))
    assert not verdict.passed
    assert "Something broke." in verdict.reasons[0]


@pytest.mark.parametrize(
    "answer",
    ["**Golden Dragon**  Kitchen is there", "golden dragon\nkitchen", "| Golden Dragon Kitchen | 3 |"],
)
def test_marks_case_and_line_ends_do_not_hide_a_fact(answer: str) -> None:
    assert judge(case(facts=["Golden Dragon Kitchen"]), happened(answer=answer)).passed


def test_a_pattern_is_searched_as_a_pattern() -> None:
    assert judge(case(facts=[r"re:\b4 open leads?\b"]), happened(answer="You have 4 open leads.")).passed
    assert not judge(case(facts=[r"re:\b4 open leads?\b"]), happened(answer="You have 14 open leads.")).passed


def test_the_last_call_of_a_tool_counts() -> None:
    wanted = case(expected_arguments={"send_mail": {"subject": "Stamps"}})
    calls = [("send_mail", {"subject": "Hello"}), ("send_mail", {"subject": "  stamps "})]
    assert judge(wanted, happened(calls=calls)).passed


def test_a_long_text_has_to_be_alike_and_not_the_same() -> None:
    wanted = case(expected_arguments={"send_mail": {"body": LETTER}})
    alike = LETTER.replace("good talk", "pleasant talk")
    other = "Buy now! Only today! Everything must go! " * 8
    assert judge(wanted, happened(calls=[("send_mail", {"body": alike})])).passed
    assert not judge(wanted, happened(calls=[("send_mail", {"body": other})])).passed


def test_numbers_are_not_taken_for_texts() -> None:
    wanted = case(expected_arguments={"book": {"amount": 5}})
    assert judge(wanted, happened(calls=[("book", {"amount": 5})])).passed
    assert not judge(wanted, happened(calls=[("book", {"amount": "5"})])).passed
