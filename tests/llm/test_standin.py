"""The stand-in keeps the rules of the real API, so that a client that breaks them fails here first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import anthropic
import pytest

from tests.standins.messages_api import Call, MessagesApi, Reply, plain_answer

CALL = Call("find_leads", {"query": "ABC"}, id="toolu_1")
USER = {"role": "user", "content": "Hello"}


@pytest.fixture
def api() -> Iterator[MessagesApi]:
    with MessagesApi(default=plain_answer(tokens=20, delay=0)) as running:
        yield running


def client(api: MessagesApi, key: str = "sk-test") -> anthropic.Anthropic:
    return anthropic.Anthropic(api_key=key, base_url=api.url, max_retries=0)


def create(api: MessagesApi, **parameters: Any) -> anthropic.types.Message:
    defaults = {"model": "claude-sonnet-5-5", "max_tokens": 100, "messages": [USER]}
    return client(api).messages.create(**{**defaults, **parameters})


def test_a_whole_message(api: MessagesApi) -> None:
    api.reply(Reply(text="Hi.", tool_calls=[CALL], output_tokens=7))
    message = create(api)
    assert [block.type for block in message.content] == ["text", "tool_use"]
    assert (message.stop_reason, message.usage.output_tokens) == ("tool_use", 7)


def test_a_streamed_message_is_put_together_by_the_sdk(api: MessagesApi) -> None:
    api.reply(Reply(thinking="Hm.", text="Hi there.", tool_calls=[CALL], chunk=2))
    with client(api).messages.stream(model="m", max_tokens=100, messages=[USER]) as stream:  # type: ignore[list-item]
        message = stream.get_final_message()
    assert [block.type for block in message.content] == ["thinking", "text", "tool_use"]
    assert message.content[2].input == {"query": "ABC"}  # type: ignore[union-attr]


def test_without_a_script_it_says_something_plausible(api: MessagesApi) -> None:
    assert len(create(api).content[0].text.split()) == 20  # type: ignore[union-attr]


def test_a_wrong_key_is_refused(api: MessagesApi) -> None:
    api.key = "sk-right"
    with pytest.raises(anthropic.AuthenticationError):
        create(api)


@pytest.mark.parametrize(
    ("parameters", "complaint"),
    [
        ({"extra_body": {"temperature": 1.0}}, "temperature: Extra inputs"),
        ({"messages": [USER, {"role": "assistant", "content": "The"}]}, "prefill"),
        ({"messages": [{"role": "user", "content": [{"type": "text", "text": " "}]}]}, "non-whitespace"),
        ({"thinking": {"type": "disabled"}}, "between_tools"),
        (
            {"messages": [USER, {"role": "assistant", "content": [CALL.block]}, USER]},
            "`tool_use` needs its `tool_result`",
        ),
        (
            {
                "messages": [
                    {
                        "role": "user",
                        "content": [{"type": "text", "text": "a", "cache_control": {"type": "ephemeral"}}]
                        * 5,
                    }
                ]
            },
            "maximum of 4",
        ),
    ],
)
def test_what_the_real_api_refuses_is_refused(
    api: MessagesApi, parameters: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(anthropic.BadRequestError, match=complaint):
        create(api, **parameters)
