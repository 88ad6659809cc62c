"""Which agent and skill answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from apps.assistant.choices import RunStatus
from apps.assistant.models import Run
from apps.assistant.routing.calibrating import measure
from apps.assistant.skillkit import skills
from tests.conftest import Cast

Turn = Callable[..., Run]


def test_the_threshold_is_calibrated_on_sentences_that_are_not_examples() -> None:
    quality = measure()
    examples = {example.lower() for skill in skills for example in skill.manifest.examples}
    assert not examples & {verdict.sentence.lower() for verdict in quality.verdicts}
    assert quality.hits >= 0.9, [
        verdict for verdict in quality.verdicts if verdict.chosen != verdict.expected
    ]
    assert quality.rejections >= 0.9, [v for v in quality.verdicts if v.chosen != v.expected]


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
        assert run.text == "You do not have the right to do this (Import leads). Please ask your manager."

    def test_the_requested_agent_answers(self, cast: Cast, turn: Turn) -> None:
        assert turn(cast.owner, "hello there", agent="finance").agent == "finance"

    def test_what_nothing_covers_gets_an_honest_answer_with_what_can_be_done(
        self, cast: Cast, turn: Turn
    ) -> None:
        run = turn(cast.owner, "write me a song about noodles")
        assert run.mode == "offline"
        assert "I can't do this without a model" in run.text
        assert "Import leads" in run.text
