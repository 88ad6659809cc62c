"""What goes into a model and what comes out of it, the same for every provider."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

#: A content block of a message, as the Messages API writes it.
Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool that the model may ask for; `input_schema` is the JSON Schema of its arguments."""

    name: str
    description: str
    input_schema: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Prompt:
    """One question to a model.

    `messages` are Messages API parameters, oldest first, ending with a user message. `max_tokens` bounds the
    answer. `temperature` reaches only models that still accept one. Within a run keep `system` and `tools`
    unchanged and only append to `messages`: that is what makes prompt caching work, and newer models refuse
    their own earlier thinking otherwise.
    """

    system: str
    messages: list[dict[str, Any]]
    tools: tuple[ToolSpec, ...] = ()
    max_tokens: int = 4096
    temperature: float | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that were billed, and their cost in US dollars (None if no price is known)."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    cost: Decimal | None = Decimal(0)

    @property
    def prompt_tokens(self) -> int:
        """Everything that was read, from the cache or not."""
        return self.input_tokens + self.cache_read_tokens + self.cache_write_tokens

    @property
    def total_tokens(self) -> int:
        """Everything that was read or written."""
        return self.prompt_tokens + self.output_tokens

    def __add__(self, other: Usage) -> Usage:
        known = self.cost is not None and other.cost is not None
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cache_read_tokens + other.cache_read_tokens,
            self.cache_write_tokens + other.cache_write_tokens,
            (self.cost or Decimal(0)) + (other.cost or Decimal(0)) if known else None,
        )


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next piece of the answer's text. Pieces never repeat, even if the connection broke in between."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCall:
    """The model asks for a tool. Calls arrive complete, all of them just before `Finished`."""

    id: str
    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Finished:
    """The end of an answer; the last event of every stream that did not fail.

    `content` is the assistant message to append to the history as it is. `usage` sums every attempt that this
    answer took. `stop_reason` is the API's: end_turn, tool_use, max_tokens, refusal, …
    """

    content: list[Block]
    stop_reason: str
    usage: Usage
    model: str
    provider: str


Event = TextDelta | ToolCall | Finished
