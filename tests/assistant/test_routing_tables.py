"""Who answers when a table is attached."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from apps.accounts.models import User
from apps.artifacts.choices import Origin
from apps.artifacts.services import store
from apps.assistant.models import Run
from tests.conftest import Cast

pytestmark = pytest.mark.django_db(transaction=True)

Turn = Callable[..., Run]
TABLE = "Outlet,Day,Amount\nOrchard,2026-01-05,10\nBugis,2026-02-05,12\nOrchard,2026-03-05,7\n"


@pytest.fixture
def ask(turn: Callable[..., Run]) -> Callable[..., Run]:
    """`ask(user, "words", "orders.csv")` is a turn with that file attached."""

    def with_file(user: User, body: str, name: str = "orders.csv", text: str = TABLE) -> Run:
        file = store(owner=user, name=name, content=text.encode(), origin=Origin.UPLOADED)
        return turn(user, body, attachments=[file])

    return with_file


@pytest.mark.parametrize(
    "body",
    [
        "Orchard or Bugis: who is ahead?",
        "which leads haven't been contacted for two weeks?",
        "what is the total value of my pipeline?",
        "were we profitable in February?",
        "Bugis in February",
        "哪个门店最多？",
        "berapa jumlah untuk Orchard?",
    ],
)
def test_a_question_with_a_table_is_about_the_table(cast: Cast, ask: Callable[..., Run], body: str) -> None:
    assert ask(cast.owner, body).skill == "data_analysis"


@pytest.mark.parametrize(
    ("body", "skill"),
    [
        ("import these leads", "lead_import"),
        ("can you load the attached contacts into the CRM?", "lead_import"),
        ("请帮我导入附件里的潜在客户名单", "lead_import"),
        ("add this file to the knowledge base", "remember_file"),
        ("create a pitch deck for Golden Wok", "pitch_deck_generation"),
    ],
)
def test_a_wish_that_another_skill_is_for_stays_with_it(
    cast: Cast, ask: Callable[..., Run], body: str, skill: str
) -> None:
    run = ask(cast.owner, body, text="Company,Contact,Email\nGolden Wok,Mei,mei@wok.test\n")
    assert run.skill == skill


def test_a_receipt_is_no_table_to_be_asked(cast: Cast, ask: Callable[..., Run]) -> None:
    run = ask(cast.admin, "please book this receipt")
    assert run.skill in {"receipt_to_expense", ""}
    assert "Computed from" not in run.text


def test_who_may_not_import_is_told_so_and_gets_no_analysis_instead(
    cast: Cast, ask: Callable[..., Run]
) -> None:
    run = ask(cast.outsider, "import these leads")
    assert "do not have the right" in run.text


def test_other_files_change_nothing(cast: Cast, ask: Callable[..., Run]) -> None:
    assert ask(cast.owner, "Bugis in February", name="notes.md", text="# Notes\n\nBugis\n").skill == ""


def test_a_table_without_words_waits_for_a_wish(cast: Cast, ask: Callable[..., Run]) -> None:
    assert "Tell me what to do with it" in ask(cast.owner, "").text


def test_a_question_after_an_answer_from_a_table_asks_on(
    cast: Cast, ask: Callable[..., Run], turn: Turn
) -> None:
    first = ask(cast.owner, "total amount by outlet")
    after = turn(cast.owner, "which month was best?", conversation=first.conversation)
    assert after.skill == "data_analysis"


def test_another_plain_wish_after_a_table_is_not_about_it(
    cast: Cast, ask: Callable[..., Run], turn: Turn
) -> None:
    first = ask(cast.owner, "total amount by outlet")
    assert (
        turn(cast.owner, "what's in my pipeline?", conversation=first.conversation).skill
        == "pipeline_overview"
    )
    thanks = turn(cast.owner, "thank you very much!", conversation=first.conversation)
    assert thanks.skill == ""
