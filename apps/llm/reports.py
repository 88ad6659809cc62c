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
from apps.llm.selectors import Totals

if TYPE_CHECKING:
    from apps.accounts.models import User


def _rows(period: Period, user: User) -> str:
    return rows_link(ModelRun, during("started_at", period)) if user.has_perm("llm.view_modelrun") else ""


def _own_only(used: Totals, user: User) -> str:  # noqa: ARG001
    return "" if user.has_perm("llm.view_modelrun") else _("Your own requests only.")


def _unpriced(used: Totals, user: User) -> str:
    parts = [_own_only(used, user)]
    if used.unpriced:
        text = ngettext(
            "%(count)d request has no known price.", "%(count)d requests have no known price.", used.unpriced
        )
        parts.append(text % {"count": used.unpriced})
    return " ".join(part for part in parts if part)


@figure(
    key="llm.requests",
    read=selectors.totals,
    label="Model calls",
    unit="count",
    department="management",
    better="none",
    series=True,
    rows_url=_rows,
    note=_own_only,
)
def model_calls(used: Totals) -> int:
    """Requests to language models that began in the period, repeated ones included."""
    return used.requests


@figure(
    key="llm.tokens",
    read=selectors.totals,
    label="Model tokens",
    unit="tokens",
    department="management",
    better="none",
    rows_url=_rows,
    note=_own_only,
)
def model_tokens(used: Totals) -> int:
    """Tokens that language models read and wrote, cached ones included."""
    return used.tokens


@figure(
    key="llm.cost",
    read=selectors.totals,
    label="Model cost",
    unit="money",
    department="management",
    better="down",
    currency="USD",
    series=True,
    rows_url=_rows,
    note=_unpriced,
)
def model_cost(used: Totals) -> Decimal:
    """What language models cost by the price list; requests without a known price are not in it."""
    return used.cost_usd
