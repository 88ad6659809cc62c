"""A row for every request to a model."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from apps.core.db import release_connection
from apps.llm import selectors
from apps.llm.choices import ModelRunStatus
from apps.llm.errors import ProviderError
from apps.llm.models import ModelRun
from apps.llm.providers.base import Provider
from apps.llm.types import Prompt, Usage


@dataclass(frozen=True)
class Caller:
    """On whose behalf a model is asked, and what for."""

    user_id: UUID | None
    department: str
    purpose: str
    run_id: UUID | None = None
    agent: str = ""
    skill: str = ""


@dataclass(frozen=True)
class DatabaseJournal:
    """Keeps the record of requests as ModelRun rows, outside any transaction of ours."""

    caller: Caller

    def begin(self, prompt: Prompt, *, provider: Provider, model: str, number: int) -> RequestRecord:
        """Write the row, then give the database connection back: a model may be awaited for minutes."""
        run = ModelRun.objects.create(
            provider=provider.name,
            model=model,
            purpose=self.caller.purpose,
            agent=self.caller.agent,
            skill=self.caller.skill,
            user_id=self.caller.user_id,
            department=self.caller.department,
            run_id=self.caller.run_id,
            attempt=number,
            prompt_hash=prompt_hash(prompt),
            temperature=provider.temperature_of(prompt, model=model),
            started_at=timezone.now(),
        )
        release_connection()
        return RequestRecord(run)


@dataclass
class RequestRecord:
    """The row of one request in progress."""

    run: ModelRun
    _started: float = field(default_factory=time.monotonic)

    def first_token(self) -> None:
        """The model has begun to answer."""
        self.run.first_token_ms = self._elapsed()

    def completed(self, usage: Usage, *, stop_reason: str) -> Usage:
        """The answer is whole. Returns the usage with its cost, as the other endings do."""
        self.run.stop_reason = stop_reason
        return self._end(ModelRunStatus.COMPLETED, usage, counted=True)

    def failed(self, usage: Usage, error: ProviderError) -> Usage:
        """The provider failed."""
        self.run.error_class, self.run.error = error.failure.value, error.detail
        return self._end(ModelRunStatus.FAILED, usage, counted=False)

    def cancelled(self, usage: Usage) -> Usage:
        """We hung up."""
        return self._end(ModelRunStatus.CANCELLED, usage, counted=False)

    def _end(self, status: ModelRunStatus, usage: Usage, *, counted: bool) -> Usage:
        run = self.run
        price = selectors.quote(
            usage, provider=run.provider, model=run.model, day=run.started_at.date(), counted=counted
        )
        run.status, run.latency_ms = status, self._elapsed()
        run.cost_usd, run.pricing = price.cost, price.pricing
        run.input_tokens, run.output_tokens = usage.input_tokens, usage.output_tokens
        run.cache_read_tokens, run.cache_write_tokens = usage.cache_read_tokens, usage.cache_write_tokens
        run.save()
        return replace(usage, cost=price.cost)

    def _elapsed(self) -> int:
        return round((time.monotonic() - self._started) * 1000)


def prompt_hash(prompt: Prompt) -> str:
    """SHA-256 of everything the model reads: equal prompts can be recognised, and none can be read from
    it.
    """
    tools = [(tool.name, tool.description, tool.input_schema) for tool in prompt.tools]
    whole = json.dumps(
        [prompt.system, prompt.messages, tools], sort_keys=True, default=str, ensure_ascii=False
    )
    return hashlib.sha256(whole.encode()).hexdigest()


def close_abandoned(*, older_than: timedelta) -> int:
    """Mark requests as failed whose process must have died; returns how many."""
    return int(
        ModelRun.objects.filter(
            status=ModelRunStatus.RUNNING, started_at__lt=timezone.now() - older_than
        ).update(
            status=ModelRunStatus.FAILED,
            error_class="abandoned",
            error="The process that asked ended before the answer did.",
            updated_at=timezone.now(),
        )
    )
