"""One answer from one healthy model: what is sent, what arrives, what is written down."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.llm import services
from apps.llm.choices import ModelRunStatus, Pricing
from apps.llm.errors import Cancelled, ModelUnavailable
from apps.llm.models import ModelRun
from apps.llm.types import Event, Finished, Prompt, TextDelta, ToolCall, ToolSpec
from tests.llm.conftest import Ask, finish_of, question, text_of
from tests.standins.fixtures import TEST_KEY
from tests.standins.messages_api import Call, MessagesApi, Reply

FIND = ToolSpec("find_leads", "Find leads.", {"type": "object", "properties": {"query": {"type": "string"}}})
COUNT = ToolSpec("count_leads", "Count leads.", {"type": "object", "properties": {}})


def test_text_arrives_in_pieces_and_is_whole_in_the_end(messages_api: MessagesApi, ask: Ask) -> None:
    messages_api.reply(Reply(text="Twelve leads are open.", chunk=5))
    events = ask()
    assert [event.text for event in events if isinstance(event, TextDelta)] == [
        "Twelv",
        "e lea",
        "ds ar",
        "e ope",
        "n.",
    ]
    finished = finish_of(events)
    assert finished.content == [{"type": "text", "text": "Twelve leads are open."}]
    assert (finished.stop_reason, finished.provider) == ("end_turn", "claude")


def test_tool_calls_arrive_complete_just_before_the_end(messages_api: MessagesApi, ask: Ask) -> None:
    calls = [Call("find_leads", {"query": "ABC 餐厅"}), Call("count_leads")]
    messages_api.reply(Reply(text="Let me look.", tool_calls=calls, chunk=3))
    events = ask(question(tools=(FIND, COUNT)))
    assert [event for event in events if isinstance(event, ToolCall)] == [
        ToolCall(calls[0].id, "find_leads", {"query": "ABC 餐厅"}),
        ToolCall(calls[1].id, "count_leads", {}),
    ]
    assert [type(event) for event in events[-3:]] == [ToolCall, ToolCall, Finished]
    assert finish_of(events).stop_reason == "tool_use"


def test_the_content_can_be_appended_to_the_history_as_it_is(messages_api: MessagesApi, ask: Ask) -> None:
    call = Call("find_leads", {"query": "ABC"})
    messages_api.reply(Reply(thinking="Where?", text="Let me look.", tool_calls=[call]), Reply(text="Found."))
    prompt = question(tools=(FIND,))
    content = finish_of(ask(prompt)).content
    result = {"type": "tool_result", "tool_use_id": call.id, "content": "1 lead"}
    history = [
        *prompt.messages,
        {"role": "assistant", "content": content},
        {"role": "user", "content": [result]},
    ]
    assert text_of(ask(Prompt("You help.", history, (FIND,)))) == "Found."
    sent = messages_api.requests[1].body["messages"][1]["content"]
    assert sent[0] == {"type": "thinking", "thinking": "Where?", "signature": "c2lnbmVk"}


def test_tools_system_prompt_and_last_block_are_marked_for_caching(
    messages_api: MessagesApi, ask: Ask
) -> None:
    messages_api.reply(Reply(text="Yes."))
    ask(question(tools=(FIND, COUNT)))
    body = messages_api.requests[0].body
    assert [tool.get("cache_control") for tool in body["tools"]] == [None, {"type": "ephemeral"}]
    assert body["system"][-1]["cache_control"] == {"type": "ephemeral"}
    assert body["messages"][-1]["content"][-1]["cache_control"] == {"type": "ephemeral"}


def test_no_sampling_parameter_reaches_models_that_refuse_them(messages_api: MessagesApi, ask: Ask) -> None:
    messages_api.reply(Reply(text="Yes."))
    ask(question(temperature=0.2))
    assert "temperature" not in messages_api.requests[0].body
    assert ModelRun.objects.get().temperature is None


def test_every_request_leaves_a_row(messages_api: MessagesApi, ask: Ask, asker: User) -> None:
    messages_api.reply(
        Reply(
            text="Yes.", input_tokens=1000, output_tokens=200, cache_read_tokens=5000, cache_write_tokens=100
        )
    )
    run_id = uuid4()
    finished = finish_of(ask(run_id=run_id, agent="sales", skill="pipeline_answer", purpose="turn"))
    row = ModelRun.objects.get()
    assert (row.provider, row.model, row.purpose) == ("claude", "claude-sonnet-5-5", "turn")
    assert (row.agent, row.skill, row.department, row.user, row.run_id) == (
        "sales",
        "pipeline_answer",
        "sales",
        asker,
        run_id,
    )
    assert (row.status, row.stop_reason, row.attempt) == (ModelRunStatus.COMPLETED, "end_turn", 1)
    assert (row.input_tokens, row.output_tokens) == (1000, 200)
    assert (row.cache_read_tokens, row.cache_write_tokens) == (5000, 100)
    # 1000 x $2 + 200 x $10 + 5000 x $0.20 + 100 x $2.50, per million.
    assert (row.cost_usd, row.pricing) == (Decimal("0.005250"), Pricing.EXACT)
    assert finished.usage.cost == row.cost_usd
    assert finished.usage.total_tokens == row.total_tokens == 6300
    assert row.first_token_ms is not None
    assert row.latency_ms is not None
    assert row.first_token_ms <= row.latency_ms


def test_the_row_exists_before_the_model_is_asked(
    messages_api: MessagesApi, stream: Callable[..., Iterator[Event]]
) -> None:
    messages_api.reply(Reply(text="One two three.", chunk=4))
    events = stream()
    next(events)
    assert ModelRun.objects.get().status == ModelRunStatus.RUNNING
    list(events)
    assert ModelRun.objects.get().status == ModelRunStatus.COMPLETED


def test_equal_prompts_have_equal_hashes_and_others_do_not(messages_api: MessagesApi, ask: Ask) -> None:
    messages_api.reply(Reply(text="a"), Reply(text="b"), Reply(text="c"))
    ask(question("same"))
    ask(question("same"))
    ask(question("other"))
    first, second, third = ModelRun.objects.order_by("started_at").values_list("prompt_hash", flat=True)
    assert first == second != third
    assert len(first) == hashlib.sha256().digest_size * 2


@pytest.mark.django_db(transaction=True)
def test_no_database_connection_is_held_while_the_model_is_awaited(
    messages_api: MessagesApi, stream: Callable[..., Iterator[Event]]
) -> None:
    held: list[bool] = []
    pool_of = connection.pool.get_stats
    messages_api.reply(
        Reply(
            text="One two",
            chunk=4,
            on_delta=lambda _: held.append(pool_of()["pool_available"] < pool_of()["pool_size"]),
        )
    )
    list(stream())
    assert held == [False, False]


def test_closing_the_stream_ends_the_request_and_is_noted(
    messages_api: MessagesApi, stream: Callable[..., Iterator[Event]]
) -> None:
    release = threading.Event()
    messages_api.reply(Reply(text="One two three four", chunk=4, stall_after=2, release=release))
    events = stream()
    next(events)
    events.close()  # type: ignore[attr-defined]
    release.set()
    row = ModelRun.objects.get()
    assert row.status == ModelRunStatus.CANCELLED
    assert (row.input_tokens, row.pricing) == (100, Pricing.ESTIMATED)
    assert row.output_tokens >= 1


def test_a_silent_model_can_be_cancelled(messages_api: MessagesApi, ask: Ask) -> None:
    stalled = threading.Event()
    messages_api.reply(Reply(text="One two", chunk=4, stall_after=0, on_delta=lambda _: stalled.set()))
    with pytest.raises(Cancelled):
        ask(cancelled=stalled.is_set)
    assert ModelRun.objects.get().status == ModelRunStatus.CANCELLED


def test_without_a_key_the_platform_is_offline(settings: Settings, ask: Ask) -> None:
    settings.LLM = {**settings.LLM, "PRIMARY": "claude", "ANTHROPIC_API_KEY": "", "MOONSHOT_API_KEY": ""}
    assert services.active_mode() == "offline"
    with pytest.raises(ModelUnavailable, match="No language model is configured"):
        ask()


@pytest.mark.parametrize(
    ("primary", "fallback", "keys", "mode"),
    [
        ("", "", {"ANTHROPIC_API_KEY": "a", "MOONSHOT_API_KEY": "k"}, "claude"),
        ("", "", {"MOONSHOT_API_KEY": "k"}, "kimi"),
        ("kimi", "claude", {"ANTHROPIC_API_KEY": "a", "MOONSHOT_API_KEY": "k"}, "kimi"),
        ("kimi:kimi-k3", "claude", {"ANTHROPIC_API_KEY": "a"}, "claude"),
        ("kimi", "", {"ANTHROPIC_API_KEY": "a"}, "offline"),
        ("offline", "", {"ANTHROPIC_API_KEY": "a"}, "offline"),
    ],
)
def test_the_mode_follows_keys_and_settings(
    settings: Settings, primary: str, fallback: str, keys: dict[str, str], mode: str
) -> None:
    cleared = {"ANTHROPIC_API_KEY": "", "MOONSHOT_API_KEY": ""}
    settings.LLM = {**settings.LLM, **cleared, **keys, "PRIMARY": primary, "FALLBACK": fallback}
    assert services.active_mode() == mode


def test_the_named_model_is_asked(messages_api: MessagesApi, settings: Settings, ask: Ask) -> None:
    settings.LLM = {**settings.LLM, "PRIMARY": "claude:claude-opus-5-5"}
    messages_api.reply(Reply(text="Yes."))
    assert finish_of(ask()).model == "claude-opus-5-5"
    assert messages_api.requests[0].body["model"] == "claude-opus-5-5"


def test_the_key_is_sent_and_nowhere_written(messages_api: MessagesApi, ask: Ask) -> None:
    messages_api.reply(Reply(text="Yes."))
    ask()
    assert messages_api.requests[0].headers["authorization"] == f"Bearer {TEST_KEY}"
    assert TEST_KEY not in str(ModelRun.objects.values().get())
