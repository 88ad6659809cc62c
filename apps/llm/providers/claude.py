"""Claude, by Anthropic."""

from __future__ import annotations

from apps.llm.providers.messages import Dialect

NAME = "claude"
DEFAULT_MODEL = "claude-sonnet-5-5"

#: Sampling parameters are refused since API version 2026-10-21. Up-front thinking, on by default, keeps the
#: person at the chat waiting for the first word; where a model allows it, it thinks between tool calls only.
DIALECT = Dialect(thinking={"claude-sonnet-5-5": {"type": "between_tools"}}, effort=True)
