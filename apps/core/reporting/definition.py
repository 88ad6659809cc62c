"""Declaring a report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from apps.core.periods import Period
from apps.core.registry import Registry
from apps.core.reporting.filters import Filters, ReportFilters, resolve_period
from apps.core.reporting.findings import Findings

if TYPE_CHECKING:
    from apps.accounts.models import User

F = TypeVar("F", bound=Filters)


def silent(text: str) -> None:
    """Nobody is waiting."""


@dataclass(frozen=True)
class Ask(Generic[F]):
    """Who asks a report what. `progress` shows a short line to whoever waits."""

    user: User
    filters: F
    now: datetime
    progress: Callable[[str], None] = field(default=silent)

    @property
    def tz(self) -> str:
        """The zone in which days are counted: the reader's."""
        return self.user.timezone

    @property
    def period(self) -> Period:
        """The days to report on. Only a report whose filters are `ReportFilters` has them."""
        assert isinstance(self.filters, ReportFilters), "a report as of now has no period"
        return resolve_period(self.filters.period, now=self.now, tz=self.tz)

    @property
    def counted(self) -> Period:
        """The days reported on that have begun, or all of them of a period that lies wholly elsewhere."""
        return self.period.so_far(self.now.astimezone(ZoneInfo(self.tz)).date())

    @property
    def before(self) -> Period:
        """The days that they are compared with: of a period that is not over, as many as have begun."""
        return self.period.before(self.now.astimezone(ZoneInfo(self.tz)).date())


@dataclass(frozen=True)
class Report:
    """A report: who may read it, what can be asked, and the function that finds the answer.

    `title` and `description` are translated when they are shown. `permissions`: any of them is enough.
    `compute` must count only what `ask.user` may see or read sums of.
    """

    key: str
    title: str | Promise
    description: str | Promise
    permissions: tuple[str, ...]
    department: str
    filters: type[Filters]
    compute: Callable[[Ask[Any]], Findings]

    def allowed(self, user: User) -> bool:
        """Whether `user` may read it."""
        return user.is_active and any(user.has_perm(permission) for permission in self.permissions)


reports: Registry[Report] = Registry("reports")


def report(
    *,
    key: str,
    title: str | Promise,
    permissions: tuple[str, ...],
    department: str,
    filters: type[F] = ReportFilters,  # type: ignore[assignment]
) -> Callable[[Callable[[Ask[F]], Findings]], Callable[[Ask[F]], Findings]]:
    """Declare a report; the docstring of the function is the description that readers and models see.

    Filters that derive from `Filters` but not from `ReportFilters` make a report that is as of now.
    """

    def register(compute: Callable[[Ask[F]], Findings]) -> Callable[[Ask[F]], Findings]:
        said = " ".join((compute.__doc__ or "").split())
        description = gettext_lazy(said) if said else ""
        reports.register(key, Report(key, title, description, permissions, department, filters, compute))
        return compute

    return register
