"""Ask a model, and stay within the budget. Other apps use what is named here."""

from __future__ import annotations

from apps.llm.services.streaming import active_mode, stream, warm_up

__all__ = ["active_mode", "stream", "warm_up"]
