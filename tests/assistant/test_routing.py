"""Which agent and skill answer."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from apps.assistant.choices import RunStatus
from apps.assistant.models import Run
from apps.assistant.routing.calibrating import measure
from apps.assistant.routing.glossing import glossed
from apps.assistant.routing.pages import spoken
from apps.assistant.routing.similarity import NONE, rank
from apps.assistant.skillkit import skills
from tests.conftest import Cast

Turn = Callable[..., Run]


def test_the_threshold_is_calibrated_on_sentences_that_are_not_examples() -> None:
    quality = measure()
    examples = {example.lower() for skill in skills for example in skill.manifest.examples}
    assert not examples & {verdict.sentence.lower() for verdict in quality.verdicts}
    assert quality.hits >= 0.95, [
        verdict for verdict in quality.verdicts if verdict.chosen != verdict.expected
    ]
    assert quality.rejections >= 0.95, [v for v in quality.verdicts if v.chosen != v.expected]


JOBS = sorted(skill.name for skill in skills if not skill.fallback)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def _language(sentence: str) -> str:
    """Chinese by its characters; Malay where the glossary knows words of it; else English."""
    if CHINESE.search(sentence):
        return "zh"
    return "en" if glossed(sentence) == sentence else "ms"


@pytest.mark.parametrize("language", ["en", "zh", "ms"])
def test_each_language_reaches_its_skills(language: str) -> None:
    verdicts = [verdict for verdict in measure().verdicts if _language(verdict.sentence) == language]
    wrong = [verdict for verdict in verdicts if verdict.chosen != verdict.expected]
    assert len(verdicts) >= 15
    assert len(wrong) <= len(verdicts) * 0.1, wrong


@pytest.mark.parametrize("name", JOBS)
def test_each_skill_is_reached_by_sentences_that_are_not_its_examples(name: str) -> None:
    verdicts = [verdict for verdict in measure().verdicts if verdict.expected == name]
    wrong = [verdict for verdict in verdicts if verdict.chosen != name]
    assert len(verdicts) >= 5, "write held-out sentences for it in routing/calibration.yaml"
    assert len(wrong) <= len(verdicts) * 0.2, wrong


@pytest.mark.parametrize("sentence", ["is single sign-on available?", "do you support single sign-on?"])
def test_a_question_about_the_product_is_no_job(sentence: str) -> None:
    scores, threshold = rank(spoken(sentence))
    assert scores[0].skill == NONE or scores[0].value < threshold


@pytest.mark.parametrize("name", JOBS)
def test_no_other_skill_steals_the_examples_of_a_skill(name: str) -> None:
    skill = skills.get(name)
    assert skill is not None
    for example in skill.manifest.examples:
        best, *others = rank(spoken(example))[0]
        assert best.skill == name, example
        same = [other.skill for other in others if other.value >= best.value - 1e-6]
        assert same == [], f"{example!r} says the same to the router as an example of {same}"


@pytest.mark.parametrize("name", JOBS)
def test_each_skill_is_asked_for_in_three_languages(name: str) -> None:
    skill = skills.get(name)
    assert skill is not None
    assert len(skill.manifest.examples) >= 10
    languages = {_language(example) for example in skill.manifest.examples}
    assert languages >= {"en", "zh", "ms"}


class TestGlossing:
    """The encoder knows English; the words of the trade are given to it in English."""

    @pytest.mark.parametrize(
        ("said", "heard"),
        [
            ("导入这些线索", "import lead"),
            ("请把这张收据记作费用", "please receipt book as expense"),
            ("Growth 套餐多少钱", "Growth plan how much does it cost"),
            ("laporan KPI minggu lepas", "report KPI last week"),
            ("Cari prospek untuk Warung Selera", "find the leads for Warung Selera"),
        ],
    )
    def test_known_words_become_english(self, said: str, heard: str) -> None:
        assert glossed(said) == heard

    @pytest.mark.parametrize("said", ["did they fail?", "what is the data on file", "hello", ""])
    def test_english_stays_as_it_is(self, said: str) -> None:
        assert glossed(said) == said

    def test_chinese_that_says_nothing_we_know_is_like_nothing(self) -> None:
        assert rank("嗯嗯嗯") == ([], 1.0)

    def test_two_unknown_chinese_sentences_are_not_alike(self) -> None:
        scores, threshold = rank("今天天气怎么样")
        assert scores[0].skill == NONE or scores[0].value < threshold


@pytest.mark.django_db(transaction=True)
class TestConversation:
    """Routing inside a conversation."""

    def test_a_missing_slot_is_asked_for_and_the_answer_continues(self, cast: Cast, turn: Turn) -> None:
        asked = turn(cast.owner, "create a pitch deck")
        assert asked.status == RunStatus.COMPLETED
        assert asked.text == "Which company is it for?"
        answered = turn(cast.owner, "Golden Wok", conversation=asked.conversation)
        assert answered.skill == "pitch_deck_generation"
        assert answered.steps.get(kind="skill").arguments["company"] == "Golden Wok"

    def test_an_open_question_can_be_dropped(self, cast: Cast, turn: Turn) -> None:
        asked = turn(cast.owner, "create a pitch deck")
        dropped = turn(cast.owner, "never mind", conversation=asked.conversation)
        assert dropped.skill == ""

    def test_a_clear_other_wish_interrupts_an_open_question(self, cast: Cast, turn: Turn) -> None:
        asked = turn(cast.owner, "create a pitch deck")
        other = turn(cast.owner, "what's in my pipeline?", conversation=asked.conversation)
        assert other.skill == "pipeline_overview"

    def test_a_skill_without_the_right_is_not_offered(self, cast: Cast, turn: Turn) -> None:
        run = turn(cast.outsider, "import these leads")
        assert run.skill == ""
        assert "“Import leads”. You do not have the right" in run.text

    def test_who_perhaps_asked_for_something_else_is_answered(self, cast: Cast, turn: Turn) -> None:
        run = turn(cast.outsider, "delete the last entry")
        assert "If you meant “Delete a lead”: you do not have the right" in run.text

    @pytest.mark.parametrize("greeting", ["hello", "Hi there!", "你好", "selamat pagi"])
    def test_a_greeting_is_returned(self, cast: Cast, turn: Turn, greeting: str) -> None:
        text = turn(cast.owner, greeting).text
        assert text.startswith("Hello Olive. Here is what I can do:")
        assert "without a model" not in text

    @pytest.mark.parametrize("thanks", ["thanks", "Thank you so much!", "谢谢", "terima kasih"])
    def test_thanks_are_returned(self, cast: Cast, turn: Turn, thanks: str) -> None:
        assert turn(cast.owner, thanks).text == "You are welcome."

    def test_the_requested_agent_answers(self, cast: Cast, turn: Turn) -> None:
        assert turn(cast.owner, "hello there", agent="finance").agent == "finance"

    def test_what_nothing_covers_gets_an_honest_answer_with_what_can_be_done(
        self, cast: Cast, turn: Turn
    ) -> None:
        run = turn(cast.owner, "write me a song about noodles")
        assert run.mode == "offline"
        assert "I can't do this without a model" in run.text
        assert "Import leads" in run.text
