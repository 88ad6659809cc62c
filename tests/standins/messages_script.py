"""What a stand-in for the Messages API says: replies, and how they travel as server-sent events."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from uuid import uuid4

#: What the real API calls the error of each status.
ERROR_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    503: "api_error",
    529: "overloaded_error",
}
ANSWER = (
    "The pipeline holds twelve open leads worth forty thousand dollars this month, most of them restaurants "
    "that asked for a loyalty programme after the spring campaign. "
)


@dataclass(frozen=True)
class Call:
    """A tool call of the model."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)
    id: str = field(default_factory=lambda: f"toolu_{uuid4().hex[:20]}")

    @property
    def block(self) -> dict[str, Any]:
        """As a content block."""
        return {"type": "tool_use", "id": self.id, "name": self.name, "input": self.arguments}


@dataclass(frozen=True)
class Reply:
    """What the model answers to one request, and what goes wrong on the way.

    `chunk` characters travel in one delta; deltas of text and of tool arguments count from zero for
    `break_after` (the connection is cut), `end_after` (it is closed in good order, but early), `error_after`
    (an error event) and `stall_after` (silence until `release` is set or the server stops). `status` other
    than 200 refuses the request.
    """

    text: str = ""
    tool_calls: Sequence[Call] = ()
    thinking: str = ""
    chunk: int = 12
    delay_per_chunk: float = 0.0
    delay_before_headers: float = 0.0
    break_after: int | None = None
    end_after: int | None = None
    error_after: int | None = None
    stall_after: int | None = None
    release: threading.Event | None = None
    status: int = 200
    error_type: str = ""
    error_message: str = ""
    retry_after: str = ""
    stop_reason: str = ""
    input_tokens: int = 100
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    output_tokens: int | None = None
    spoil_arguments: bool = False
    on_delta: Callable[[int], None] | None = None

    @property
    def reason(self) -> str:
        """The stop reason of the finished message."""
        return self.stop_reason or ("tool_use" if self.tool_calls else "end_turn")

    @property
    def tokens_out(self) -> int:
        """Output tokens; by default four characters are one token."""
        size = len(self.text) + sum(len(json.dumps(call.arguments)) for call in self.tool_calls)
        return max(1, size // 4) if self.output_tokens is None else self.output_tokens

    def error(self) -> dict[str, Any]:
        """The body of an error answer or error event."""
        kind = self.error_type or ERROR_TYPES.get(self.status, "overloaded_error")
        return {"type": "error", "error": {"type": kind, "message": self.error_message or kind}}


def events(reply: Reply, model: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The server-sent events of one message: name and data, as documented for streaming."""
    yield _typed("message_start", message=_message(model, usage=_usage(reply, output=1)))
    yield _typed("ping")
    index = -1
    for index, block in enumerate(_blocks(reply)):
        yield from _block_events(reply, index, block)
    yield _typed(
        "message_delta",
        delta={"stop_reason": reply.reason, "stop_sequence": None},
        usage={"output_tokens": reply.tokens_out},
    )
    yield _typed("message_stop")


def _typed(name: str, **data: Any) -> tuple[str, dict[str, Any]]:
    return name, {"type": name, **data}


def _blocks(reply: Reply) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = []
    if reply.thinking:
        blocks.append({"type": "thinking", "thinking": reply.thinking, "signature": "c2lnbmVk"})
    if reply.text:
        blocks.append({"type": "text", "text": reply.text})
    blocks += [call.block for call in reply.tool_calls]
    return blocks


def _block_events(reply: Reply, index: int, block: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    empty = {"text": {"text": ""}, "thinking": {"thinking": "", "signature": ""}, "tool_use": {"input": {}}}
    yield _typed("content_block_start", index=index, content_block={**block, **empty[block["type"]]})
    for delta in _deltas(reply, block):
        yield _typed("content_block_delta", index=index, delta=delta)
    yield _typed("content_block_stop", index=index)


def _deltas(reply: Reply, block: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if block["type"] == "text":
        yield from ({"type": "text_delta", "text": part} for part in _parts(block["text"], reply.chunk))
    elif block["type"] == "thinking":
        yield from (
            {"type": "thinking_delta", "thinking": part} for part in _parts(block["thinking"], reply.chunk)
        )
        yield {"type": "signature_delta", "signature": block["signature"]}
    else:
        # The real API opens the arguments with an empty delta and leaves them empty for no arguments.
        document = json.dumps(block["input"]) if block["input"] else ""
        document = document[:-1] if reply.spoil_arguments else document
        for part in ["", *_parts(document, reply.chunk)]:
            yield {"type": "input_json_delta", "partial_json": part}


def _parts(text: str, size: int) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]


def _message(model: str, **parts: Any) -> dict[str, Any]:
    return {
        "id": f"msg_{uuid4().hex[:20]}",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        **parts,
    }


def _usage(reply: Reply, *, output: int) -> dict[str, int]:
    return {
        "input_tokens": reply.input_tokens,
        "cache_read_input_tokens": reply.cache_read_tokens,
        "cache_creation_input_tokens": reply.cache_write_tokens,
        "output_tokens": output,
    }


def whole_message(reply: Reply, model: str) -> dict[str, Any]:
    """The same message without streaming."""
    return _message(
        model, content=_blocks(reply), stop_reason=reply.reason, usage=_usage(reply, output=reply.tokens_out)
    )


def answer_of(tokens: int) -> str:
    """A plausible text of so many words, one token each."""

    def words() -> Iterator[str]:
        while True:
            yield from ANSWER.split()

    return " ".join(islice(words(), tokens))


def plain_answer(*, tokens: int, delay: float) -> Callable[[dict[str, Any]], Reply]:
    """A default reply for demonstrations: `tokens` tokens, `delay` seconds apart."""
    text = answer_of(tokens)
    return lambda body: Reply(
        text=text, chunk=max(1, len(text) // tokens), delay_per_chunk=delay, output_tokens=tokens
    )
