"""Kimi, by Moonshot AI, through its Anthropic-compatible endpoint."""

from __future__ import annotations

from apps.llm.providers.messages import Dialect

NAME = "kimi"
DEFAULT_MODEL = "kimi-k2.6"

#: Kimi K2 fixes its own temperature and thinks unless told not to; a conversation that another provider began
#: holds no thinking that it could read.
DIALECT = Dialect(
    thinking={"kimi-k2.5": {"type": "disabled"}, "kimi-k2.6": {"type": "disabled"}}, sampling=("moonshot-v1",)
)
