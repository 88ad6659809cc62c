"""What every provider promises to the engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from apps.llm.types import Block, Prompt, TextDelta, Usage


@dataclass(frozen=True, slots=True)
class BlockFinished:
    """A content block is complete and valid."""

    block: Block


@dataclass(frozen=True, slots=True)
class UsageReported:
    """The tokens of this request so far; a later report replaces an earlier one. Without cost."""

    usage: Usage


@dataclass(frozen=True, slots=True)
class Stopped:
    """The message is whole."""

    reason: str


ProviderEvent = TextDelta | BlockFinished | UsageReported | Stopped


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a provider is reached, and how long we wait for it (seconds)."""

    base_url: str
    api_key: str
    connect_timeout: float
    read_timeout: float


class Provider(Protocol):
    """One company's models. Shared by all threads of the process."""

    @property
    def name(self) -> str:
        """Stable key: rows and settings refer to it."""
        ...

    def stream(self, prompt: Prompt, *, model: str) -> Iterator[ProviderEvent]:
        """Send one request and yield what arrives, `Stopped` last. No retries.

        Raises ProviderError, also for a stream that ends without `Stopped`. Closing the iterator ends the
        request.
        """
        ...

    def temperature_of(self, prompt: Prompt, *, model: str) -> float | None:
        """The temperature that is really sent."""
        ...
