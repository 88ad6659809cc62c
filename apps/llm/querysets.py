"""Who may see which call, price and budget."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db.models import F, Q
from django.db.models.functions import Length

from apps.core.periods import Period
from apps.core.querysets import VisibleQuerySet

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.llm.models import Budget, ModelPrice, ModelRun


class ModelRunQuerySet(VisibleQuerySet["ModelRun"]):
    """Who may see model runs sees all of them; everybody else sees their own."""

    def _visible_to(self, user: User) -> Self:
        return self.all() if user.has_perm("llm.view_modelrun") else self.filter(user=user)

    def started_in(self, period: Period) -> Self:
        """Calls that began in the period."""
        return self.filter(started_at__gte=period.starts_at, started_at__lt=period.ends_at)


class ModelPriceQuerySet(VisibleQuerySet["ModelPrice"]):
    """Prices are public to those who administer them."""

    def _visible_to(self, user: User) -> Self:
        return self.all() if user.has_perm("llm.view_modelprice") else self.none()

    def applying(self, *, provider: str, model: str, day: date, prompt_tokens: int) -> Self:
        """Prices for such a request on that day, the most specific first.

        An entry matches its own name and, unless it is `exact`, every name that begins with it; longer names
        win.
        """
        # "claude-sonnet-5-5-20260928" is matched by "claude-sonnet-5-5": the column is the beginning of the
        # value.
        beginnings = [model[:end] for end in range(1, len(model) + 1)]
        return (
            self.filter(Q(model=model) | Q(model__in=beginnings, exact=False), provider=provider)
            .filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)
            .filter(from_prompt_tokens__lte=prompt_tokens)
            .order_by(Length("model").desc(), F("from_prompt_tokens").desc(), F("valid_from").desc())
        )


class BudgetQuerySet(VisibleQuerySet["Budget"]):
    """Who may see budgets sees all of them; everybody else those that bind them."""

    def _visible_to(self, user: User) -> Self:
        return self.all() if user.has_perm("llm.view_budget") else self.binding(user, user.department_slug)

    def binding(self, user: User | None, department: str) -> Self:
        """Active budgets that a call for this user, on behalf of this department, must fit into."""
        mine = Q(user=user) if user is not None else Q(pk__in=[])
        ours = Q(department=department) if department else Q(pk__in=[])
        return self.filter(mine | ours, is_active=True)
