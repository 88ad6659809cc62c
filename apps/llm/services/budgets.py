"""Reserve before the call, settle after it: many calls at once cannot spend the same money twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.ids import uuid7
from apps.llm.choices import BudgetScope
from apps.llm.errors import BudgetExceeded
from apps.llm.models import Budget, BudgetPeriod, Reservation
from apps.llm.types import Usage

if TYPE_CHECKING:
    from apps.accounts.models import User

#: Share of a budget from which on people are told.
WARN_AT = Decimal("0.8")


@dataclass(frozen=True, slots=True)
class Hold:
    """Room that was kept free for one call, in every budget that binds it."""

    call_id: UUID
    warnings: tuple[str, ...] = ()
    empty: bool = False


def reserve(
    *, user: User | None, department: str, expected: Callable[[], Usage], lifetime: timedelta
) -> Hold:
    """Keep room for a call of about the `expected` usage in all budgets that bind it, or in none.

    A call is admitted while the month's limit is not reached and what is promised to calls in progress fits;
    the last one may end above the limit, but nothing is admitted beside it. `expected` is asked only if a
    budget binds the call. Raises BudgetExceeded.
    """
    hold = Hold(uuid7())
    binding = Budget.objects.binding(user, department).select_related("user", "department")
    # The order by key keeps two calls from waiting for each other's rows.
    budgets = list(binding.order_by("pk"))
    if not budgets:
        return Hold(hold.call_id, empty=True)
    usage, warnings = expected(), []
    tokens, usd = usage.total_tokens, usage.cost or Decimal(0)
    with transaction.atomic():
        for budget in budgets:
            period = _period(budget)
            _admit(budget, period, tokens=tokens, usd=usd)
            Reservation.objects.create(
                period=period,
                call_id=hold.call_id,
                tokens=tokens,
                usd=usd,
                expires_at=timezone.now() + lifetime,
            )
            warnings += _warning(budget, period)
    return Hold(hold.call_id, tuple(warnings))


def settle(hold: Hold, usage: Usage) -> None:
    """Replace what was reserved by what was used. Settling twice counts once."""
    if hold.empty:
        return
    with transaction.atomic():
        for reservation in _locked(Reservation.objects.filter(call_id=hold.call_id)):
            _release(reservation, used_tokens=usage.total_tokens, used_usd=usage.cost or Decimal(0))


def sweep() -> int:
    """Free what processes that died had reserved; returns the number of reservations.

    Their use is not known; the estimate is taken for it, because the provider will bill something.
    """
    expired = Reservation.objects.filter(expires_at__lt=timezone.now())
    freed = 0
    with transaction.atomic():
        for reservation in _locked(expired, skip=True):
            _release(reservation, used_tokens=reservation.tokens, used_usd=reservation.usd)
            freed += 1
    return freed


def _locked(reservations: QuerySet[Reservation], *, skip: bool = False) -> list[Reservation]:
    rows = reservations.order_by("period__budget_id")
    return list(rows.select_for_update(of=("self",), skip_locked=skip))


def _release(reservation: Reservation, *, used_tokens: int, used_usd: Decimal) -> None:
    BudgetPeriod.objects.filter(pk=reservation.period_id).update(
        used_tokens=F("used_tokens") + used_tokens,
        used_usd=F("used_usd") + used_usd,
        reserved_tokens=F("reserved_tokens") - reservation.tokens,
        reserved_usd=F("reserved_usd") - reservation.usd,
        updated_at=timezone.now(),
    )
    reservation.delete()


def _period(budget: Budget) -> BudgetPeriod:
    # Months follow the house's calendar, not the reader's.
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    return BudgetPeriod.objects.get_or_create(budget=budget, month=today.replace(day=1))[0]


def _admit(budget: Budget, period: BudgetPeriod, *, tokens: int, usd: Decimal) -> None:
    """One UPDATE that checks and reserves; the row lock makes concurrent calls queue here."""
    fits = Q(pk=period.pk)
    alone = Q(reserved_tokens=0)
    if budget.limit_tokens is not None:
        room = Q(used_tokens__lte=budget.limit_tokens - tokens - F("reserved_tokens"))
        fits &= Q(used_tokens__lt=budget.limit_tokens) & (alone | room)
    if budget.limit_usd is not None:
        room = Q(used_usd__lte=budget.limit_usd - usd - F("reserved_usd"))
        fits &= Q(used_usd__lt=budget.limit_usd) & (alone | room)
    admitted = BudgetPeriod.objects.filter(fits).update(
        reserved_tokens=F("reserved_tokens") + tokens, reserved_usd=F("reserved_usd") + usd
    )
    if not admitted:
        period.refresh_from_db()
        raise BudgetExceeded(_refusal(budget, period))


def share_used(budget: Budget, period: BudgetPeriod) -> Decimal:
    """How much of the limit is used, 1 being all of it; of two limits the one that is nearer."""
    shares = [Decimal(0)]
    if budget.limit_tokens is not None:
        shares.append(Decimal(period.used_tokens) / max(1, budget.limit_tokens))
    if budget.limit_usd is not None:
        shares.append(period.used_usd / (budget.limit_usd or Decimal("0.01")))
    return max(shares)


def _warning(budget: Budget, period: BudgetPeriod) -> list[str]:
    share = share_used(budget, period)
    if share < WARN_AT:
        return []
    return [
        _("%(percent)d %% of %(whose)s language model budget for this month is used.")
        % {"percent": int(share * 100), "whose": _whose(budget)}
    ]


def _refusal(budget: Budget, period: BudgetPeriod) -> str:
    if share_used(budget, period) < 1:
        return _(
            "Other answers in progress have reserved the rest of %(whose)s language model budget. "
            "Please try again in a minute."
        ) % {"whose": _whose(budget)}
    return _(
        "%(whose)s language model budget for %(month)s is used up. "
        "An administrator can raise it; otherwise it starts anew next month."
    ) % {"whose": _capital(_whose(budget)), "month": f"{period.month:%B}"}


def _whose(budget: Budget) -> str:
    if budget.scope == BudgetScope.USER:
        return _("your")
    return _("the %(department)s department's") % {"department": budget.department}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
