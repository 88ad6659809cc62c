"""Documents made by the assistant: with lineage, within the brand's rules, made again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apps.artifacts.models import Artifact
from apps.assistant.choices import RunStatus, StepStatus
from apps.assistant.models import Run
from apps.assistant.skillkit import SkillContext, SkillResult, skills
from apps.assistant.toolkit import ToolError, tools
from apps.assistant.tools.documents import (
    check_brand,
    create_document,
    create_presentation,
    create_spreadsheet,
    regenerate_document,
)
from apps.documents.models import Lineage
from tests.conftest import Cast
from tests.factories.accounts import DepartmentFactory, UserFactory
from tests.standins.messages_api import MessagesApi
from tests.standins.messages_script import Call, Reply

pytestmark = pytest.mark.django_db(transaction=True)

Turn = Callable[..., Run]
Pipeline = Callable[..., None]


def answering(*calls: tuple[Any, dict[str, Any]]) -> Callable[[SkillContext], SkillResult]:
    """A skill that makes these calls and gives the data of the last."""

    def run(ctx: SkillContext) -> SkillResult:
        made: Any = None
        for tool, given in calls:
            last = {"artifact_id": made.artifact_id} if made and given.get("artifact_id") == "last" else {}
            made = ctx.call(tool, **{**given, **last})
        assert made is not None
        return SkillResult(text="Done.", data=made.model_dump(mode="json"))

    return run


def test_a_document_is_made_with_its_lineage_and_again(cast: Cast, turn: Turn, pipeline: Pipeline) -> None:
    offer = {"kind": "proposal", "company": "ABC", "plan": "growth", "format": "md"}
    pipeline(answering((create_document, offer), (regenerate_document, {"artifact_id": "last"})))
    run = turn(cast.owner, "make it")
    assert run.status == RunStatus.COMPLETED, run.error_detail
    first, second = Lineage.objects.order_by("pk")
    assert (first.recipe, first.run_id, second.replaces) == ("proposal", run.pk, first)
    assert first.template_version is not None
    step = run.steps.get(name="regenerate_document")
    assert step.result["changes"] == 0
    assert step.result["template"] == "Document (Markdown) v1"


@pytest.mark.parametrize(
    ("tool", "arguments", "name"),
    [
        (create_document, {"kind": "report", "title": "A report", "format": "pdf"}, "a-report.pdf"),
        (create_document, {"kind": "playbook", "title": "A playbook", "format": "pdf"}, "a-playbook.pdf"),
        (
            create_document,
            {"kind": "website_copy", "product": "coupons"},
            "digital-coupons-website-copy.docx",
        ),
        (
            create_spreadsheet,
            {"name": "Rows", "columns": ["A"], "rows": [["x"]], "format": "csv"},
            "rows.csv",
        ),
        (create_presentation, {}, "mezzofy-overview.pptx"),
        (create_presentation, {"kind": "sales", "company": "Kopi Corner"}, "Kopi-Corner-pitch-deck.pptx"),
    ],
)
def test_each_kind_of_file(
    cast: Cast, turn: Turn, pipeline: Pipeline, tool: Any, arguments: dict[str, Any], name: str
) -> None:
    pipeline(answering((tool, arguments)))
    run = turn(cast.owner, "make it")
    assert run.status == RunStatus.COMPLETED, run.error_detail
    assert Artifact.objects.get().name == name
    assert Lineage.objects.get().run_id == run.pk


def test_a_text_that_the_brand_stops_is_refused_with_the_reason(
    cast: Cast, turn: Turn, pipeline: Pipeline
) -> None:
    refused: list[str] = []

    def run_skill(ctx: SkillContext) -> SkillResult:
        sections = [{"title": "Promise", "paragraphs": ["Guaranteed. The Growth plan costs SGD 1 a month."]}]
        try:
            ctx.call(create_document, kind="report", title="T", format="md", sections=sections)
        except ToolError as error:
            refused.append(error.detail)
        return SkillResult(text="Mended.")

    pipeline(run_skill)
    turn(cast.owner, "make it")
    assert "Guaranteed" in refused[0]
    assert "SGD 1" in refused[0]
    assert not Artifact.objects.exists()


def test_a_proposal_needs_to_know_for_whom_and_what(cast: Cast, turn: Turn, pipeline: Pipeline) -> None:
    pipeline(answering((create_document, {"kind": "proposal"})))
    run = turn(cast.owner, "make it")
    assert run.steps.get(name="create_document").status == StepStatus.ERROR
    assert "needs the company and the plan" in run.steps.get(name="create_document").error


def test_a_text_is_checked_against_the_rules(cast: Cast, turn: Turn, pipeline: Pipeline) -> None:
    pipeline(answering((check_brand, {"text": "A seamless plan, guaranteed.", "kind": "post"})))
    result = turn(cast.owner, "check").steps.get(name="check_brand").result
    assert [item["severity"] for item in result["findings"]] == ["block", "warn"]
    assert result["blocked"].startswith("The brand rules stop this")


def test_the_tools_are_of_the_family_that_agents_list() -> None:
    for function in (
        create_document,
        create_spreadsheet,
        create_presentation,
        regenerate_document,
        check_brand,
    ):
        tool = tools.get(function.__name__)
        assert tool is not None
        assert tool.qualified_name == f"documents.{function.__name__}"


@pytest.fixture
def marketer() -> Any:
    department = DepartmentFactory(slug="marketing", name="Marketing")
    return UserFactory(name="Mia Marketer", department=department, roles=["marketing_manager"])


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("write a LinkedIn post about loyalty stamps", "A guest came once. What brings the second visit?"),
        ("newsletter paragraph about Campaign Studio", "Does everybody need the same message?"),
        ("give me a campaign idea for gift cards", "Goal"),
        ("outline a blog article about voucher storefronts", "Working title"),
        ("写一篇关于优惠券的社交媒体帖子", "星期二的座位空着一半？"),
        ("tulis hantaran media sosial tentang kupon digital", "Meja kosong pada hari Selasa?"),
    ],
)
def test_content_is_drafted_without_a_model(marketer: Any, turn: Turn, message: str, words: str) -> None:
    run = turn(marketer, message)
    assert (run.skill, run.mode) == ("content_generation", "offline")
    assert words in run.text
    assert "Brand rules: nothing to mend." in run.text
    assert run.steps.filter(name="check_brand", status=StepStatus.DONE).exists()


def test_website_copy_is_a_word_file(marketer: Any, turn: Turn) -> None:
    run = turn(marketer, "website copy for Digital Coupons")
    assert run.skill == "content_generation"
    assert Artifact.objects.get().kind == "docx"
    assert "is attached as “digital-coupons-website-copy.docx”" in run.text


def test_a_playbook_is_a_pdf_with_its_sources(marketer: Any, turn: Turn) -> None:
    run = turn(marketer, "write a playbook for merchants about loyalty stamps")
    assert run.skill == "content_generation"
    assert Artifact.objects.get().kind == "pdf"
    assert "The playbook, four weeks in chapters" in run.text
    assert "Brand rules: nothing to mend." in run.text


def test_without_a_product_it_says_which_there_are(marketer: Any, turn: Turn) -> None:
    run = turn(marketer, "draft a social media post")
    assert "Which product is it about?" in run.text
    assert "Digital Coupons" in run.text


def test_with_a_model_the_drafts_and_rules_are_its_material(
    marketer: Any, turn: Turn, messages_api: MessagesApi
) -> None:
    messages_api.reply(Reply(tool_calls=[Call("skill_content_generation", {"kind": "post", "tone": "warm"})]))
    messages_api.reply(Reply(text="Here is the post."))
    run = turn(marketer, "write a warm LinkedIn post about loyalty stamps")
    assert run.status == RunStatus.COMPLETED, run.error_detail
    assert run.text.endswith("Here is the post.")
    sent = str(messages_api.requests[-1].body["messages"][-1])
    assert "Check what you write with check_brand" in sent
    assert "The second visit, and the tenth" in sent


def test_the_skill_has_examples_in_three_languages() -> None:
    found = skills.get("content_generation")
    assert found is not None
    examples = found.manifest.examples
    assert len(examples) >= 10
    assert any("\u4e00" <= letter <= "\u9fff" for example in examples for letter in example)
    assert any(example.startswith("tulis") for example in examples)
