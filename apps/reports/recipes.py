"""Files of reports, made again with today's figures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field

from apps.core.reporting import reports
from apps.documents.recipes import Made, recipe
from apps.reports.choices import Format
from apps.reports.selectors import answer
from apps.reports.services.rendering import RECIPE, as_made, render_bytes

if TYPE_CHECKING:
    from apps.accounts.models import User


class ReportArguments(BaseModel):
    """Which report, what was asked of it, and as what. Relative days mean those of the day it is made."""

    model_config = ConfigDict(extra="forbid")
    report: str = Field(min_length=1, max_length=80)
    filters: dict[str, Any] = Field(default_factory=dict)
    format: Format = Format.PDF
    dataset: str = Field(default="", max_length=80)


def _may_read(user: User, arguments: Mapping[str, Any]) -> bool:
    """Each report has permissions of its own, which finding the answer checks as well."""
    wanted = reports.get(str(arguments.get("report")))
    return wanted is not None and wanted.allowed(user)


@recipe(RECIPE, arguments=ReportArguments, permission="", title=_("Report"), may=_may_read)
def report(user: User, now: datetime, arguments: ReportArguments) -> Made:
    """The report as the user may read it now. Raises `NotFound` when they may not."""
    found = answer(key=arguments.report, user=user, filters=arguments.filters, now=now)
    return as_made(found, render_bytes(found, arguments.format, dataset=arguments.dataset))
