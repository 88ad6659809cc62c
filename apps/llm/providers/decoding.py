"""From the raw events of a Messages API stream to ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from apps.llm.errors import Failure, ProviderError
from apps.llm.providers.base import BlockFinished, ProviderEvent, Stopped, UsageReported
from apps.llm.providers.request import ORIGIN, THINKING
from apps.llm.types import Block, TextDelta, Usage

if TYPE_CHECKING:
    from anthropic.types import RawMessageStreamEvent


class Decoder:
    """Follows one message from its start to its stop. Blocks arrive one after the other, as the protocol
    promises.
    """

    def __init__(self, provider: str) -> None:
        self._provider = provider
        self._block: Block = {}
        self._parts: list[str] = []
        self._usage = Usage(cost=None)
        self._reason = ""
        self._spoiled = False
        self.complete = False

    def feed(self, event: RawMessageStreamEvent) -> Iterator[ProviderEvent]:
        """Yield what this event means to us; most events mean one thing or nothing."""
        match event.type:
            case "content_block_delta":
                yield from self._delta(event.delta)
            case "content_block_start":
                self._block, self._parts = event.content_block.model_dump(exclude_none=True), []
            case "content_block_stop":
                yield from self._finish_block()
            case "message_start":
                yield self._report(event.message.usage)
            case "message_delta":
                self._reason = event.delta.stop_reason or self._reason
                yield self._report(event.usage)
            case "message_stop":
                yield self._stop()

    def _delta(self, delta: Any) -> Iterator[TextDelta]:
        match delta.type:
            case "text_delta":
                self._parts.append(delta.text)
                if delta.text:
                    yield TextDelta(delta.text)
            case "input_json_delta":
                self._parts.append(delta.partial_json)
            case "thinking_delta":
                self._parts.append(delta.thinking)
            case "signature_delta":
                self._block["signature"] = delta.signature

    def _finish_block(self) -> Iterator[BlockFinished]:
        block, joined = self._block, "".join(self._parts)
        kind = block.get("type")
        if kind == "text":
            yield BlockFinished({"type": "text", "text": block.get("text", "") + joined})
        elif kind == "tool_use":
            yield from self._finish_call(block, joined)
        elif kind in THINKING:
            if kind == "thinking":
                block["thinking"] = block.get("thinking", "") + joined
            yield BlockFinished({**block, ORIGIN: self._provider})

    def _finish_call(self, block: Block, document: str) -> Iterator[BlockFinished]:
        try:
            arguments = json.loads(document) if document.strip() else block.get("input") or {}
        except ValueError:
            self._spoiled = True
            return
        call = {"type": "tool_use", "id": block["id"], "name": block["name"], "input": arguments}
        yield BlockFinished(call)

    def _report(self, usage: Any) -> UsageReported:
        """Counts are cumulative; a report may leave out those that did not change."""
        before = self._usage
        self._usage = Usage(
            input_tokens=_known(usage.input_tokens, before.input_tokens),
            output_tokens=_known(usage.output_tokens, before.output_tokens),
            cache_read_tokens=_known(usage.cache_read_input_tokens, before.cache_read_tokens),
            cache_write_tokens=_known(usage.cache_creation_input_tokens, before.cache_write_tokens),
            cost=None,
        )
        return UsageReported(self._usage)

    def _stop(self) -> Stopped:
        # Arguments cut off by the token limit are not worth a second try; cut off by anything else they are.
        if self._spoiled and self._reason != "max_tokens":
            raise ProviderError(Failure.BROKEN, "The arguments of a tool call were not valid JSON.")
        self.complete = True
        return Stopped(self._reason or "end_turn")


def _known(reported: int | None, before: int) -> int:
    return before if reported is None else reported
