"""Ask a model and stream its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Literal, cast
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from apps.core.db import release_connection
from apps.llm import estimates, selectors
from apps.llm.delivery.breaker import Breaker
from apps.llm.delivery.policy import Policy
from apps.llm.delivery.relay import Candidate, Relay
from apps.llm.errors import ModelUnavailable
from apps.llm.providers.catalog import Target, address_of, provider_of, targets
from apps.llm.services import budgets
from apps.llm.services.recording import Caller, DatabaseJournal
from apps.llm.types import Event, Prompt, Usage

if TYPE_CHECKING:
    from apps.accounts.models import User

Mode = Literal["claude", "kimi", "offline"]

#: A reservation outlives the longest answer by this much before it counts as abandoned, in seconds.
GRACE = 60


def active_mode() -> Mode:
    """Who answers at present: the primary provider, or "offline" if none is configured."""
    configured = targets()
    return cast("Mode", configured[0].provider if configured else "offline")


def stream(
    prompt: Prompt,
    *,
    user: User | None,
    department: str,
    purpose: str,
    run_id: UUID | None = None,
    agent: str = "",
    skill: str = "",
    resume_text: str = "",
    cancelled: Callable[[], bool] | None = None,
    on_warning: Callable[[str], None] | None = None,
) -> Iterator[Event]:
    """Stream one answer: text deltas, then tool calls, then `Finished`.

    `department` is the slug whose budget pays beside the user's. `resume_text` is text of this answer that
    the reader already has from a process that died: the model continues after it. `cancelled` is asked about
    ten times a second, also while nothing arrives. `on_warning` gets a sentence for the user when a budget is
    nearly used up.

    Call it outside a transaction: it releases the database connection while it waits. Closing the iterator
    ends the request. Raises BudgetExceeded, ModelUnavailable, and Cancelled after `cancelled` said so.
    """
    candidates = _candidates()
    if not candidates:
        raise ModelUnavailable("No language model is configured.")
    hold = budgets.reserve(
        user=user,
        department=department,
        expected=lambda: _expected(prompt, candidates[0]),
        lifetime=answer_lifetime(),
    )
    if on_warning is not None:
        for warning in hold.warnings:
            on_warning(warning)
    caller = Caller(user.pk if user else None, department, purpose, run_id=run_id, agent=agent, skill=skill)
    relay = Relay(
        prompt=prompt,
        candidates=candidates,
        policy=Policy.from_settings(settings.LLM),
        journal=DatabaseJournal(caller),
        cancelled=cancelled or _never,
        on_idle=release_connection,
        resume_text=resume_text,
    )
    try:
        yield from relay.events()
    finally:
        budgets.settle(hold, relay.usage)
        release_connection()


def warm_up() -> None:
    """Load the SDK and open the clients (2 s the first time), so that the first answer does not wait for
    it.
    """
    _candidates()


def answer_lifetime() -> timedelta:
    """After this time an answer that has not ended never will."""
    return timedelta(seconds=settings.LLM["DEADLINE"] + GRACE)


def _candidates() -> list[Candidate]:
    return [Candidate(*provider_of(target), breaker_of(target)) for target in targets()]


def breaker_of(target: Target) -> Breaker:
    """The circuit breaker in front of this provider."""
    configured = settings.LLM
    return Breaker(
        address_of(target), failures=configured["BREAKER_FAILURES"], seconds=configured["BREAKER_SECONDS"]
    )


def _expected(prompt: Prompt, candidate: Candidate) -> Usage:
    usage = Usage(estimates.prompt_tokens(prompt), estimates.answer_tokens(prompt))
    price = selectors.quote(
        usage, provider=candidate.provider.name, model=candidate.model, day=timezone.now().date()
    )
    return replace(usage, cost=price.cost)


def _never() -> bool:
    return False
