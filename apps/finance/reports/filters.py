"""What readers of statements may ask for."""

from __future__ import annotations

from typing import Literal

from django.utils.translation import gettext_noop
from pydantic import Field

from apps.core.reporting import PeriodText, ReportFilters

#: How the development is parted.
By = Literal["month", "quarter", "year"]


class LedgerFilters(ReportFilters):
    """The days, and the steps in which the development up to them is shown."""

    period: PeriodText = Field(
        "last_month",
        title=gettext_noop("Period"),
        description=gettext_noop("A preset such as last_month, or FROM..TO as ISO days."),
    )
    by: By = Field(
        "month",
        title=gettext_noop("Development by"),
        description=gettext_noop("Month, quarter or year."),
    )
