"""One whole answer, shown once, whatever providers and connections do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog.testing
from pytest_django.fixtures import Settings

from apps.llm.choices import ModelRunStatus, Pricing
from apps.llm.delivery import breaker
from apps.llm.errors import Cancelled, ModelUnavailable, PromptRejected
from apps.llm.models import ModelRun
from apps.llm.types import Event, TextDelta, ToolCall, ToolSpec
from tests.llm.conftest import Ask, FakeTime, finish_of, question, text_of
from tests.standins.fixtures import TEST_KEY
from tests.standins.messages_api import Call, MessagesApi, Reply

ANSWER = "The pipeline holds twelve open leads. Three of them wait for an answer since Monday."
FIND = ToolSpec("find_leads", "Find leads.", {"type": "object", "properties": {"query": {"type": "string"}}})
OVERLOADED = Reply(status=529)
DOWN = Reply(status=500)


def rows() -> list[tuple[str, str, str]]:
    """Status, provider and failure of every request, in order."""
    return list(
        ModelRun.objects.order_by("started_at", "attempt").values_list("status", "provider", "error_class")
    )


@pytest.mark.parametrize(
    ("reply", "failure"),
    [
        (Reply(status=429), "rate_limited"),
        (OVERLOADED, "overloaded"),
        (DOWN, "server_error"),
        (Reply(status=503), "server_error"),
        (Reply(text="x", error_after=0), "overloaded"),
        (Reply(text="x", break_after=0), "broken_stream"),
        (Reply(text="x", end_after=0), "broken_stream"),
    ],
)
def test_a_failure_before_the_first_word_is_tried_again(
    messages_api: MessagesApi, ask: Ask, fake_time: FakeTime, reply: Reply, failure: str
) -> None:
    messages_api.reply(reply, Reply(text=ANSWER))
    assert text_of(ask()) == ANSWER
    assert rows() == [("failed", "claude", failure), ("completed", "claude", "")]
    assert messages_api.requests[0].body == messages_api.requests[1].body
    assert fake_time.slept == pytest.approx(0.5, abs=0.05)


def test_pauses_grow_and_end_with_a_clear_sentence(
    messages_api: MessagesApi, ask: Ask, fake_time: FakeTime
) -> None:
    messages_api.reply(DOWN, DOWN, DOWN)
    with pytest.raises(ModelUnavailable, match="try again in a minute"):
        ask()
    assert len(messages_api.requests) == 3
    assert fake_time.slept == pytest.approx(0.5 + 1.0, abs=0.1)


def test_a_pause_can_be_cancelled(messages_api: MessagesApi, ask: Ask) -> None:
    messages_api.reply(Reply(status=429, retry_after="15"))
    with pytest.raises(Cancelled):
        ask(cancelled=lambda: bool(messages_api.requests))
    assert len(messages_api.requests) == 1


def test_the_pause_that_a_provider_asks_for_is_kept(
    messages_api: MessagesApi, ask: Ask, fake_time: FakeTime
) -> None:
    messages_api.reply(Reply(status=429, retry_after="7"), Reply(text=ANSWER))
    assert text_of(ask()) == ANSWER
    assert fake_time.slept == pytest.approx(7.0, abs=0.1)


def test_a_provider_that_asks_for_too_much_patience_is_left(
    messages_api: MessagesApi, kimi_api: MessagesApi, ask: Ask, fake_time: FakeTime
) -> None:
    messages_api.reply(Reply(status=429, retry_after="3600"))
    kimi_api.reply(Reply(text=ANSWER))
    assert finish_of(ask()).provider == "kimi"
    assert fake_time.slept == 0


def test_the_fallback_answers_when_the_primary_does_not(
    messages_api: MessagesApi, kimi_api: MessagesApi, ask: Ask
) -> None:
    messages_api.reply(OVERLOADED, DOWN, OVERLOADED)
    kimi_api.reply(Reply(text=ANSWER))
    finished = finish_of(ask())
    assert (finished.provider, finished.model) == ("kimi", "kimi-k2.6")
    assert [provider for _, provider, _ in rows()] == ["claude"] * 3 + ["kimi"]
    assert kimi_api.requests[0].path == "/anthropic/v1/messages"


@pytest.mark.parametrize("status", [401, 403, 404])
def test_refused_access_is_not_repeated_but_handed_over(
    messages_api: MessagesApi, kimi_api: MessagesApi, ask: Ask, status: int
) -> None:
    messages_api.reply(Reply(status=status))
    kimi_api.reply(Reply(text=ANSWER))
    assert finish_of(ask()).provider == "kimi"
    assert len(messages_api.requests) == 1


def test_refused_access_without_a_fallback_names_the_remedy(messages_api: MessagesApi, ask: Ask) -> None:
    messages_api.reply(Reply(status=401))
    with pytest.raises(ModelUnavailable, match="administrator has to check the API key"):
        ask()


def test_a_rejected_request_is_not_sent_again(
    messages_api: MessagesApi, kimi_api: MessagesApi, ask: Ask
) -> None:
    messages_api.reply(Reply(status=400, error_message="prompt is too long"))
    with pytest.raises(PromptRejected, match="prompt is too long"):
        ask()
    assert len(messages_api.requests) == 1
    assert kimi_api.requests == []


def test_nobody_listening_is_a_clear_sentence(
    settings: Settings, ask: Ask, messages_api: MessagesApi
) -> None:
    settings.LLM = {**settings.LLM, "ANTHROPIC_BASE_URL": "http://127.0.0.1:9"}
    with pytest.raises(ModelUnavailable):
        ask()
    assert rows() == [("failed", "claude", "unreachable")] * 3


def test_a_silent_provider_is_left_after_the_read_time_out(
    settings: Settings, messages_api: MessagesApi, ask: Ask
) -> None:
    settings.LLM = {**settings.LLM, "READ_TIMEOUT": 0.2, "ATTEMPTS": 1}
    messages_api.reply(Reply(text=ANSWER, stall_after=0))
    with pytest.raises(ModelUnavailable, match="took too long"):
        ask()
    assert rows() == [("failed", "claude", "timed_out")]


def test_an_answer_has_a_deadline_however_alive_the_stream_is(
    settings: Settings, messages_api: MessagesApi, ask: Ask
) -> None:
    settings.LLM = {**settings.LLM, "DEADLINE": 0.3}
    messages_api.reply(Reply(text="word " * 400, chunk=5, delay_per_chunk=0.01))
    with pytest.raises(ModelUnavailable, match="took too long"):
        ask()
    assert len(messages_api.requests) == 1


@pytest.mark.parametrize("broken", ["break_after", "end_after", "error_after"])
def test_a_text_that_breaks_off_goes_on_where_it_stopped(
    messages_api: MessagesApi, ask: Ask, broken: str
) -> None:
    messages_api.reply(
        Reply(text=ANSWER, chunk=10, **{broken: 3}),  # type: ignore[arg-type]
        Reply(text=ANSWER[30:], chunk=7),
    )
    events = ask()
    assert text_of(events) == ANSWER
    assert finish_of(events).content == [{"type": "text", "text": ANSWER}]
    assert f"<shown>{ANSWER[:30]}</shown>" in messages_api.requests[1].texts()[-1]


@pytest.mark.parametrize("repeated", [0, 12, 30])
def test_a_model_that_repeats_itself_is_not_shown_twice(
    messages_api: MessagesApi, ask: Ask, repeated: int
) -> None:
    messages_api.reply(
        Reply(text=ANSWER, chunk=10, break_after=3), Reply(text=ANSWER[30 - repeated :], chunk=4)
    )
    assert text_of(ask()) == ANSWER


def test_a_text_may_break_again_and_be_finished_by_the_fallback(
    messages_api: MessagesApi, kimi_api: MessagesApi, ask: Ask
) -> None:
    messages_api.reply(
        Reply(text=ANSWER, chunk=10, break_after=2),
        Reply(text=ANSWER[20:], chunk=10, break_after=2),
        DOWN,
        DOWN,
    )
    kimi_api.reply(Reply(text=ANSWER[40:]))
    events = ask()
    assert text_of(events) == ANSWER
    assert finish_of(events).provider == "kimi"
    usage = finish_of(events).usage
    # Each of the three requests that began to answer read the prompt, and is paid for.
    assert usage.input_tokens == 300
    assert usage.cost == sum(ModelRun.objects.values_list("cost_usd", flat=True))


def test_an_answer_that_breaks_at_every_word_ends(
    settings: Settings, messages_api: MessagesApi, ask: Ask
) -> None:
    settings.LLM = {**settings.LLM, "BREAKER_FAILURES": 100}
    messages_api.reply(*[Reply(text=f"word{n} more", chunk=6, break_after=1) for n in range(50)])
    with pytest.raises(ModelUnavailable):
        ask()
    assert len(messages_api.requests) == 12


def test_a_broken_request_is_charged_by_estimate(messages_api: MessagesApi, ask: Ask) -> None:
    messages_api.reply(Reply(text=ANSWER, chunk=10, break_after=3), Reply(text=ANSWER[30:]))
    ask()
    broken = ModelRun.objects.get(status=ModelRunStatus.FAILED)
    assert (broken.input_tokens, broken.output_tokens, broken.pricing) == (100, 10, Pricing.ESTIMATED)


def test_half_a_tool_call_is_forgotten_and_asked_for_again(messages_api: MessagesApi, ask: Ask) -> None:
    call = Call("find_leads", {"query": "restaurants in Penang"})
    text = "Let me look."
    messages_api.reply(
        Reply(text=text, tool_calls=[call], chunk=12, break_after=3),
        Reply(tool_calls=[Call("find_leads", {"query": "Penang"}, id="toolu_second")]),
    )
    events = ask(question(tools=(FIND,)))
    assert text_of(events) == text
    assert [event for event in events if isinstance(event, ToolCall)] == [
        ToolCall("toolu_second", "find_leads", {"query": "Penang"})
    ]
    assert [block["type"] for block in finish_of(events).content] == ["text", "tool_use"]


def test_a_broken_tool_call_without_text_is_the_same_request_again(
    messages_api: MessagesApi, ask: Ask
) -> None:
    call = Call("find_leads", {"query": "restaurants in Penang"})
    messages_api.reply(Reply(tool_calls=[call], chunk=5, break_after=2), Reply(tool_calls=[call]))
    events = ask(question(tools=(FIND,)))
    assert [event.id for event in events if isinstance(event, ToolCall)] == [call.id]
    assert messages_api.requests[0].body == messages_api.requests[1].body


def test_arguments_that_are_no_json_are_asked_for_again(messages_api: MessagesApi, ask: Ask) -> None:
    call = Call("find_leads", {"query": "Penang"})
    messages_api.reply(Reply(tool_calls=[call], spoil_arguments=True), Reply(tool_calls=[call]))
    events = ask(question(tools=(FIND,)))
    assert [event.arguments for event in events if isinstance(event, ToolCall)] == [{"query": "Penang"}]


def test_arguments_cut_off_by_the_token_limit_are_left_out(messages_api: MessagesApi, ask: Ask) -> None:
    messages_api.reply(
        Reply(
            text="Let me look.",
            tool_calls=[Call("find_leads", {"query": "x"})],
            spoil_arguments=True,
            stop_reason="max_tokens",
        )
    )
    finished = finish_of(ask(question(tools=(FIND,))))
    assert finished.stop_reason == "max_tokens"
    assert finished.content == [{"type": "text", "text": "Let me look."}]


def test_an_answer_is_resumed_after_a_crash(messages_api: MessagesApi, ask: Ask) -> None:
    messages_api.reply(Reply(text=ANSWER[30:]))
    events = ask(resume_text=ANSWER[:30])
    assert text_of(events) == ANSWER[30:]
    assert finish_of(events).content == [{"type": "text", "text": ANSWER}]
    assert ANSWER[:30] in messages_api.requests[0].texts()[-1]


def test_thinking_of_another_provider_is_not_sent(
    messages_api: MessagesApi, kimi_api: MessagesApi, ask: Ask
) -> None:
    messages_api.reply(Reply(thinking="Hm.", text="Yes."), OVERLOADED, OVERLOADED, OVERLOADED)
    kimi_api.reply(Reply(text="Indeed."))
    prompt = question()
    content = finish_of(ask(prompt)).content
    prompt.messages.extend([{"role": "assistant", "content": content}, {"role": "user", "content": "Sure?"}])
    assert finish_of(ask(prompt)).provider == "kimi"
    assert [b["type"] for b in messages_api.requests[1].body["messages"][1]["content"]] == [
        "thinking",
        "text",
    ]
    assert [b["type"] for b in kimi_api.requests[0].body["messages"][1]["content"]] == ["text"]


def test_the_breaker_spares_a_dead_provider_and_lets_it_come_back(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    messages_api: MessagesApi,
    kimi_api: MessagesApi,
    ask: Ask,
    fake_time: FakeTime,
) -> None:
    monkeypatch.setattr(breaker, "cache", breaker.LocalStore(fake_time.monotonic))
    settings.LLM = {**settings.LLM, "BREAKER_FAILURES": 3, "BREAKER_SECONDS": 60}
    messages_api.reply(DOWN, DOWN, DOWN, Reply(text=ANSWER))
    kimi_api.reply(*[Reply(text=ANSWER)] * 2)
    ask()
    assert finish_of(ask()).provider == "kimi"
    assert len(messages_api.requests) == 3
    fake_time.sleep(61)
    assert finish_of(ask()).provider == "claude"


def test_thinking_that_the_model_no_longer_accepts_is_left_out(messages_api: MessagesApi, ask: Ask) -> None:
    refusal = (
        "messages.1.content.0: Invalid `signature` in `thinking` block. The block is bound to a different"
    )
    messages_api.reply(Reply(status=400, error_message=refusal), Reply(text="Yes."))
    thought = {"type": "thinking", "thinking": "Hm.", "signature": "c2ln", "origin": "claude"}
    prompt = question()
    prompt.messages.extend(
        [
            {"role": "assistant", "content": [thought, {"type": "text", "text": "Yes?"}]},
            {"role": "user", "content": "Sure?"},
        ]
    )
    assert text_of(ask(prompt)) == "Yes."
    sent = messages_api.requests[1].body["messages"][1]["content"]
    assert [block["type"] for block in sent] == ["text"]


def test_a_key_that_a_provider_quotes_reaches_neither_rows_nor_logs(
    messages_api: MessagesApi, ask: Ask
) -> None:
    messages_api.reply(Reply(status=401, error_message=f"invalid key {TEST_KEY} or sk-other-4711abcdef"))
    with structlog.testing.capture_logs() as logs, pytest.raises(ModelUnavailable) as raised:
        ask()
    row: dict[str, Any] = ModelRun.objects.values().get()
    assert "invalid key [key] or [key]" in row["error"]
    for text in (str(row), str(logs), str(raised.value), repr(raised.value.__cause__)):
        assert TEST_KEY not in text
        assert "sk-other" not in text


def test_events_of_a_broken_stream_are_shown_before_the_break(
    messages_api: MessagesApi, stream: Callable[..., Iterator[Event]]
) -> None:
    messages_api.reply(Reply(text=ANSWER, chunk=10, break_after=2), Reply(text=ANSWER[20:]))
    events = stream()
    assert [next(events), next(events)] == [TextDelta(ANSWER[:10]), TextDelta(ANSWER[10:20])]
    assert text_of(list(events)) == ANSWER[20:]
