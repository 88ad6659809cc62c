"""The measure of all things: the same turns by the SDK alone."""

from __future__ import annotations

import time
from collections.abc import Callable

import anthropic

from benchmarks.processes import KEY

QUESTION = "Please describe how the pipeline stands this month, in about 150 words."


def asker(api_url: str) -> Callable[[], float]:
    """A function that takes one turn and returns the seconds to its first text; safe to share by threads."""
    client = anthropic.Anthropic(api_key=KEY, base_url=api_url, max_retries=0)

    def ask() -> float:
        began, first = time.perf_counter(), 0.0
        stream = client.messages.create(
            model="claude-sonnet-5-5",
            max_tokens=4096,
            system="You are the sales agent of Mezzofy.",
            messages=[{"role": "user", "content": QUESTION}],
            stream=True,
        )
        for event in stream:
            if not first and event.type == "content_block_delta":
                first = time.perf_counter() - began
        return first

    return ask
