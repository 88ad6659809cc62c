"""The evaluation plays cases with the rights of roles, which is no way to read what one may not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from apps.accounts.models import User
from apps.assistant.approving.deciders import people_for
from apps.assistant.choices import CaseOrigin, EvaluationStatus
from apps.assistant.evaluation.running import person, run, start
from apps.assistant.evaluation.selectors import roles_within
from apps.assistant.models import Evaluation, EvaluationCase, EvaluationResult
from tests.conftest import Cast
from tests.factories.chat import asking
from tests.factories.chat import turn as turn_of

pytestmark = pytest.mark.django_db

Browser = Callable[[User], Client]
ADD = "/admin/assistant/evaluationcase/add/"


def _case(role: str) -> dict[str, Any]:
    lists = dict.fromkeys(("files", "tools", "facts", "forbidden", "modes", "tags"), "[]")
    return {
        "key": f"as-{role.replace('_', '-')}", "title": "What did we earn?", "message": "What did we earn?",
        "role": role, "requested_agent": "", "is_active": "on", "given": "{}", "agent": "", "skill": "",
        "expected_arguments": "{}", **lists,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("role", "is_taken"),
    [
        ("sales_rep", True),
        ("sales_manager", True),
        ("finance_manager", False),
        ("admin", False),
        ("x", False),
    ],
)
def test_a_case_asks_with_no_more_rights_than_who_wrote_it(
    cast: Cast, browser_client: Browser, role: str, is_taken: bool
) -> None:
    answer = browser_client(cast.manager).post(ADD, _case(role))
    assert EvaluationCase.objects.filter(role=role).exists() is is_taken
    assert answer.status_code == (302 if is_taken else 200)


def test_the_words_of_a_case_that_asks_with_more_are_not_changed(cast: Cast, browser_client: Browser) -> None:
    case = EvaluationCase.objects.create(
        key="as-admin", title="t", message="Good morning", role="admin", origin=CaseOrigin.OFFICE
    )
    browser_client(cast.manager).post(f"/admin/assistant/evaluationcase/{case.pk}/change/", _case("admin"))
    case.refresh_from_db()
    assert case.message == "Good morning"


def test_what_a_role_with_more_rights_was_told_is_not_shown(cast: Cast, browser_client: Browser) -> None:
    case = EvaluationCase.objects.create(key="money", title="t", message="m", role="finance_manager")
    done = Evaluation.objects.create(status=EvaluationStatus.COMPLETED, mode="offline", total=1)
    EvaluationResult.objects.create(
        evaluation=done, case=case, role=case.role, passed=True, answer="We earned SGD 777,123."
    )
    url = f"/admin/assistant/evaluation/{done.pk}/change/"
    assert "777,123" not in browser_client(cast.manager).get(url).content.decode()
    assert "777,123" in browser_client(cast.admin).get(url).content.decode()


def test_a_case_of_more_rights_is_not_taken_over_to_read_what_it_was_told(
    cast: Cast, browser_client: Browser
) -> None:
    case = EvaluationCase.objects.create(key="money", title="t", message="m", role="finance_manager")
    done = Evaluation.objects.create(status=EvaluationStatus.COMPLETED, mode="offline", total=1)
    EvaluationResult.objects.create(
        evaluation=done, case=case, role=case.role, passed=False, answer="SGD 777,123"
    )
    client = browser_client(cast.manager)
    taken = client.post(f"/admin/assistant/evaluationcase/{case.pk}/change/", _case("sales_manager"))
    assert taken.status_code == 403
    case.refresh_from_db()
    assert case.role == "finance_manager"
    # Whoever may change it does not open what was said before either.
    EvaluationCase.objects.update(role="sales_manager")
    url = f"/admin/assistant/evaluation/{done.pk}/change/"
    assert "777,123" not in client.get(url).content.decode()


def test_a_result_keeps_the_role_that_was_told(cast: Cast) -> None:
    case = EvaluationCase.objects.create(key="hello", title="t", message="Good morning", role="sales_rep")
    evaluation = run(start(), cases=[case])
    EvaluationCase.objects.update(role="admin")
    assert evaluation.results.get().role == "sales_rep"


def test_nobody_of_the_cases_is_asked_to_decide(cast: Cast) -> None:
    nobody = person("admin")
    User.objects.exclude(pk__in=[nobody.pk, cast.owner.pk]).update(is_active=False)
    assert people_for(asking(turn_of(cast.owner))) == []


def test_roles_within(cast: Cast) -> None:
    assert "admin" in roles_within(cast.admin)
    assert "staff" in roles_within(cast.owner)
    assert "sales_manager" not in roles_within(cast.owner)


def test_a_hidden_answer_says_what_was_wrong_which_right_is_missing_and_whose_it_is(
    cast: Cast, browser_client: Browser
) -> None:
    case = EvaluationCase.objects.create(
        key="mailbox", title="t", message="m", role="support_agent", facts=["Order 777123"]
    )
    done = Evaluation.objects.create(status=EvaluationStatus.COMPLETED, mode="offline", total=1)
    EvaluationResult.objects.create(
        evaluation=done, case=case, role=case.role, passed=False, answer="Secret words",
        checks={"agent": True, "skill": False, "tools": None, "facts": False},
        reasons=["The answer lacks 'Order 777123'."],
    )  # fmt: skip
    page = browser_client(cast.manager).get(f"/admin/assistant/evaluation/{done.pk}/change/").content.decode()
    assert "Wrong: the skill, what it must say." in page
    assert "asked as support agent" in page
    missing = Permission.objects.get(codename="read_shared_mailbox").name
    assert f"You would need: {missing}." in page
    assert "Open to: admin, support agent, support manager." in page
    assert "Secret words" not in page
    assert "777123" not in page
