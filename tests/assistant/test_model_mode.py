"""The run loop with a model: the real SDK against a stand-in that speaks the real protocol."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from apps.artifacts.services import store
from apps.assistant import services
from apps.assistant.choices import RunStatus, StepKind
from apps.assistant.errors import LeaseLost
from apps.assistant.events import events_after
from apps.assistant.models import Run
from apps.assistant.running.runner import execute
from apps.assistant.toolkit import ToolContext, ToolError
from apps.contacts.models import Company
from apps.llm.models import ModelPrice, ModelRun
from tests.conftest import Cast
from tests.standins.messages_api import MessagesApi
from tests.standins.messages_script import Call, Reply

pytestmark = pytest.mark.django_db(transaction=True)

Turn = Callable[..., Run]
Declare = Callable[..., Any]


def test_the_model_plans_and_our_tools_act(
    cast: Cast, declare: Declare, turn: Turn, messages_api: MessagesApi
) -> None:
    @declare(permission=None)
    def found_company(ctx: ToolContext, *, name: str) -> dict[str, str]:
        """Found a company."""
        return {"name": Company.objects.create(name=name).name}

    ModelPrice.objects.create(
        provider="claude", model="claude", valid_from=date(2020, 1, 1), input_usd=3, output_usd=15,
        cache_read_usd=0, cache_write_usd=0,
    )  # fmt: skip
    messages_api.reply(
        Reply(
            text="Let me do that.",
            tool_calls=[
                Call("found_company", {"name": "Golden Wok"}),
                Call("found_company", {"name": "Sunrise"}),
            ],
        )
    )
    messages_api.reply(Reply(text="Both are there."))
    run = turn(cast.owner, "found Golden Wok and Sunrise")

    assert (run.status, run.mode) == (RunStatus.COMPLETED, "claude")
    assert run.text == "Let me do that.\n\nBoth are there."
    assert Company.objects.count() == 2
    assert run.steps.filter(kind=StepKind.MODEL).count() == 2
    assert run.input_tokens == 200
    assert run.cost_usd > 0
    calls = ModelRun.objects.filter(run_id=run.pk)
    assert sum(call.cost_usd for call in calls) == run.cost_usd
    results = messages_api.requests[-1].body["messages"][-1]["content"]
    assert [block["is_error"] for block in results if block["type"] == "tool_result"] == [False, False]


def test_a_tool_error_goes_back_to_the_model_as_data(
    cast: Cast, declare: Declare, turn: Turn, messages_api: MessagesApi
) -> None:
    @declare(permission=None)
    def refuse(ctx: ToolContext) -> str:
        """Refuse."""
        raise ToolError("There is no such lead.")

    messages_api.reply(
        Reply(tool_calls=[Call("refuse"), Call("no_such_tool", {"x": 1}), Call("refuse", {"y": 2})])
    )
    messages_api.reply(Reply(text="It is not there."))
    run = turn(cast.owner, "look")

    assert run.status == RunStatus.COMPLETED
    results = messages_api.requests[-1].body["messages"][-1]["content"]
    told = [(block["is_error"], block["content"]) for block in results]
    assert told[0] == (True, "There is no such lead.")
    assert told[1][0]
    assert "no tool named" in str(told[1][1])
    assert "not valid" in str(told[2][1])


def test_the_model_is_offered_only_what_the_user_may_do(
    cast: Cast, turn: Turn, messages_api: MessagesApi
) -> None:
    messages_api.reply(Reply(text="Hello."))
    messages_api.reply(Reply(text="Hello."))
    turn(cast.owner, "hello", agent="sales")
    turn(cast.outsider, "hello", agent="sales")
    rep, outsider = ({tool["name"] for tool in request.body["tools"]} for request in messages_api.requests)
    assert {"find_leads", "search_knowledge", "skill_lead_import"} <= rep
    assert "delete_lead" not in rep
    assert "find_leads" not in outsider
    assert "skill_lead_import" not in outsider
    assert "search_knowledge" in outsider


def test_a_skill_is_a_tool_for_the_model(cast: Cast, turn: Turn, messages_api: MessagesApi) -> None:
    messages_api.reply(Reply(tool_calls=[Call("skill_pipeline_overview", {})]))
    messages_api.reply(Reply(text="Your pipeline is empty."))
    run = turn(cast.owner, "pipeline?")
    assert run.status == RunStatus.COMPLETED
    step = run.steps.get(kind=StepKind.SKILL)
    assert step.name == "pipeline_overview"
    assert run.steps.filter(kind=StepKind.TOOL, parent=step).exists()
    assert run.text == "Your pipeline is empty."


def test_a_model_step_that_is_done_is_not_asked_again(
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

    messages_api.reply(Reply(text="Looking.", tool_calls=[Call("die_first")]))
    messages_api.reply(Reply(text="Alive."))
    run = services.start_run(user=cast.owner, body="go", ring=False)
    execute(run.pk)
    Run.objects.filter(pk=run.pk).update(lease_expires_at=None)
    execute(run.pk)
    run.refresh_from_db()
    assert run.text == "Looking.\n\nAlive."
    assert len(messages_api.requests) == 2
    deltas = [
        event["text"] for event in events_after(run.conversation_id, 0) if event["type"] == "text.delta"
    ]
    assert "".join(deltas) == run.text


def test_without_any_model_the_run_goes_on_offline_and_says_so(
    cast: Cast, turn: Turn, messages_api: MessagesApi
) -> None:
    messages_api.reply(Reply(status=401))
    run = turn(cast.owner, "what's in my pipeline?")
    assert (run.status, run.mode) == (RunStatus.COMPLETED, "offline")
    lines = [event["message"] for event in events_after(run.conversation_id, 0) if event["type"] == "status"]
    assert any("Answering without a model" in line for line in lines)


def test_earlier_messages_and_files_reach_the_model(
    cast: Cast, turn: Turn, messages_api: MessagesApi
) -> None:
    messages_api.reply(Reply(text="Noted."))
    messages_api.reply(Reply(text="It says hello."))
    first = turn(cast.owner, "remember the colour blue")
    file = store(owner=cast.owner, name="note.txt", content=b"hello from the file", origin="uploaded")
    turn(cast.owner, "what does it say?", conversation=first.conversation, attachments=[file])
    sent = messages_api.requests[-1].body["messages"]
    assert [message["role"] for message in sent] == ["user", "assistant", "user"]
    text = " ".join(block.get("text", "") for block in sent[-1]["content"])
    assert "hello from the file" in text
    assert "what does it say?" in text


def test_a_run_stops_at_its_limit_of_tokens(
    cast: Cast, declare: Declare, turn: Turn, messages_api: MessagesApi, settings: Any
) -> None:
    settings.ASSISTANT = {**settings.ASSISTANT, "MAX_TOKENS": 50}

    @declare(permission=None)
    def look(ctx: ToolContext) -> int:
        """Look."""
        return 1

    messages_api.reply(Reply(tool_calls=[Call("look")]))
    run = turn(cast.owner, "go")
    assert (run.status, run.error_code) == (RunStatus.FAILED, "limit_reached")
