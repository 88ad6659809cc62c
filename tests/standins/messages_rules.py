"""What the Messages API refuses: the rules of API version 2026-10-21 that a client is most likely to
break.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.standins.messages_script import Reply

KNOWN_FIELDS = {
    "cache_control",
    "max_tokens",
    "messages",
    "metadata",
    "model",
    "output_config",
    "stop_sequences",
    "stream",
    "system",
    "thinking",
    "tool_choice",
    "tools",
}
BLOCK_FIELDS = {
    "text": {"text", "citations"},
    "tool_use": {"id", "name", "input", "caller"},
    "tool_result": {"tool_use_id", "content", "is_error"},
    "thinking": {"thinking", "signature"},
    "redacted_thinking": {"data"},
    "image": {"source"},
    "document": {"source", "title", "context", "citations"},
}
MAX_BREAKPOINTS = 4


def refusal(path: str, headers: dict[str, str], body: dict[str, Any], *, key: str) -> Reply | None:
    """The error that the real API would answer, or None if it would accept the request."""
    if not path.endswith("/v1/messages"):
        return Reply(status=404, error_message=f"no such endpoint: {path}")
    given = headers.get("x-api-key") or headers.get("authorization", "").removeprefix("Bearer ")
    if not given or (key and given != key):
        return Reply(status=401, error_message=f"invalid x-api-key: {given}")
    for rule in RULES:
        if problem := rule(body):
            return Reply(status=400, error_message=problem)
    return None


def _fields(body: dict[str, Any]) -> str:
    extra = sorted(set(body) - KNOWN_FIELDS)
    return f"{extra[0]}: Extra inputs are not permitted" if extra else ""


def _ends_with_user(body: dict[str, Any]) -> str:
    if not body["messages"] or body["messages"][-1]["role"] != "user":
        return "This model does not support assistant message prefill; end with a user message."
    return ""


def _known_blocks(body: dict[str, Any]) -> str:
    for block in _content(body):
        allowed = BLOCK_FIELDS.get(block.get("type", ""))
        if allowed is None:
            return f"messages: unknown block type {block.get('type')!r}"
        if extra := set(block) - allowed - {"type", "cache_control"}:
            return f"messages: {sorted(extra)[0]}: Extra inputs are not permitted"
        if block["type"] == "text" and not block["text"].strip():
            return "messages: text content blocks must contain non-whitespace text"
    return ""


def _breakpoints(body: dict[str, Any]) -> str:
    system = body.get("system", [])
    places = [*body.get("tools", []), *(system if isinstance(system, list) else []), *_content(body)]
    marked = [place for place in places if place.get("cache_control")]
    if any(place.get("type") in {"thinking", "redacted_thinking"} for place in marked):
        return "thinking blocks cannot have cache_control"
    if len(marked) > MAX_BREAKPOINTS:
        return (
            f"A maximum of {MAX_BREAKPOINTS} blocks with cache_control may be provided. Found {len(marked)}."
        )
    return ""


def _answered_calls(body: dict[str, Any]) -> str:
    """Each tool_use is answered by a tool_result in the very next message, and no result comes from
    nowhere.
    """
    asked: set[str] = set()
    for message in body["messages"]:
        blocks = message["content"] if isinstance(message["content"], list) else []
        answered = {block["tool_use_id"] for block in blocks if block.get("type") == "tool_result"}
        if answered != asked:
            return "messages: every `tool_use` needs its `tool_result` in the next message, and vice versa"
        asked = {block["id"] for block in blocks if block.get("type") == "tool_use"}
    return ""


def _thinking(body: dict[str, Any]) -> str:
    kind = body.get("thinking", {}).get("type")
    if body["model"].startswith("claude-sonnet-5-5") and kind not in {None, "adaptive", "between_tools"}:
        return f"thinking.type: {kind!r} is not supported for this model; use 'between_tools'"
    return ""


def _content(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for message in body["messages"]:
        if isinstance(message["content"], list):
            yield from message["content"]


RULES: tuple[Callable[[dict[str, Any]], str], ...] = (
    _fields,
    _ends_with_user,
    _known_blocks,
    _breakpoints,
    _answered_calls,
    _thinking,
)
