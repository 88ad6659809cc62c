"""Any provider that speaks the Messages API, through the anthropic SDK."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import anthropic

from apps.llm.errors import Failure, ProviderError
from apps.llm.providers.base import Endpoint, ProviderEvent
from apps.llm.providers.decoding import Decoder
from apps.llm.providers.failures import translated
from apps.llm.providers.request import request_body
from apps.llm.types import Prompt


@dataclass(frozen=True)
class Dialect:
    """In what the models of one provider differ from the plain protocol.

    `thinking` maps the beginning of a model name to the `thinking` parameter that makes it answer soonest;
    `sampling` lists beginnings of model names that still accept a temperature; `effort` says whether the
    provider knows `output_config.effort`.
    """

    thinking: Mapping[str, dict[str, str]] = field(default_factory=dict)
    sampling: tuple[str, ...] = ()
    effort: bool = False

    def thinking_of(self, model: str) -> dict[str, str] | None:
        """The parameter for this model, or None to send none."""
        return next((value for start, value in self.thinking.items() if model.startswith(start)), None)


class MessagesProvider:
    """A `Provider`. One HTTP connection pool, which all threads share."""

    def __init__(self, name: str, endpoint: Endpoint, dialect: Dialect, *, effort: str = "") -> None:
        self._name = name
        self._dialect = dialect
        self._effort = effort if dialect.effort else ""
        self._key = endpoint.api_key
        self._client = anthropic.Anthropic(
            api_key=endpoint.api_key,
            base_url=endpoint.base_url,
            timeout=anthropic.Timeout(endpoint.read_timeout, connect=endpoint.connect_timeout),
            # The engine retries: it knows the fallback, the budget and what was already shown.
            max_retries=0,
            open_telemetry=False,
        )

    @property
    def name(self) -> str:
        """As in settings and rows."""
        return self._name

    def stream(self, prompt: Prompt, *, model: str) -> Iterator[ProviderEvent]:
        """See `Provider`."""
        decoder = Decoder(self._name)
        with translated(self._key):
            response = self._client.messages.create(
                stream=True, model=model, **self._parameters(prompt, model)
            )
            with closing(response):
                for event in response:
                    yield from decoder.feed(event)
        # A proxy that gives up may close the connection in good order: only message_stop means the end.
        if not decoder.complete:
            raise ProviderError(Failure.BROKEN, "The stream ended before the message did.")

    def temperature_of(self, prompt: Prompt, *, model: str) -> float | None:
        """See `Provider`."""
        return prompt.temperature if model.startswith(self._dialect.sampling or ("\0",)) else None

    def _parameters(self, prompt: Prompt, model: str) -> dict[str, Any]:
        parameters = request_body(prompt, provider=self._name)
        if thinking := self._dialect.thinking_of(model):
            parameters["thinking"] = thinking
        if self._effort:
            parameters["output_config"] = {"effort": self._effort}
        temperature = self.temperature_of(prompt, model=model)
        if temperature is not None:
            # Gone from the SDK's signature since API version 2026-10-21.
            parameters["extra_body"] = {"temperature": temperature}
        return parameters
