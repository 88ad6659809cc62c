"""Key figures of the platform's own use of models."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.figures import figure
from apps.core.periods import Period
from apps.core.reporting.links import during, rows_link
from apps.llm import selectors
from apps.llm.models import ModelRun

if TYPE_CHECKING:
    from apps.accounts.models import User


def _rows(period: Period, user: User) -> str:
    return rows_link(ModelRun, during("started_at", period)) if user.has_perm("llm.view_modelrun") else ""


def _own_only(period: Period, user: User) -> str:  # noqa: ARG001
    return "" if user.has_perm("llm.view_modelrun") else _("Your own requests only.")


def _unpriced(period: Period, user: User) -> str:
    missing = selectors.totals(period, user).unpriced
    parts = [_own_only(period, user)]
    if missing:
        text = ngettext(
            "%(count)d request has no known price.", "%(count)d requests have no known price.", missing
        )
        parts.append(text % {"count": missing})
    return " ".join(part for part in parts if part)


@figure(
    key="llm.requests",
    label="Model calls",
    unit="count",
    department="management",
    better="none",
    series=True,
    rows_url=_rows,
    note=_own_only,
)
def model_calls(period: Period, user: User) -> int:
    """Requests to language models that began in the period, repeated ones included."""
    return selectors.totals(period, user).requests


@figure(
    key="llm.tokens",
    label="Model tokens",
    unit="tokens",
    department="management",
    better="none",
    rows_url=_rows,
    note=_own_only,
)
def model_tokens(period: Period, user: User) -> int:
    """Tokens that language models read and wrote, cached ones included."""
    return selectors.totals(period, user).tokens


@figure(
    key="llm.cost",
    label="Model cost",
    unit="money",
    department="management",
    better="down",
    currency="USD",
    series=True,
    rows_url=_rows,
    note=_unpriced,
)
def model_cost(period: Period, user: User) -> Decimal:
    """What language models cost by the price list; requests without a known price are not in it."""
    return selectors.totals(period, user).cost_usd
