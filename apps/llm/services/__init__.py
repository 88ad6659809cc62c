"""Ask a model, and stay within the budget. Other apps use what is named here."""

from __future__ import annotations

from apps.llm.providers.catalog import configured_providers, only
from apps.llm.services.streaming import active_mode, stream, warm_up

__all__ = ["active_mode", "configured_providers", "only", "stream", "warm_up"]
