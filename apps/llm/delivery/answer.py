"""The answer so far, across all the requests that it took."""

from __future__ import annotations

from collections.abc import Iterator

from apps.llm.delivery.seam import Seam
from apps.llm.providers.base import BlockFinished, ProviderEvent, Stopped
from apps.llm.providers.request import THINKING
from apps.llm.types import Block, Event, TextDelta, ToolCall


class Answer:
    """Collects one message. `shown` is the text that the reader has; `begin` starts over after a broken
    stream.

    Tool calls of a broken stream are forgotten and asked for again: nobody has seen them yet, and half of a
    parallel set would not be what the model meant.
    """

    def __init__(self, shown: str = "") -> None:
        self.shown = shown
        self._blocks: list[Block] = []
        self._continued = ""
        self._fresh = ""
        self._seam = Seam("")

    def begin(self) -> None:
        """A new request is sent; what is shown stays shown."""
        self._blocks = []
        self._fresh = ""
        self._continued = self.shown
        self._seam = Seam(self.shown)

    def feed(self, event: ProviderEvent) -> Iterator[Event]:
        """Yield what the reader may see of it now."""
        match event:
            case TextDelta(text):
                yield from self._show(self._seam.feed(text))
            case BlockFinished(block):
                self._blocks.append(block)
            case Stopped():
                yield from self._show(self._seam.flush())
                yield from (ToolCall(call["id"], call["name"], call["input"]) for call in self._calls())

    @property
    def content(self) -> list[Block]:
        """The whole assistant message, as the history needs it."""
        if not self._continued:
            return self._blocks
        # One text that reads as if nothing had happened. Thinking that followed a continuation request is
        # bound to that request, which the history does not hold.
        text = self._continued + self._fresh
        others = [
            block for block in self._blocks if block["type"] not in THINKING and block["type"] != "text"
        ]
        return [{"type": "text", "text": text}, *others]

    def _calls(self) -> list[Block]:
        return [block for block in self._blocks if block["type"] == "tool_use"]

    def _show(self, text: str) -> Iterator[TextDelta]:
        if text:
            self._fresh += text
            self.shown += text
            yield TextDelta(text)
