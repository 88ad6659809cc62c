"""Which providers are configured, in which order, and the shared client of each."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings

from apps.llm.providers.base import Endpoint, Provider

#: Provider name → the settings that hold its key and its address.
SETTINGS = {
    "claude": ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL"),
    "kimi": ("MOONSHOT_API_KEY", "MOONSHOT_BASE_URL"),
}
OFFLINE = "offline"

_building = threading.Lock()
_chosen: ContextVar[str] = ContextVar("chosen_model", default="")


@dataclass(frozen=True, slots=True)
class Target:
    """One model of one provider; an empty model means the provider's default."""

    provider: str
    model: str = ""

    @classmethod
    def parse(cls, text: str) -> Target:
        """From "claude" or "claude:claude-opus-5-5"."""
        provider, _, model = text.strip().partition(":")
        return cls(provider, model)


def targets() -> list[Target]:
    """The models to ask, in order: primary, then fallback, each only if its key is set. Empty means
    offline. What was chosen by `only` stands alone.
    """
    if chosen := _chosen.get():
        target = Target.parse(chosen)
        return [target] if target.provider in SETTINGS and _key_of(target.provider) else []
    primary, fallback = settings.LLM["PRIMARY"], settings.LLM["FALLBACK"]
    if primary == OFFLINE:
        return []
    # Who names a primary decides where the data goes: no other provider joins in uninvited.
    names = [primary, fallback] if primary else [fallback, *SETTINGS]
    found: dict[str, Target] = {}
    for target in map(Target.parse, filter(None, names)):
        if target.provider in SETTINGS and _key_of(target.provider):
            found.setdefault(target.provider, target)
    ordered = list(found.values())
    # A fallback that was named while the primary was left open still comes last.
    return ordered if primary or not fallback else sorted(ordered, key=lambda t: t == Target.parse(fallback))


@contextmanager
def only(chosen: str) -> Iterator[None]:
    """Inside the block nobody else is asked than `chosen` ("claude", "claude:<model>" or "offline").

    "" changes nothing.
    """
    token = _chosen.set(chosen or _chosen.get())
    try:
        yield
    finally:
        _chosen.reset(token)


def configured_providers() -> list[str]:
    """The providers whose key is set."""
    return [name for name in SETTINGS if _key_of(name)]


def provider_of(target: Target) -> tuple[Provider, str]:
    """The shared provider object of this process, and the full model name."""
    key, url = SETTINGS[target.provider]
    configured: Mapping[str, Any] = settings.LLM
    endpoint = Endpoint(
        configured[url], configured[key], configured["CONNECT_TIMEOUT"], configured["READ_TIMEOUT"]
    )
    # lru_cache alone would let two threads open two connection pools.
    with _building:
        provider = _provider(target.provider, endpoint, configured["EFFORT"])
    return provider, target.model or _default_model(target.provider)


def address_of(target: Target) -> str:
    """Names the place that a failure is a failure of."""
    return f"{target.provider}@{settings.LLM[SETTINGS[target.provider][1]]}"


def _key_of(provider: str) -> str:
    key: str = settings.LLM[SETTINGS[provider][0]]
    return key


@lru_cache(maxsize=16)
def _provider(name: str, endpoint: Endpoint, effort: str) -> Provider:
    # The SDK takes seconds to import: processes that never ask a model must not pay for it.
    from apps.llm.providers import claude, kimi
    from apps.llm.providers.messages import MessagesProvider

    dialect = {claude.NAME: claude.DIALECT, kimi.NAME: kimi.DIALECT}[name]
    return MessagesProvider(name, endpoint, dialect, effort=effort)


def _default_model(provider: str) -> str:
    from apps.llm.providers import claude, kimi

    return {claude.NAME: claude.DEFAULT_MODEL, kimi.NAME: kimi.DEFAULT_MODEL}[provider]
