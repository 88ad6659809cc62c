"""Ask one model after the other until one has answered to the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol

import structlog

from apps.llm.delivery.answer import Answer
from apps.llm.delivery.breaker import Breaker
from apps.llm.delivery.policy import Policy
from apps.llm.delivery.pump import TICK, Pump
from apps.llm.delivery.seam import continuation
from apps.llm.errors import Cancelled, Failure, ModelUnavailable, PromptRejected, ProviderError
from apps.llm.estimates import tokens_in
from apps.llm.providers.base import BlockFinished, Provider, ProviderEvent, Stopped, UsageReported
from apps.llm.providers.request import without_thinking
from apps.llm.types import Event, Finished, Prompt, TextDelta, Usage

log = structlog.get_logger(__name__)

#: How many requests one answer may take at most, for each attempt that the policy allows.
REQUESTS_PER_ATTEMPT = 4

NOBODY_ANSWERS = "No language model can be reached right now. Please try again in a minute."
NOT_ACCEPTED = "The language model did not accept this request: {reason}"
TOO_LONG = "The language model took too long to answer. Please try again, or ask for less at once."
NO_ACCESS = (
    "The language model refused our access. An administrator has to check the API key and the model name."
)


class Attempt(Protocol):
    """The record of one request. Exactly one of the last three is called, once."""

    def first_token(self) -> None:
        """The answer has begun."""

    def completed(self, usage: Usage, *, stop_reason: str) -> Usage:
        """The answer is whole. Returns the usage with its cost, as the other two endings do."""

    def failed(self, usage: Usage, error: ProviderError) -> Usage:
        """The provider did not answer to the end."""

    def cancelled(self, usage: Usage) -> Usage:
        """We hung up."""


class Journal(Protocol):
    """Keeps a record of each request, and prices what it used."""

    def begin(self, prompt: Prompt, *, provider: Provider, model: str, number: int) -> Attempt:
        """A request is about to be sent, the `number`-th for this answer."""


@dataclass(frozen=True)
class Candidate:
    """A model that may be asked."""

    provider: Provider
    model: str
    breaker: Breaker


@dataclass
class Relay:
    """One answer. Iterate `events()` once; `usage` is what has been billed so far, also after a failure."""

    prompt: Prompt
    candidates: list[Candidate]
    policy: Policy
    journal: Journal
    cancelled: Callable[[], bool]
    on_idle: Callable[[], None]
    resume_text: str = ""
    usage: Usage = field(default_factory=Usage)

    def __post_init__(self) -> None:
        self._answer = Answer(self.resume_text)
        self._ends_at = self.policy.clock.monotonic() + self.policy.deadline
        self._requests = 0

    def events(self) -> Iterator[Event]:
        """The answer, `Finished` last. Raises ModelUnavailable if no candidate gives one, Cancelled if asked
        to.
        """
        error: ProviderError | None = None
        for candidate in self.candidates:
            failures = 0
            while failures < self.policy.attempts and self._may_ask() and candidate.breaker.allows():
                shown = len(self._answer.shown)
                try:
                    yield from self._ask(candidate)
                    return
                except ProviderError as raised:
                    error = raised
                if self._forget_thinking(error):
                    continue
                # Progress earns new patience: only failures without a single new word count in a row.
                failures = failures + 1 if len(self._answer.shown) == shown else 1
                if not self._worth_repeating(error) or not self._wait(failures, error):
                    break
            if error and error.failure is Failure.REJECTED:
                break
        raise self._unavailable(error)

    def _ask(self, candidate: Candidate) -> Iterator[Event]:
        """One request. The breaker learns how it went."""
        try:
            yield from self._request(candidate)
        except ProviderError as error:
            log.warning(
                "llm.request_failed",
                provider=candidate.provider.name,
                failure=error.failure,
                detail=error.detail,
            )
            if error.failure is Failure.REJECTED:
                candidate.breaker.succeeded()
            else:
                candidate.breaker.failed()
            raise
        candidate.breaker.succeeded()

    def _request(self, candidate: Candidate) -> Iterator[Event]:
        self._requests += 1
        shown = self._answer.shown
        prompt = continuation(self.prompt, shown) if shown else self.prompt
        provider, model = candidate.provider, candidate.model
        attempt = self.journal.begin(prompt, provider=provider, model=model, number=self._requests)
        self._answer.begin()
        reading = _Reading(attempt)
        pump = Pump(
            lambda: provider.stream(prompt, model=model),
            expired=self._expired,
            cancelled=self.cancelled,
            on_idle=self.on_idle,
        )
        try:
            for event in pump:
                reading.note(event)
                yield from self._answer.feed(event)
        except ProviderError as error:
            self.usage += attempt.failed(reading.usage, error)
            raise
        except (Cancelled, GeneratorExit):
            self.usage += attempt.cancelled(reading.usage)
            raise
        except Exception as error:
            defect = ProviderError(Failure.BROKEN, f"{type(error).__name__}: {error}")
            self.usage += attempt.failed(reading.usage, defect)
            raise
        self.usage += attempt.completed(reading.usage, stop_reason=reading.stop_reason)
        yield Finished(self._answer.content, reading.stop_reason, self.usage, model, provider.name)

    def _forget_thinking(self, error: ProviderError) -> bool:
        """Whether the request was refused for earlier thinking that is left out from now on.

        Newer models accept their own thinking only after exactly the messages that it followed, and a run
        that another process resumes may have rebuilt those a little differently.
        """
        if error.failure is not Failure.REJECTED or "thinking" not in error.detail:
            return False
        lighter = without_thinking(self.prompt)
        changed = lighter != self.prompt
        self.prompt = lighter
        return changed

    def _worth_repeating(self, error: ProviderError) -> bool:
        return error.transient and (error.retry_after or 0.0) <= self.policy.patience

    def _wait(self, failures: int, error: ProviderError) -> bool:
        """Pause before the next request; False if there is no time or no attempt left for one."""
        pause = self.policy.pause(failures, error.retry_after)
        clock = self.policy.clock
        wakes_at = clock.monotonic() + pause
        if failures >= self.policy.attempts or wakes_at >= self._ends_at:
            return False
        self.on_idle()
        while (left := wakes_at - clock.monotonic()) > 0:
            if self.cancelled():
                raise Cancelled
            clock.sleep(min(left, TICK))
        return True

    def _may_ask(self) -> bool:
        # The second limit ends an answer that breaks after every word: each request is paid for.
        return not self._expired() and self._requests < REQUESTS_PER_ATTEMPT * self.policy.attempts

    def _expired(self) -> bool:
        return self.policy.clock.monotonic() >= self._ends_at

    def _unavailable(self, error: ProviderError | None) -> ModelUnavailable:
        if error is None:
            return ModelUnavailable(TOO_LONG if self._expired() else NOBODY_ANSWERS)
        if error.failure is Failure.REJECTED:
            return PromptRejected(NOT_ACCEPTED.format(reason=error.detail))
        if error.failure in {Failure.CREDENTIALS, Failure.NOT_SERVED}:
            return ModelUnavailable(NO_ACCESS)
        return ModelUnavailable(TOO_LONG if error.failure is Failure.TIMED_OUT else NOBODY_ANSWERS)


class _Reading:
    """What the record of a request needs to know of its events."""

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self._characters = 0
        self._begun = False
        self._reported = Usage(cost=None)
        self.stop_reason = ""

    def note(self, event: ProviderEvent) -> None:
        """Take in one event."""
        match event:
            case TextDelta(text):
                self._begin()
                self._characters += len(text)
            case BlockFinished():
                self._begin()
            case UsageReported(usage):
                self._reported = usage
            case Stopped(reason):
                self.stop_reason = reason

    @property
    def usage(self) -> Usage:
        """As reported; for a message without an end, the output is reckoned from its text."""
        if self.stop_reason:
            return self._reported
        return replace(
            self._reported, output_tokens=max(self._reported.output_tokens, tokens_in(self._characters))
        )

    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            self._attempt.first_token()
