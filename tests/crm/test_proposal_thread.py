"""An offer and the words that follow it: each condition is kept, or it is said that it is not."""

from __future__ import annotations

from typing import Any

import pytest

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.assistant.choices import RunStatus
from apps.assistant.models import Approval, Run
from apps.assistant.running.runner import execute
from apps.assistant.services import decide, start_run
from apps.assistant.slots.extraction import Source
from apps.assistant.toolkit import ToolError
from apps.audit.models import EmailLog
from apps.crm.models import LeadFile
from apps.crm.skills import terms
from apps.crm.tools import build_proposal
from apps.documents.models import Lineage
from tests.conftest import Cast
from tests.factories.crm import LeadFactory
from tests.tool_bench import BenchContext

pytestmark = pytest.mark.django_db(transaction=True)


class Thread:
    """One conversation of one person with the assistant."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.conversation: Any = None

    def say(self, body: str) -> Run:
        run = start_run(user=self.user, body=body, conversation=self.conversation, ring=False)
        execute(run.pk)
        run.refresh_from_db()
        self.conversation = run.conversation
        return run


@pytest.fixture
def thread(cast: Cast) -> Thread:
    """A thread of a representative with the lead of Orchid Grill."""
    LeadFactory(
        company_name="Orchid Grill", contact_name="Mei Tan", contact_email="mei@orchid.test",
        industry="Restaurant", assigned_to=cast.owner, notes="coupons",
    )  # fmt: skip
    return Thread(cast.owner)


def arguments_of(run: Run) -> dict[str, Any]:
    """What the file of the run was made of."""
    found: dict[str, Any] = Lineage.objects.get(artifact=run.artifacts.get()).arguments
    return found


@pytest.mark.parametrize(
    ("words", "plan", "billing", "format_", "discount"),
    [
        ("as PDF, monthly billing", "growth", "monthly", "pdf", 0),
        ("the Scale plan please", "scale", "annual", "docx", 0),
        ("Scale instead, paid monthly", "scale", "monthly", "docx", 0),
        ("can you make it a PDF?", "growth", "annual", "pdf", 0),
        ("with 5% discount", "growth", "annual", "docx", 5),
        ("改成PDF，按月付", "growth", "monthly", "pdf", 0),
        ("tukar kepada PDF, bayaran bulanan", "growth", "monthly", "pdf", 0),
    ],
)
def test_the_offer_is_changed_as_its_answer_invites_to(
    thread: Thread, words: str, plan: str, billing: str, format_: str, discount: float
) -> None:
    assert "PDF to change it, or ask me to mail it" in thread.say("proposal for Orchid Grill on Growth").text
    run = thread.say(words)
    assert run.skill == "proposal_writing", run.text
    made = arguments_of(run)
    assert (made["company"], made["plan"], made["billing"]) == ("Orchid Grill", plan, billing)
    assert (made["format"], made["discount_percent"]) == (format_, discount)


def test_changes_add_up_over_the_thread(thread: Thread) -> None:
    thread.say("proposal for Orchid Grill on Growth")
    thread.say("as PDF")
    run = thread.say("and monthly")
    made = arguments_of(run)
    assert (made["plan"], made["format"], made["billing"]) == ("growth", "pdf", "monthly")


@pytest.mark.parametrize(
    "words", ["mail it to them", "please e-mail the proposal", "发给客户", "hantar kepada pelanggan"]
)
def test_the_file_is_mailed_with_its_own_prices_and_kept_as_a_draft_without_a_connection(
    thread: Thread, words: str
) -> None:
    made = thread.say("proposal for Orchid Grill on Scale as PDF with 5 % discount")
    run = thread.say(words)
    assert run.skill == "email_outreach", run.text
    assert run.status == RunStatus.WAITING_APPROVAL
    approval = Approval.objects.get(run=run)
    [file] = made.artifacts.all()
    assert approval.arguments["to"] == ["mei@orchid.test"]
    assert approval.arguments["artifact_ids"] == [str(file.pk)]
    assert "SGD −345.00" in approval.arguments["body"]
    assert "**Scale for Orchid Grill**" in approval.arguments["body"]
    decide(approval=approval, user=thread.user, decision="approve")
    execute(run.pk)
    run.refresh_from_db()
    assert "the mail was kept as a draft file" in run.text
    assert [kept.name for kept in run.artifacts.all()] == ["Our proposal for Orchid Grill.eml"]
    assert EmailLog.objects.get().status == "draft"


@pytest.mark.parametrize(
    ("words", "skill"),
    [
        ("create a pitch deck for Orchid Grill as PDF", "pitch_deck_generation"),
        ("write a proposal for Casa Mia as PDF", "proposal_writing"),
        ("show my stale leads", "stale_leads"),
    ],
)
def test_another_wish_begins_anew(thread: Thread, cast: Cast, words: str, skill: str) -> None:
    LeadFactory(company_name="Casa Mia", assigned_to=cast.owner)
    thread.say("proposal for Orchid Grill on Scale")
    run = thread.say(words)
    assert run.skill == skill
    if "Casa Mia" in words:
        assert arguments_of(run)["company"] == "Casa Mia"
        assert arguments_of(run)["plan"] != "scale"


def test_the_same_words_without_an_offer_before_change_nothing(thread: Thread) -> None:
    assert thread.say("as PDF, monthly billing").skill != "proposal_writing" or not Artifact.objects.exists()


@pytest.mark.parametrize(
    "words",
    [
        "prepare a proposal with a discount of 40% on Growth for Orchid Grill",
        "proposal for Orchid Grill on Growth with 40 per cent off",
        "给 Orchid Grill 写一份报价方案，Growth 套餐，六折",
    ],
)
def test_a_discount_beyond_ones_right_is_refused_with_the_rule_and_no_file(
    thread: Thread, words: str
) -> None:
    run = thread.say(words)
    assert "40 % has to be approved by Finance in writing" in run.text
    assert "up to 5 %" in run.text
    assert not LeadFile.objects.exists()
    granted = thread.say("with 5 % discount")
    assert arguments_of(granted)["discount_percent"] == 5
    assert "with 5 % discount on the subscription" in granted.text
    assert "SGD −124.50" in granted.text


def test_a_manager_may_grant_what_a_representative_may_not(cast: Cast, thread: Thread) -> None:
    LeadFactory(company_name="Casa Mia", assigned_to=cast.manager)
    asked = {"company": "Casa Mia", "plan": "growth", "format": "md", "discount_percent": 15}
    assert build_proposal(BenchContext(cast.manager), **asked).discount_percent == 15
    with pytest.raises(ToolError, match="approved by a sales manager"):
        build_proposal(BenchContext(cast.owner), **asked)
    with pytest.raises(ToolError, match="Finance in writing"):
        build_proposal(BenchContext(cast.manager), **{**asked, "discount_percent": 15.5})


def test_a_discount_without_a_number_is_not_left_out_without_a_word(thread: Thread) -> None:
    run = thread.say("proposal for Orchid Grill on Growth with a discount")
    assert run.text.startswith("**No discount is in it:**")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("write a proposal for Orchid Grill on the Platinum plan", "Platinum"),
        ("proposal for Orchid Grill with the premium package", "premium"),
        ("为 Orchid Grill 写一份提案，白金套餐", "白金"),
        ("sediakan sebut harga untuk Orchid Grill dengan pelan Platinum", "Platinum"),
    ],
)
def test_a_plan_that_does_not_exist_is_asked_about_and_never_replaced(
    thread: Thread, words: str, said: str
) -> None:
    run = thread.say(words)
    assert f"There is no plan “{said}”" in run.text
    assert all(f"**{name}**" in run.text for name in ("Starter", "Growth", "Scale", "Enterprise"))
    assert not Artifact.objects.exists()
    chosen = thread.say("Growth")
    assert arguments_of(chosen)["plan"] == "growth"


@pytest.mark.parametrize(
    "words",
    [
        "on an annual plan",
        "for the best plan",
        "with a payment plan",
        "the Growth plan",
        "a plan for Golden Plan Cafe",
    ],
)
def test_words_that_name_no_plan_are_not_asked_about(words: str) -> None:
    source = Source(words, User(timezone="Asia/Singapore"))
    assert terms._unknown_plan(source, False) is None


@pytest.mark.parametrize(
    ("words", "percent"),
    [
        ("a 5% discount", 5), ("7.5 per cent off", 7.5), ("九折优惠价", 10), ("八五折", 15), ("打9折", 10),
        ("diskaun 10 peratus", 10), ("without a discount", 0), ("10% more guests", None), ("discount", None),
    ],
)  # fmt: skip
def test_discounts_are_read_in_three_languages(words: str, percent: float | None) -> None:
    assert terms._discount(Source(words, User(timezone="Asia/Singapore")), False) == percent


def test_a_deck_has_as_many_slides_as_were_asked_for_and_says_that_it_is_in_english(thread: Thread) -> None:
    run = thread.say("create a pitch deck for Orchid Grill in Chinese with 5 slides")
    assert run.text.startswith("**The deck is in English:** I have no slides in Chinese yet.")
    assert "is ready: 5 slides" in run.text
    assert Lineage.objects.get(artifact=run.artifacts.get()).arguments["slides"] == 5


@pytest.mark.parametrize(("asked", "made"), [("20 slides", 12), ("2 slides", 3)])
def test_a_number_of_slides_that_cannot_be_is_said_first(thread: Thread, asked: str, made: int) -> None:
    run = thread.say(f"create a pitch deck for Orchid Grill with {asked}")
    assert run.text.startswith(
        f"**It has {made} slides, not {asked.split(maxsplit=1)[0]}:** I can make 3 to 12."
    )


def test_a_company_of_chinese_name_has_a_file_of_that_name(cast: Cast) -> None:
    LeadFactory(company_name="翠園海鮮酒家", assigned_to=cast.owner)
    made = build_proposal(BenchContext(cast.owner), company="翠園海鮮酒家", plan="starter", format="md")
    assert made.file_name == "翠園海鮮酒家-proposal.md"
