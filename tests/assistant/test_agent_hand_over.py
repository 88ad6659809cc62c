"""Passing a conversation on: by a model's wish, by a skill that another agent has, and never to and fro."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apps.assistant import services
from apps.assistant.agents import agent_in_force
from apps.assistant.choices import RunStatus, StepKind, StepStatus
from apps.assistant.errors import LeaseLost
from apps.assistant.events import events_after
from apps.assistant.models import AgentVersion, Run
from apps.assistant.running.runner import execute
from apps.assistant.toolkit import ToolContext
from tests.conftest import Cast
from tests.standins.messages_api import MessagesApi, Recorded
from tests.standins.messages_script import Call, Reply

pytestmark = pytest.mark.django_db(transaction=True)

Turn = Callable[..., Run]
Declare = Callable[..., Any]


def _to(agent: str, reason: str = "It is about money.") -> Call:
    return Call("hand_over", {"agent": agent, "reason": reason})


def _system(request: Recorded) -> str:
    return "".join(block["text"] for block in request.body["system"])


def _tools(request: Recorded) -> set[str]:
    return {tool["name"] for tool in request.body["tools"]}


def _colleagues(request: Recorded) -> list[str]:
    found = [tool for tool in request.body["tools"] if tool["name"] == "hand_over"]
    return found[0]["input_schema"]["properties"]["agent"]["enum"] if found else []


def _lines(run: Run) -> list[str]:
    return [event["message"] for event in events_after(run.conversation_id, 0) if event["type"] == "status"]


def test_sales_passes_to_finance_which_answers_with_its_own_hands(
    cast: Cast, turn: Turn, messages_api: MessagesApi
) -> None:
    messages_api.reply(Reply(text="Finance knows.", thinking="Whose is it?", tool_calls=[_to("finance")]))
    messages_api.reply(Reply(text="We earned SGD 10."))
    run = turn(cast.owner, "what did we earn last month?", agent="sales")

    assert (run.status, run.agent) == (RunStatus.COMPLETED, "finance")
    assert run.agent_version == AgentVersion.objects.get(agent="finance")
    assert run.text == "Finance knows.\n\nWe earned SGD 10."
    before, after = messages_api.requests
    assert "Mezzofy's sales agent" in _system(before)
    assert "Mezzofy's finance agent" in _system(after)
    assert {"find_leads", "skill_lead_lookup"} <= _tools(before)
    assert not {"find_leads", "skill_lead_lookup"} & _tools(after)
    assert "sales" not in _colleagues(after)
    step = run.steps.get(kind=StepKind.HANDOVER)
    assert step.arguments == {"agent": "finance", "reason": "It is about money."}
    assert step.summary == "Sales → Finance: It is about money."
    assert _lines(run) == ["Sales passed this to Finance."]


def test_the_next_agent_reads_everything_but_the_thinking(
    cast: Cast, turn: Turn, messages_api: MessagesApi
) -> None:
    messages_api.reply(Reply(thinking="Hm.", text="A moment.", tool_calls=[_to("finance")]))
    messages_api.reply(Reply(text="Done."))
    turn(cast.owner, "what did we earn?", agent="sales")
    asked, said, told = messages_api.requests[-1].body["messages"]
    assert asked["content"][-1]["text"] == "what did we earn?"
    assert [block["type"] for block in said["content"]] == ["text", "tool_use"]
    assert "Sales passed this to you, Finance: It is about money." in told["content"][0]["content"]


def test_other_calls_of_the_same_answer_are_done_by_who_asked_for_them(
    cast: Cast, declare: Declare, turn: Turn, messages_api: MessagesApi
) -> None:
    agents_at_work: list[str] = []

    @declare(permission=None)
    def look(ctx: ToolContext) -> str:
        """Look."""
        agents_at_work.append(Run.objects.values_list("agent", flat=True).get(pk=ctx.run_id))
        return "seen"

    messages_api.reply(Reply(tool_calls=[_to("finance"), Call("look")]))
    messages_api.reply(Reply(text="Done."))
    run = turn(cast.owner, "look and pass on", agent="sales")
    assert run.status == RunStatus.COMPLETED
    assert agents_at_work == ["sales"]


def test_nobody_gets_it_twice_and_three_times_is_enough(
    cast: Cast, turn: Turn, messages_api: MessagesApi
) -> None:
    messages_api.reply(Reply(tool_calls=[_to("finance")]))
    messages_api.reply(Reply(tool_calls=[_to("sales")]))
    messages_api.reply(Reply(tool_calls=[_to("management")]))
    messages_api.reply(Reply(tool_calls=[_to("support")]))
    messages_api.reply(Reply(tool_calls=[_to("marketing")]))
    messages_api.reply(Reply(text="I answer it myself."))
    run = turn(cast.owner, "whose is this?", agent="sales")

    assert (run.status, run.agent, run.text) == (RunStatus.COMPLETED, "support", "I answer it myself.")
    steps = run.steps.filter(kind=StepKind.HANDOVER).order_by("started_at")
    assert [step.status for step in steps] == [
        StepStatus.DONE, StepStatus.ERROR, StepStatus.DONE, StepStatus.DONE, StepStatus.ERROR,
    ]  # fmt: skip
    told = [request.body["messages"][-1]["content"][0] for request in messages_api.requests[2:]]
    assert told[0]["content"] == "sales had this already. Answer it yourself, as far as you can."
    assert "3 times already" in told[3]["content"]
    assert _colleagues(messages_api.requests[-1]) == []


def test_only_colleagues_that_the_agent_may_pass_to_are_offered(
    cast: Cast, turn: Turn, messages_api: MessagesApi
) -> None:
    AgentVersion.objects.filter(agent="sales").update(hand_over=["support"])
    messages_api.reply(Reply(tool_calls=[_to("finance"), Call("hand_over", {"to": "x"})]))
    messages_api.reply(Reply(text="Then I say it myself."))
    run = turn(cast.owner, "money?", agent="sales")
    assert run.agent == "sales"
    assert _colleagues(messages_api.requests[0]) == ["support"]
    told = [block["content"] for block in messages_api.requests[1].body["messages"][-1]["content"]]
    assert told[0] == "You cannot pass this to 'finance'. You may pass it to: support."
    assert "not valid" in told[1]


def test_an_agent_that_may_pass_to_nobody_is_not_offered_it(
    cast: Cast, turn: Turn, messages_api: MessagesApi
) -> None:
    AgentVersion.objects.filter(agent="sales").update(hand_over=[])
    messages_api.reply(Reply(text="Hello."))
    turn(cast.owner, "hello", agent="sales")
    assert "hand_over" not in _tools(messages_api.requests[0])


def test_rights_are_those_of_the_person_whoever_answers(
    cast: Cast, turn: Turn, messages_api: MessagesApi
) -> None:
    messages_api.reply(Reply(tool_calls=[_to("sales", "A lead.")]))
    messages_api.reply(Reply(text="Hello."))
    turn(cast.outsider, "find leads", agent="finance")
    assert not {"find_leads", "delete_lead", "skill_lead_import"} & _tools(messages_api.requests[1])


def test_a_run_that_is_executed_again_finds_its_hand_over(
    cast: Cast, declare: Declare, messages_api: MessagesApi
) -> None:
    deaths: list[int] = []

    @declare(permission=None)
    def die_first(ctx: ToolContext) -> str:
        """The worker dies here the first time."""
        deaths.append(1)
        if len(deaths) == 1:
            raise LeaseLost
        return "alive"

    messages_api.reply(Reply(tool_calls=[_to("finance")]))
    messages_api.reply(Reply(tool_calls=[Call("die_first")]))
    messages_api.reply(Reply(text="Alive."))
    run = services.start_run(user=cast.owner, body="go", agent="sales", ring=False)
    execute(run.pk)
    AgentVersion.objects.filter(agent="sales").update(hand_over=[])
    Run.objects.filter(pk=run.pk).update(lease_expires_at=None)
    execute(run.pk)
    run.refresh_from_db()
    assert (run.status, run.agent, run.text) == (RunStatus.COMPLETED, "finance", "Alive.")
    assert len(messages_api.requests) == 3
    assert "Mezzofy's finance agent" in _system(messages_api.requests[2])
    assert _lines(run) == ["Sales passed this to Finance."]


def test_what_is_switched_off_is_not_offered_and_answers_with_the_reason(
    cast: Cast, declare: Declare, turn: Turn, messages_api: MessagesApi
) -> None:
    @declare(permission=None, external=True, ready=lambda: "No credentials.")
    def telegraph(ctx: ToolContext) -> str:
        """Send a telegram."""
        raise AssertionError("It must not be called.")

    messages_api.reply(Reply(tool_calls=[Call("telegraph")]))
    messages_api.reply(Reply(text="It cannot be sent."))
    run = turn(cast.owner, "send it", agent="sales")
    assert "telegraph" not in _tools(messages_api.requests[0])
    assert messages_api.requests[1].body["messages"][-1]["content"][0]["content"] == "No credentials."
    assert run.status == RunStatus.COMPLETED, "nobody is asked about what cannot happen"


class TestOffline:
    """Without a model the router knows who can do it."""

    def test_an_agent_without_the_skill_passes_it_on_and_says_so(self, cast: Cast, turn: Turn) -> None:
        run = turn(cast.owner, "what's in my pipeline?", agent="support")
        assert (run.agent, run.skill, run.mode) == ("sales", "pipeline_overview", "offline")
        assert run.text.startswith("I passed this to Sales.\n\n")
        assert run.agent_version_id == agent_in_force("sales").version
        step = run.steps.get(kind=StepKind.HANDOVER)
        assert (step.key, step.summary) == ("hand_over", "Support → Sales: Pipeline overview")
        assert _lines(run)[0] == "Support passed this to Sales."

    def test_the_agent_of_the_own_department_is_preferred(self, cast: Cast, turn: Turn) -> None:
        run = turn(cast.executive, "how does the pipeline look?", agent="support")
        assert (run.agent, run.skill) == ("management", "pipeline_overview")

    def test_an_agent_that_may_not_pass_it_on_does_not(self, cast: Cast, turn: Turn) -> None:
        AgentVersion.objects.filter(agent="support").update(hand_over=["finance"])
        run = turn(cast.owner, "what's in my pipeline?", agent="support")
        assert run.agent == "support"
        assert run.skill != "pipeline_overview"
        assert not run.steps.filter(kind=StepKind.HANDOVER).exists()

    def test_a_question_asked_after_a_hand_over_is_answered_in_the_same_way(
        self, cast: Cast, turn: Turn
    ) -> None:
        asked = turn(cast.owner, "create a pitch deck", agent="support")
        assert asked.text == "I passed this to Sales.\n\nWhich company is it for?"
        answered = turn(cast.owner, "Golden Wok", conversation=asked.conversation, agent="support")
        assert (answered.agent, answered.skill) == ("sales", "pitch_deck_generation")

    def test_who_lacks_the_right_is_told_by_the_agent_that_was_asked(self, cast: Cast, turn: Turn) -> None:
        run = turn(cast.outsider, "import these leads", agent="finance")
        assert run.agent == "finance"
        assert "“Import leads”. You do not have the right" in run.text
