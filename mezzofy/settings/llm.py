"""Which models answer, and how they are reached.

`LLM_PRIMARY` and `LLM_FALLBACK` are "claude", "kimi" or "provider:model-name"; empty means the first, and
then the second, provider that has a key. "offline" as primary turns models off.
"""

from __future__ import annotations

from typing import Any

from mezzofy.settings.env import env

LLM: dict[str, Any] = {
    "PRIMARY": env.str("LLM_PRIMARY", default=""),
    "FALLBACK": env.str("LLM_FALLBACK", default=""),
    "ANTHROPIC_API_KEY": env.str("ANTHROPIC_API_KEY", default=""),
    "ANTHROPIC_BASE_URL": env.str("ANTHROPIC_BASE_URL", default="") or "https://api.anthropic.com",
    "MOONSHOT_API_KEY": env.str("MOONSHOT_API_KEY", default=""),
    "MOONSHOT_BASE_URL": env.str("MOONSHOT_BASE_URL", default="") or "https://api.moonshot.ai/anthropic",
    # How deeply a model that can choose thinks: low, medium, high, … ; empty leaves it to the model.
    "EFFORT": env.str("LLM_EFFORT", default=""),
    # Seconds. A read time-out is a silence on the wire; providers send a ping at least every 15 s.
    "CONNECT_TIMEOUT": env.float("LLM_CONNECT_TIMEOUT", default=5.0),
    "READ_TIMEOUT": env.float("LLM_READ_TIMEOUT", default=60.0),
    # One answer, with all its retries, from the first request to the last token.
    "DEADLINE": env.float("LLM_DEADLINE", default=300.0),
    "ATTEMPTS": env.int("LLM_ATTEMPTS", default=3),
    # A provider that asks for a longer pause than this is left for the next one.
    "PATIENCE": env.float("LLM_PATIENCE", default=20.0),
    "BREAKER_FAILURES": env.int("LLM_BREAKER_FAILURES", default=5),
    "BREAKER_SECONDS": env.int("LLM_BREAKER_SECONDS", default=30),
}
