"""From a `Prompt` to the body of a Messages API request."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from apps.llm.types import Block, Prompt, ToolSpec

#: Marks which provider thought a thinking block: its signature means nothing to another one. Never sent.
ORIGIN = "origin"
THINKING = frozenset({"thinking", "redacted_thinking"})
CACHED = {"type": "ephemeral"}


def request_body(prompt: Prompt, *, provider: str) -> dict[str, Any]:
    """`messages`, `system`, `tools` and `max_tokens`, marked for prompt caching.

    The cache is keyed by prefix in the order tools, system, messages. Three marks: the tools (shared by
    everyone who talks to the agent), the system prompt, and the last block (everything so far, for the next
    step of the run).
    """
    body: dict[str, Any] = {
        "messages": _cached_messages([_message(message, provider) for message in prompt.messages]),
        "max_tokens": prompt.max_tokens,
    }
    if prompt.system.strip():
        body["system"] = [{"type": "text", "text": prompt.system, "cache_control": CACHED}]
    if prompt.tools:
        body["tools"] = _tools(prompt.tools)
    return body


def without_thinking(prompt: Prompt) -> Prompt:
    """The same prompt without any thinking of earlier answers."""
    messages = [{**message, "content": _unthought(message["content"])} for message in prompt.messages]
    return replace(prompt, messages=messages)


def _unthought(content: str | list[Block]) -> str | list[Block]:
    if isinstance(content, str):
        return content
    return [block for block in content if block["type"] not in THINKING]


def _tools(specs: tuple[ToolSpec, ...]) -> list[dict[str, Any]]:
    tools: list[dict[str, Any]] = [
        {"name": spec.name, "description": spec.description, "input_schema": spec.input_schema}
        for spec in specs
    ]
    tools[-1]["cache_control"] = CACHED
    return tools


def _message(message: dict[str, Any], provider: str) -> dict[str, Any]:
    content = message["content"]
    if isinstance(content, str):
        content = [{"type": "text", "text": content}]
    return {"role": message["role"], "content": _blocks(content, provider)}


def _blocks(content: list[Block], provider: str) -> list[Block]:
    kept = []
    for block in content:
        foreign = block["type"] in THINKING and block.get(ORIGIN, provider) != provider
        # The API refuses text blocks without text, which a model may itself have produced.
        empty = block["type"] == "text" and not block["text"].strip()
        if not foreign and not empty:
            kept.append({key: value for key, value in block.items() if key != ORIGIN})
    return kept


def _cached_messages(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    messages = [message for message in messages if message["content"]]
    last = messages[-1]["content"] if messages else []
    if last and last[-1]["type"] not in THINKING:
        last[-1] = {**last[-1], "cache_control": CACHED}
    return messages
