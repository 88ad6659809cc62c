"""How a run can leave its path."""

from __future__ import annotations

from apps.core.errors import DomainError, RateLimited


class RunInterrupted(Exception):
    """Not a failure: the run stops here in this worker."""


class LeaseLost(RunInterrupted):
    """Another worker has claimed the run; this one must not write anything more."""


class RunCancelled(RunInterrupted):
    """A person pressed stop."""


class RunParked(RunInterrupted):
    """The run waits for a person and holds nothing meanwhile."""


class LimitReached(RateLimited):
    """The run used up its steps, tokens or seconds."""

    code = "limit_reached"
    title = "The run reached its limit"


class BugInTool(Exception):
    """A tool raised what it should not; the trace is in its step."""

    def __init__(self, tool: str, trace: str) -> None:
        super().__init__(tool)
        self.trace = trace


class UnknownTool(DomainError):
    """There is no such tool for this user and agent."""

    code = "unknown_tool"
